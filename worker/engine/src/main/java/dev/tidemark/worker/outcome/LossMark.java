package dev.tidemark.worker.outcome;

import java.util.OptionalLong;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What an offset of the group is marked with behind which records are gone, and that has
 * been told and counted.
 */
public final class LossMark {

	private static final String LOST = "tidemark: lost, and told";

	private static final String WHOLE_BEFORE = LOST + "; whole before ";

	private LossMark() {
	}

	/**
	 * Makes the mark.
	 * @param wholeBefore up to where the topic still has what the group has read; empty
	 * if it is not known, or the group has read nothing of what is gone
	 * @return the offset's metadata
	 */
	public static String of(OptionalLong wholeBefore) {
		return wholeBefore.isPresent() ? WHOLE_BEFORE + wholeBefore.getAsLong() : LOST;
	}

	/**
	 * Tells whether an offset has the mark.
	 * @param committed the group's offset, if it has one
	 * @return whether it was told
	 */
	public static boolean isOn(@Nullable OffsetAndMetadata committed) {
		return committed != null && committed.metadata().startsWith(LOST);
	}

	/**
	 * Returns up to where the topic still has what the group has read.
	 * @param committed an offset with or without the mark
	 * @return the offset; empty if the mark does not say it
	 */
	public static OptionalLong wholeBefore(@Nullable OffsetAndMetadata committed) {
		return (committed != null && committed.metadata().startsWith(WHOLE_BEFORE))
				? OptionalLong.of(Long.parseLong(committed.metadata().substring(WHOLE_BEFORE.length())))
				: OptionalLong.empty();
	}

}
