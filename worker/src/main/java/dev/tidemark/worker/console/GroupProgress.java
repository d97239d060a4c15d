package dev.tidemark.worker.console;

import java.util.List;

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
	 * @param end the offset behind the last record
	 * @param owner the host of the consumer that it is assigned to; null if it is
	 * assigned to none
	 */
	record Partition(String topic, int number, long next, long end, @Nullable String owner) {

		/**
		 * Returns how many offsets are to be consumed. Markers of transactions are among
		 * them, so 1 may be none.
		 */
		public long getLag() {
			return Math.max(0, this.end - this.next);
		}

	}

}
