package dev.tidemark.worker.waiting;

import java.time.Duration;

import jakarta.validation.constraints.NotNull;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long to wait before trying again what failed because the surroundings are ill.
 *
 * @param from after the first failure
 * @param upTo at the most, after many
 */
@Validated
@ConfigurationProperties("tidemark.retry")
record RetryProperties(@DefaultValue("500ms") @NotNull Duration from, @DefaultValue("10s") @NotNull Duration upTo) {
}
