package dev.tidemark.worker.console;

import java.time.Instant;
import java.util.List;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * How far all workers of the group have come.
 *
 * @param members how many consumers the group has
 * @param lag how many records are not consumed yet
 * @param perSecond records consumed in a second since the last look; null at the first
 * @param partitions each partition of the command topics
 */
record GroupProgress(int members, long lag, @Nullable Double perSecond, List<Partition> partitions) {

	/**
	 * A partition of a command topic.
	 *
	 * @param topic the topic's name
	 * @param number the partition's number
	 * @param next the offset to be consumed next
	 * @param stable the offset up to which records may be delivered: the first one of a
	 * transaction that is open, or {@code end}
	 * @param end the offset behind the last record
	 * @param owner the host of the consumer that it is assigned to; null if it is
	 * assigned to none
	 * @param openSince since when, as far as is known, {@code stable} has not moved while
	 * records lie behind it; null if none does
	 * @param standsSince since when, as far as is known, {@code next} has not moved while
	 * there are records to be delivered; null if there are none
	 */
	record Partition(String topic, int number, long next, long stable, long end, @Nullable String owner,
			@Nullable Instant openSince, @Nullable Instant standsSince) {

		/**
		 * Puts together what was found, and what an earlier look knows of it.
		 * @param before what was found before; null if nothing was
		 * @param now the time
		 */
		static Partition of(TopicPartition partition, long next, long stable, long end, @Nullable String owner,
				@Nullable Partition before, Instant now) {
			Instant openSince = null;
			Instant standsSince = null;
			if (end > stable) {
				openSince = (before != null && before.openSince != null && before.stable == stable) ? before.openSince
						: now;
			}
			if (stable > next) {
				standsSince = (before != null && before.standsSince != null && before.next == next) ? before.standsSince
						: now;
			}
			return new Partition(partition.topic(), partition.partition(), next, stable, end, owner, openSince,
					standsSince);
		}

		/**
		 * Returns how many offsets are to be consumed. Markers of transactions are among
		 * them, so 1 may be none.
		 */
		public long getLag() {
			return Math.max(0, this.end - this.next);
		}

		/**
		 * Returns how many of these may not be delivered yet, as a transaction before
		 * them is open.
		 */
		public long getUndeliverable() {
			return Math.max(0, this.end - Math.max(this.stable, this.next));
		}

		/** Returns topic and number, joined by a hyphen. */
		String name() {
			return this.topic + "-" + this.number;
		}

	}

}
