package dev.tidemark.worker.deferral;

import java.time.Duration;

import jakarta.validation.constraints.NotNull;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How commands wait.
 *
 * @param deferFor how long a command waits for what it names, from its arrival
 * @param deferSweep how often to look for commands that can go on unseen, or whose time
 * is up
 */
@Validated
@ConfigurationProperties("tidemark")
record DeferralProperties(@DefaultValue("5m") @NotNull Duration deferFor,
		@DefaultValue("5s") @NotNull Duration deferSweep) {
}
