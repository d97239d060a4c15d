package dev.tidemark.worker.proof;

import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;

import dev.tidemark.contracts.Catalogue;
import dev.tidemark.worker.stack.Tenant;

/**
 * A member of the workers' group that comes, takes partitions, does nothing with them,
 * and leaves; again and again, so that the partitions never stay where they are.
 */
final class Commuter implements AutoCloseable {

	private final Tenant tenant;

	private final String groupProtocol;

	private final SplittableRandom random;

	private final Thread thread;

	private volatile boolean stopped;

	private final AtomicInteger visits = new AtomicInteger();

	Commuter(Tenant tenant, String groupProtocol, long seed) {
		this.tenant = tenant;
		this.groupProtocol = groupProtocol;
		this.random = new SplittableRandom(seed);
		this.thread = Thread.ofPlatform().daemon().name("commuter").start(this::commute);
	}

	private void commute() {
		while (!this.stopped) {
			try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
					Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, this.tenant.bootstrapServers(),
							ConsumerConfig.GROUP_ID_CONFIG, this.tenant.groupId(), ConsumerConfig.GROUP_PROTOCOL_CONFIG,
							this.groupProtocol, ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
					new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
				consumer.subscribe(
						Catalogue.installed().aggregates().stream().map(this.tenant.topics()::commands).toList());
				long leaveAt = System.nanoTime() + Duration.ofMillis(this.random.nextInt(500, 3_000)).toNanos();
				while (!this.stopped && System.nanoTime() < leaveAt) {
					consumer.poll(Duration.ofMillis(100));
				}
			}
			this.visits.incrementAndGet();
			// With nothing in between, the others would never get these partitions back.
			Duration away = Duration.ofMillis(this.random.nextInt(1_500, 5_000));
			Awaitility.await().pollDelay(away).atMost(away.plusSeconds(30)).until(() -> true);
		}
	}

	int visits() {
		return this.visits.get();
	}

	@Override
	public void close() {
		this.stopped = true;
		try {
			this.thread.join(Duration.ofSeconds(30));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
