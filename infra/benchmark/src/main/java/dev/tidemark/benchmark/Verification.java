package dev.tidemark.benchmark;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Tenant;

/**
 * Compares what a contender has done with what it had to do: whoever is fast because it
 * leaves something out is not measured.
 */
final class Verification {

	private static final int CHUNK = 5_000;

	private static final JsonMapper JSON = JsonMapper.shared();

	private final Tenant tenant;

	private final Workload workload;

	private final Contender contender;

	private Verification(Tenant tenant, Workload workload, Contender contender) {
		this.tenant = tenant;
		this.workload = workload;
		this.contender = contender;
	}

	static Verification of(Tenant tenant, Workload workload, Contender contender) {
		return new Verification(tenant, workload, contender);
	}

	/**
	 * Compares.
	 * @throws IllegalStateException if something is not as it must be
	 */
	void run() {
		try (Connection connection = this.tenant.database().connect()) {
			expect("rows in tasks", this.workload.rows(), count(connection, "select count(*) from tasks"));
			if (this.contender != Contender.DEBEZIUM) {
				expect("commands in the log", this.workload.commands(),
						count(connection, "select count(*) from command_log where outcome <> 'deferred'")
								- 2L * this.workload.shape().prefilled());
			}
			rows(connection);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		if (this.contender != Contender.DEBEZIUM) {
			events();
		}
	}

	private void expect(String what, @Nullable Object expected, @Nullable Object found) {
		if (!Objects.equals(expected, found)) {
			throw new IllegalStateException(
					"%s: %s must be %s and is %s".formatted(this.contender, what, expected, found));
		}
	}

	private static long count(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			rows.next();
			return rows.getLong(1);
		}
	}

	private void rows(Connection connection) throws SQLException {
		List<UUID> keys = new ArrayList<>(this.workload.tasks().keySet());
		try (PreparedStatement statement = connection.prepareStatement("""
				select task_id, title, description, status, username, created_at, updated_at, completed_at, version
				from tasks left join dones using (task_id) where task_id = any(?)
				""")) {
			for (int from = 0; from < keys.size(); from += CHUNK) {
				List<UUID> chunk = keys.subList(from, Math.min(from + CHUNK, keys.size()));
				Array array = connection.createArrayOf("uuid", chunk.toArray());
				statement.setArray(1, array);
				int found = 0;
				try (ResultSet row = statement.executeQuery()) {
					while (row.next()) {
						found++;
						row(row);
					}
				}
				expect("rows of tasks that are not deleted",
						(int) chunk.stream().filter((key) -> !expected(key).deleted).count(), found);
			}
		}
	}

	private void row(ResultSet row) throws SQLException {
		UUID key = row.getObject("task_id", UUID.class);
		ExpectedTask expected = expected(key);
		String description = row.getString("description");
		expect(key + " deleted", false, expected.deleted);
		expect(key + " title", expected.title, row.getString("title").hashCode());
		expect(key + " description", expected.description, (description != null) ? description.hashCode() : 0);
		expect(key + " status", expected.status, row.getString("status"));
		expect(key + " username", expected.username, row.getString("username"));
		expect(key + " created_at", expected.createdAt, instant(row, "created_at"));
		expect(key + " updated_at", expected.updatedAt, instant(row, "updated_at"));
		expect(key + " completed_at", expected.completedAt, instant(row, "completed_at"));
		expect(key + " version", expected.version, row.getLong("version"));
	}

	private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
		OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

	private ExpectedTask expected(UUID key) {
		return Objects.requireNonNull(this.workload.tasks().get(key), key.toString());
	}

	/** Every version of every task once and in order, and the last one as the row is. */
	private void events() {
		Map<String, Object> settings = Map.of("bootstrap.servers", this.tenant.bootstrapServers(), "isolation.level",
				"read_committed", "max.poll.records", 5_000);
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(),
				new ByteArrayDeserializer())) {
			Map<UUID, Long> versions = new HashMap<>();
			long[] counts = new long[2];
			read(consumer, this.tenant.topics().readModel(Tasks.TYPE), (record) -> {
				counts[0]++;
				event(record, versions);
			});
			read(consumer, this.tenant.topics().commandRejections(), (_) -> counts[1]++);
			expect("snapshots and tombstones", this.workload.versions(), counts[0]);
			expect("rejections", this.workload.rejections(), counts[1]);
		}
	}

	private void event(ConsumerRecord<byte[], byte[]> record, Map<UUID, Long> versions) {
		UUID key = UUID.fromString(Client.text(record.key()));
		ExpectedTask expected = expected(key);
		long version = Long.parseLong(Objects.requireNonNull(Client.header(record, EventHeaders.CE_VERSION)));
		Long before = versions.put(key, version);
		expect(key + " version in the topic", (before != null) ? before + 1 : expected.firstVersion, version);
		if (version < expected.version) {
			return;
		}
		expect(key + " tombstone", expected.deleted, record.value() == null);
		if (record.value() != null) {
			JsonNode snapshot = JSON.readTree(record.value());
			expect(key + " title in the topic", expected.title, snapshot.get("title").asString().hashCode());
			expect(key + " status in the topic", expected.status, snapshot.get("status").asString());
			JsonNode description = snapshot.get("description");
			expect(key + " description in the topic", expected.description,
					description.isNull() ? 0 : description.asString().hashCode());
			JsonNode completedAt = snapshot.get("completedAt");
			expect(key + " completion in the topic", expected.completedAt,
					completedAt.isNull() ? null : Instant.parse(completedAt.asString()));
		}
	}

	private static void read(KafkaConsumer<byte[], byte[]> consumer, String topic, RecordReader reader) {
		List<TopicPartition> partitions = consumer.partitionsFor(topic)
			.stream()
			.map((partition) -> new TopicPartition(topic, partition.partition()))
			.toList();
		consumer.assign(partitions);
		consumer.seekToBeginning(partitions);
		Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
		while (ends.entrySet().stream().anyMatch((end) -> consumer.position(end.getKey()) < end.getValue())) {
			consumer.poll(Duration.ofMillis(100)).forEach(reader::read);
		}
	}

	private interface RecordReader {

		void read(ConsumerRecord<byte[], byte[]> record);

	}

}
