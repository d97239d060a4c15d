package dev.tidemark.worker.retention;

import java.time.Duration;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long the log keeps commands.
 *
 * @param commandLogRetention how long a command is remembered, from when it was logged;
 * at least as long as it can be read again from its topic
 * @param purge how the log is rid of older ones
 */
@Validated
@ConfigurationProperties("tidemark")
record RetentionProperties(@DefaultValue("14d") @NotNull @DurationMin(seconds = 1) Duration commandLogRetention,
		@DefaultValue Purge purge) {

	/**
	 * How the log is walked.
	 *
	 * @param every how long to rest between two walks over the whole log
	 * @param pages how much of the log a step looks at, in pages of the database (8 KiB)
	 * @param pause how long to rest between two steps
	 */
	record Purge(@DefaultValue("6h") @NotNull @DurationMin(millis = 1) Duration every,
			@DefaultValue("64") @Positive int pages,
			@DefaultValue("250ms") @NotNull @DurationMin(millis = 1) Duration pause) {
	}

}
