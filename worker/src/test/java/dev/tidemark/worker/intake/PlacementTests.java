package dev.tidemark.worker.intake;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.envelope.Received;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Commands that lie where their key does not belong are counted by who sent them.
 */
class PlacementTests {

	/** By murmur2, in the first of two partitions. */
	private static final UUID OF_THE_FIRST = UUID.fromString("00000000-0000-4000-8000-000000000001");

	private final Placement placement = new Placement(consumer(2));

	@Test
	void whereThereIsOnePartitionNothingIsMisplaced() {
		Placement alone = new Placement(consumer(1));
		for (int i = 0; i < 20; i++) {
			alone.check(Received.at(i, new CompleteTask(UUID.randomUUID())));
		}
		assertThat(alone.misplaced()).isEmpty();
	}

	@Test
	void whatLiesInAnotherPartitionThanMurmur2WouldHaveChosenIsCounted() {
		int misplaced = 0;
		for (int i = 0; i < 100; i++) {
			UUID task = UUID.nameUUIDFromBytes(new byte[] { (byte) i });
			this.placement.check(Received.at(i, new CompleteTask(task)));
			misplaced += partition(task.toString(), 2);
		}
		assertThat(misplaced).isBetween(30, 70);
		assertThat(this.placement.misplaced()).isEqualTo(Map.of("/tests", misplaced));
	}

	@Test
	void whereAllIsInItsPlaceThereIsNothingToTell() {
		assertThat(partition(OF_THE_FIRST.toString(), 2)).isZero();
		this.placement.check(Received.at(1, new CompleteTask(OF_THE_FIRST)));
		assertThat(this.placement.misplaced()).isEmpty();
	}

	/** As the partitioner of Kafka's own producer does. */
	private static int partition(String key, int count) {
		byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
		return Utils.toPositive(Utils.murmur2(bytes)) % count;
	}

	private static MockConsumer<byte[], byte[]> consumer(int partitions) {
		MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
		Node node = new Node(0, "localhost", 9092);
		consumer.updatePartitions(Tasks.TYPE.commandTopic(),
				IntStream.range(0, partitions)
					.mapToObj((partition) -> new PartitionInfo(Tasks.TYPE.commandTopic(), partition, node,
							new Node[] { node }, new Node[] { node }))
					.toList());
		return consumer;
	}

}
