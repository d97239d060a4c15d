package dev.tidemark.worker.intake;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Positive;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * When there are too many dead letters.
 *
 * @param maxRun how many dead letters in a row are still believed; one worker's, over all
 * its partitions
 * @param maxRatio which part of the records may be dead letters
 * @param window over how many records the ratio is taken, at the least
 */
@Validated
@ConfigurationProperties("tidemark.guard")
record GuardProperties(@DefaultValue("1000") @Positive int maxRun,
		@DefaultValue("0.5") @DecimalMin("0") @DecimalMax("1") double maxRatio,
		@DefaultValue("10000") @Positive int window) {
}
