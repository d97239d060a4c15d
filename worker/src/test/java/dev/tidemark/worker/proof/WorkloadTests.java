package dev.tidemark.worker.proof;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

import dev.tidemark.worker.stack.TopicNames;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is certain about a workload, and so may be built on.
 */
class WorkloadTests {

	private static final TopicNames TOPICS = new TopicNames("proof.");

	private static final Workload WORKLOAD = Workload.of(42, 3_000, 4, 0.05, TOPICS);

	@Test
	void isTheSameForTheSameSeed() {
		assertThat(fingerprints(Workload.of(42, 3_000, 4, 0.05, TOPICS))).isEqualTo(fingerprints(WORKLOAD));
	}

	@Test
	void putsAllCommandsOfAKeyInOnePartition() {
		Map<Bytes, Set<Integer>> partitions = new HashMap<>();
		WORKLOAD.orders()
			.stream()
			.filter((order) -> order.record().key() != null)
			.forEach((order) -> partitions.computeIfAbsent(Bytes.wrap(order.record().key()), (_) -> new HashSet<>())
				.add(order.record().partition()));

		assertThat(partitions.values()).allSatisfy((all) -> assertThat(all).hasSize(1));
	}

	@Test
	void keepsGoodCommandsWithinTheBounds() {
		assertThat(good()).allSatisfy((order) -> {
			Header[] headers = order.record().headers().toArray();
			assertThat(headers).hasSizeLessThanOrEqualTo(OddHeaders.MAX_COUNT);
			assertThat(OddHeaders.size(order.record().headers())).isLessThanOrEqualTo(OddHeaders.MAX_BYTES);
			assertThat(order.record().value()).hasSizeLessThanOrEqualTo(Envelope.MAX_VALUE);
		});
	}

	@Test
	void hasSomethingOfEverything() {
		assertThat(WORKLOAD.orders()).anyMatch(Order::aborted).anyMatch(Order::misplaced);
		assertThat(good()).anyMatch((order) -> order.record().value().length == Envelope.MAX_VALUE)
			.anyMatch((order) -> order.record().headers().toArray().length > 100)
			.anyMatch((order) -> Arrays.stream(order.record().headers().toArray())
				.anyMatch((header) -> header.value() == null));
		assertThat(WORKLOAD.orders()).map(Order::intent)
			.filteredOn(Intent.Poison.class::isInstance)
			.map((intent) -> ((Intent.Poison) intent).kind())
			.containsAll(Spoiler.ALL.stream().map(Spoiler::kind).collect(Collectors.toSet()));
	}

	private static List<Integer> fingerprints(Workload workload) {
		return workload.orders()
			.stream()
			.map(Order::record)
			.map((record) -> Objects.hash(record.topic(), record.partition(), record.headers(),
					Arrays.hashCode(record.key()), Arrays.hashCode(record.value())))
			.toList();
	}

	private static List<Order> good() {
		return WORKLOAD.orders().stream().filter((order) -> order.intent() instanceof Intent.Ask).toList();
	}

}
