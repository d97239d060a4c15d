package dev.tidemark.worker.intake;

import java.time.Duration;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How commands are taken in.
 *
 * @param concurrency how many consumers there are; by default one per core, and never
 * more than there are partitions
 * @param stopWithin how long to wait, when asked to stop, for the polls in hand
 */
@Validated
@ConfigurationProperties("tidemark")
record IntakeProperties(@Nullable @Positive Integer concurrency, @DefaultValue("20s") @NotNull Duration stopWithin) {

	int consumers(int partitions) {
		int wanted = (this.concurrency != null) ? this.concurrency : Runtime.getRuntime().availableProcessors();
		return Math.min(wanted, partitions);
	}

}
