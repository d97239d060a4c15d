package dev.tidemark.worker.proof;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Which partition the commands of a key go to: the one that Kafka's own partitioner
 * chooses, as the contract demands of every sender; but for some keys, whose sender has
 * another partitioner. All commands of a key go to one partition either way: in two, they
 * would have no order.
 */
final class Placement {

	/** The {@code source} of all commands of misplaced keys, and of no others. */
	static final String SOURCE = "/other-partitioner";

	private final int partitions;

	private final Set<String> misplaced = new HashSet<>();

	Placement(int partitions) {
		this.partitions = partitions;
	}

	/**
	 * Has all commands of a key go where they do not belong. To be called before the
	 * first of them is made.
	 */
	void misplace(String key) {
		this.misplaced.add(key);
	}

	boolean isMisplaced(String key) {
		return this.misplaced.contains(key);
	}

	int partition(@Nullable String key) {
		if (key == null) {
			return 0;
		}
		int partition = murmur2(key.getBytes(StandardCharsets.UTF_8));
		return isMisplaced(key) ? (partition + 1) % this.partitions : partition;
	}

	/**
	 * Tells whether a record lies where murmur2 would not have put it.
	 */
	boolean isMisplaced(ProducerRecord<byte[], byte[]> record) {
		return record.key() != null && record.partition() != murmur2(record.key());
	}

	private int murmur2(byte[] key) {
		return Utils.toPositive(Utils.murmur2(key)) % this.partitions;
	}

}
