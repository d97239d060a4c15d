package dev.tidemark.worker.proof;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.Catalogue;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.Tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Whoever sends an order, it arrives as it is, and in its order.
 * <p>
 * A real broker, since it is Kafka's and librdkafka's clients that send.
 */
class SendersTests {

	private static final int PARTITIONS = 3;

	private final Tenant tenant = Stack.shared().newTenant().withUnboundedTopics(PARTITIONS);

	private final Workload workload = Workload.of(7, 400, PARTITIONS, 0.2, this.tenant.topics());

	@Test
	void sendEverythingInOrderAndAsItIs() {
		try (Traffic traffic = new Traffic(this.tenant.bootstrapServers(), 7)) {
			traffic.send(this.workload.orders(), false);

			List<ConsumerRecord<byte[], byte[]>> received = received();
			assertThat(received).hasSize(seen().size());
			assertArrived(received, seen());
			assertThat(traffic.leftOpen()).isPositive();
			Map<TopicPartition, Long> last = new LinkedHashMap<>();
			received
				.forEach((record) -> last.put(new TopicPartition(record.topic(), record.partition()), record.offset()));
			assertThat(traffic.last()).isEqualTo(last);
		}
	}

	@Test
	void sendByLibrdkafkaWhateverItTakes() {
		assumeThat(KcatSender.isInstalled()).isTrue();
		Sender kcat = new KcatSender(this.tenant.bootstrapServers(), "snappy", "kcat-" + UUID.randomUUID());
		List<Order> taken = seen().stream().filter(kcat::takes).limit(60).toList();

		kcat.send(taken);

		assertArrived(received(), taken);
	}

	@Test
	void hideWhatIsBehindAnOpenTransactionUntilItEnds() {
		try (Senders senders = new Senders(this.tenant.bootstrapServers());
				Sender open = senders.newForOneTransaction(new SplittableRandom(7))) {
			Order first = seen().getFirst();
			Order second = seen().stream().skip(1).filter((order) -> isBeside(order, first)).findFirst().orElseThrow();
			Map<TopicPartition, Long> opened = open.send(List.of(first));
			Sender other = senders.any(new SplittableRandom(7), second, true);
			Map<TopicPartition, Long> behind = other.send(List.of(second));
			other.end(false);

			assertThat(ends(opened.keySet())).isEqualTo(opened);
			open.end(false);

			assertThat(received()).map((record) -> Order.number(record.headers()))
				.containsExactly(first.number(), second.number());
			behind.forEach((partition, offset) -> assertThat(offset)
				.isGreaterThan(Objects.requireNonNull(opened.get(partition))));
		}
	}

	/** As those of tests that run beside these. */
	@Test
	void areNotInTheWayOfOthersAtTheSameBroker() {
		Order aborted = this.workload.orders().stream().filter(Order::aborted).findFirst().orElseThrow();
		try (Senders some = new Senders(this.tenant.bootstrapServers());
				Senders others = new Senders(this.tenant.bootstrapServers())) {
			for (Senders senders : List.of(some, others)) {
				Sender transactional = senders.any(new SplittableRandom(7), aborted, true);
				assertThat(transactional.send(List.of(aborted))).hasSize(1);
				transactional.end(true);
			}
		}
		assertThat(received()).isEmpty();
	}

	private static boolean isBeside(Order one, Order other) {
		return one.record().topic().equals(other.record().topic())
				&& one.record().partition().equals(other.record().partition());
	}

	/** Where what can be read ends, by partition. */
	private Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
				Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, this.tenant.bootstrapServers(),
						ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
				new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
			return consumer.endOffsets(partitions);
		}
	}

	private List<Order> seen() {
		return this.workload.orders().stream().filter((order) -> !order.aborted()).toList();
	}

	private List<ConsumerRecord<byte[], byte[]>> received() {
		try (TopicReader reader = new TopicReader(this.tenant.bootstrapServers())) {
			return reader
				.read(Catalogue.installed().aggregates().stream().map(this.tenant.topics()::commands).toList());
		}
	}

	private static void assertArrived(List<ConsumerRecord<byte[], byte[]>> received, List<Order> orders) {
		Map<Integer, ConsumerRecord<byte[], byte[]>> byNumber = new LinkedHashMap<>();
		received.forEach((record) -> byNumber.put(Objects.requireNonNull(Order.number(record.headers())), record));
		assertThat(orders).allSatisfy((order) -> {
			ConsumerRecord<byte[], byte[]> record = Objects.requireNonNull(byNumber.get(order.number()));
			assertThat(record.key()).isEqualTo(order.record().key());
			assertThat(record.value()).isEqualTo(order.record().value());
			assertThat(texts(record.headers())).isEqualTo(texts(order.record().headers()));
			if (order.record().key() != null) {
				assertThat(record.partition()).isEqualTo(order.record().partition());
			}
		});
		Map<TopicPartition, List<Integer>> numbers = new LinkedHashMap<>();
		byNumber.forEach((number, record) -> numbers
			.computeIfAbsent(new TopicPartition(record.topic(), record.partition()), (_) -> new ArrayList<>())
			.add(number));
		assertThat(numbers.values())
			.allSatisfy((inPartition) -> assertThat(inPartition).isSortedAccordingTo(Comparator.naturalOrder()));
	}

	private static List<String> texts(Headers headers) {
		return Arrays.stream(headers.toArray())
			.map((header) -> header.key() + "=" + Arrays.toString(header.value()))
			.toList();
	}

}
