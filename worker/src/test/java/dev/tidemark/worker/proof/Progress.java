package dev.tidemark.worker.proof;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

import dev.tidemark.worker.stack.Tenant;

/**
 * How far the workers have come, by what everyone can see: the offsets of their group,
 * and the commands that wait.
 */
final class Progress implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private final Tenant tenant;

	private final Admin admin;

	Progress(Tenant tenant) {
		this.tenant = tenant;
		this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, tenant.bootstrapServers(),
				AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "200"));
	}

	/**
	 * Waits until the group has consumed everything up to the given records, for as long
	 * as it gets on.
	 * @param last for each partition, the offset of the last record
	 */
	void awaitConsumed(Map<TopicPartition, Long> last) {
		Map<TopicPartition, Long> left = lag(last);
		while (!left.isEmpty()) {
			Map<TopicPartition, Long> before = left;
			try {
				Awaitility.await("commands consumed")
					.atMost(PATIENCE)
					.pollDelay(Duration.ZERO)
					.pollInterval(Duration.ofMillis(50))
					.until(() -> !lag(last).equals(before));
			}
			catch (ConditionTimeoutException ex) {
				throw new AssertionError("The workers do not come to an end; records left by partition: " + before, ex);
			}
			left = lag(last);
		}
	}

	private Map<TopicPartition, Long> lag(Map<TopicPartition, Long> last) {
		Map<TopicPartition, Long> committed = committed();
		Map<TopicPartition, Long> lag = new HashMap<>();
		last.forEach((partition, offset) -> {
			long left = offset + 1 - committed.getOrDefault(partition, 0L);
			if (left > 0) {
				lag.put(partition, left);
			}
		});
		return lag;
	}

	/**
	 * Waits until the group has come further.
	 * @param start what {@link #consumed()} was
	 * @param records by how much it must have grown
	 */
	void awaitConsumed(long start, long records) {
		Awaitility.await("some commands consumed")
			.atMost(PATIENCE)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> consumed() - start >= records);
	}

	/**
	 * Returns the sum of the group's offsets, which only grows.
	 */
	long consumed() {
		return committed().values().stream().mapToLong(Long::longValue).sum();
	}

	private Map<TopicPartition, Long> committed() {
		try {
			Map<TopicPartition, OffsetAndMetadata> offsets = this.admin.listConsumerGroupOffsets(this.tenant.groupId())
				.partitionsToOffsetAndMetadata()
				.get();
			Map<TopicPartition, Long> committed = new HashMap<>();
			offsets.forEach((partition, offset) -> {
				if (offset != null) {
					committed.put(partition, offset.offset());
				}
			});
			return committed;
		}
		catch (ExecutionException ex) {
			// Nothing is known while the broker is down.
			return Map.of();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Waits until no command waits for a user any more.
	 */
	void awaitNothingDeferred() {
		Awaitility.await("no command deferred")
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(200))
			.untilAsserted(() -> {
				long deferred = deferred();
				if (deferred > 0) {
					throw new AssertionError(deferred + " commands are still deferred");
				}
			});
	}

	/**
	 * Returns how many commands wait for a user.
	 */
	long deferred() {
		try (Connection connection = this.tenant.database().connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select count(*) from deferred_command")) {
			rows.next();
			return rows.getLong(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.admin.close();
	}

}
