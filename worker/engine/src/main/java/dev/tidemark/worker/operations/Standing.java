package dev.tidemark.worker.operations;

import java.util.UUID;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.deadletter.UnreadableRecords;
import dev.tidemark.worker.outcome.KnownPosition;
import dev.tidemark.worker.outcome.LossMark;

/**
 * How database, group and topic stand to each other in a partition.
 *
 * @param partition the partition
 * @param verdict what that means
 * @param stands where the group stands, or would begin
 * @param next where to go on
 */
record Standing(TopicPartition partition, Verdict verdict, long stands, long next) {

	/**
	 * Compares. The order matters: offsets of another topic mean nothing; what is gone is
	 * gone whoever is behind.
	 * @param log the partition as it is in Kafka
	 * @param known how far the database is; null if it does not know the partition
	 * @param committed the group's offset; null if it has none
	 */
	static Standing of(Log log, @Nullable KnownPosition known, @Nullable OffsetAndMetadata committed) {
		if (known != null && known.isOfAnotherTopic(log.topicId())) {
			return new Standing(log.partition(), Verdict.REPLACED, log.beginning(), log.beginning());
		}
		long stands = log.beginning();
		if (committed != null) {
			stands = committed.offset();
		}
		else if (known != null) {
			stands = known.position().first();
		}
		long next = isBehind(known, committed) ? ((known != null) ? known.position().first() : log.beginning())
				: stands;
		if (stands > log.end() || (LossMark.isOn(committed) && stands >= log.beginning())) {
			long whole = Math.min(next, LossMark.wholeBefore(committed).orElse(log.beginning()));
			return new Standing(log.partition(), Verdict.CUT, stands, Math.max(log.beginning(), whole));
		}
		if (next < log.beginning()) {
			return new Standing(log.partition(), Verdict.LOST, next, log.beginning());
		}
		return new Standing(log.partition(), (next < stands) ? Verdict.BEHIND : Verdict.IN_STEP, stands, next);
	}

	/** Whether the group has read what the database should know, and does not. */
	private static boolean isBehind(@Nullable KnownPosition known, @Nullable OffsetAndMetadata committed) {
		return committed != null && !UnreadableRecords.PASSED_OVER.equals(committed.metadata())
				&& (known == null || known.position().readBefore() < committed.offset());
	}

	/** Says it to an operator. */
	String text() {
		return switch (this.verdict) {
			case IN_STEP -> "in step at %d".formatted(this.stands);
			case BEHIND ->
				"the group stands at %d, and the database knows only of what lies before %d: it is read again"
					.formatted(this.stands, this.next);
			case LOST -> "%d offsets, %d to %d, are gone from the topic: they are passed over"
				.formatted(this.next - this.stands, this.stands, this.next - 1);
			case CUT -> "the topic no longer has what the group has read before %d: it is read from %d on"
				.formatted(this.stands, this.next);
			case REPLACED ->
				"it is another topic than the database knows: it is read from its beginning, %d".formatted(this.next);
		};
	}

	/** What there is to do. */
	enum Verdict {

		/** Nothing. */
		IN_STEP,

		/** Workers read again what the database does not know, by themselves. */
		BEHIND,

		/** Records are gone before they were read. Workers wait. */
		LOST,

		/** Records are gone after they were read. Workers wait. */
		CUT,

		/** The topic is not the one that was read. Workers wait. */
		REPLACED;

		/** Whether workers go on only when they are told to. */
		boolean waits() {
			return this == LOST || this == CUT || this == REPLACED;
		}

	}

	/**
	 * A partition as it is in Kafka.
	 *
	 * @param partition which one
	 * @param topicId its topic's id
	 * @param beginning the first offset that there is
	 * @param end behind the last offset
	 */
	record Log(TopicPartition partition, UUID topicId, long beginning, long end) {
	}

}
