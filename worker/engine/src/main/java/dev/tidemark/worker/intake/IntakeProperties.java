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
 * @param pollWithin how long a consumer may be busy without polling before it is taken
 * for stuck, and the worker for dead; Kafka takes it out of its group after as long
 * @param lostRecords what to do in a partition whose next records are gone
 * @param stopWithin how long to wait, when asked to stop, for the polls in hand
 */
@Validated
@ConfigurationProperties("tidemark")
record IntakeProperties(@Nullable @Positive Integer concurrency, @DefaultValue("5m") @NotNull Duration pollWithin,
		@DefaultValue("stop") @NotNull LostRecords lostRecords, @DefaultValue("20s") @NotNull Duration stopWithin) {

	int consumers(int partitions) {
		int wanted = (this.concurrency != null) ? this.concurrency : Runtime.getRuntime().availableProcessors();
		return Math.min(wanted, partitions);
	}

}
