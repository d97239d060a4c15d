package dev.tidemark.benchmark.handwritten;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Consumes task commands: one database transaction and one Kafka transaction per poll,
 * with the worker's guarantees. A command counts once, by its id; a record that comes
 * again has published what was not published; what the state forbids is rejected; every
 * version of a task is published once and in order, with the offsets.
 * <p>
 * What the worker does besides is not here: no user commands, nothing is deferred, nobody
 * waits for a server that is down. Whatever fails ends the process.
 */
public final class HandWrittenLoop implements Runnable {

	private static final Header SPECVERSION = header("ce_specversion", "1.0");

	private static final Header SOURCE = header("ce_source", "tidemark");

	private static final Header SNAPSHOT = header("ce_type", "dev.tidemark.task.snapshot.v1");

	private static final Header DELETED = header("ce_type", "dev.tidemark.task.deleted.v1");

	private static final Header REJECTED = header("ce_type", "dev.tidemark.command.rejected.v1");

	private static final Header JSON = header("content-type", "application/json");

	private final Map<String, String> environment = System.getenv();

	private final KafkaConsumer<byte[], byte[]> consumer;

	/**
	 * Two that take turns: a transaction that begins before the markers of the same
	 * producer's last one are written is held back by the broker.
	 */
	private final Deque<KafkaProducer<byte[], byte[]>> producers = new ArrayDeque<>();

	private final Rows rows;

	private final String readModel = environment("TIDEMARK_TOPICS_TASK_READ_MODEL");

	private final String rejections = environment("TIDEMARK_TOPICS_COMMAND_REJECTIONS");

	private final List<ProducerRecord<byte[], byte[]>> events = new ArrayList<>();

	private HandWrittenLoop(int number) throws SQLException {
		String bootstrapServers = environment("KAFKA_BOOTSTRAP_SERVERS");
		String group = environment("TIDEMARK_GROUP_ID");
		int batchSize = Integer.parseInt(this.environment.getOrDefault("BATCH_SIZE", "2000"));
		this.consumer = new KafkaConsumer<>(
				Map.of("bootstrap.servers", bootstrapServers, "group.id", group, "isolation.level", "read_committed",
						"auto.offset.reset", "earliest", "enable.auto.commit", false, "max.poll.records", batchSize),
				new ByteArrayDeserializer(), new ByteArrayDeserializer());
		for (int i = 0; i < 2; i++) {
			KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrapServers,
					"transactional.id", group + "-" + number + "-" + i, "linger.ms", 0, "batch.size", 128 * 1024,
					"retry.backoff.ms", 2, "transaction.timeout.ms", 10_000), new ByteArraySerializer(),
					new ByteArraySerializer());
			producer.initTransactions();
			this.producers.add(producer);
		}
		this.rows = new Rows(connect());
		this.consumer.subscribe(List.of(environment("TIDEMARK_TOPICS_TASK_COMMANDS")));
	}

	/**
	 * Consumes until the process is asked to end.
	 * @param arguments none: the environment is the worker's
	 * @throws SQLException if the database can't be reached
	 */
	public static void main(String[] arguments) throws SQLException {
		List<Thread> threads = new ArrayList<>();
		List<HandWrittenLoop> loops = new ArrayList<>();
		for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
			HandWrittenLoop loop = new HandWrittenLoop(i);
			loops.add(loop);
			threads.add(Thread.ofPlatform().name("loop-" + i).unstarted(loop));
		}
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			loops.forEach((loop) -> loop.consumer.wakeup());
			for (Thread thread : threads) {
				try {
					thread.join(5_000);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
		}));
		threads.forEach(Thread::start);
	}

	private String environment(String name) {
		String value = this.environment.get(name);
		if (value == null) {
			throw new IllegalArgumentException(name + " is not set");
		}
		return value;
	}

	private Connection connect() throws SQLException {
		Properties properties = new Properties();
		properties.setProperty("user", environment("DB_USER"));
		properties.setProperty("password", environment("DB_PASS"));
		properties.setProperty("prepareThreshold", "1");
		// Every statement goes by keys. While tables grow from empty, the planner has no
		// way to know that they are not empty any more.
		properties.setProperty("options", "-c enable_seqscan=off");
		Connection connection = DriverManager.getConnection("jdbc:postgresql://%s:%s/%s"
			.formatted(environment("DB_HOST"), environment("DB_PORT"), environment("DB_NAME")), properties);
		connection.setAutoCommit(false);
		return connection;
	}

	@Override
	public void run() {
		try (this.consumer) {
			while (true) {
				ConsumerRecords<byte[], byte[]> records = this.consumer.poll(Duration.ofMillis(500));
				if (!records.isEmpty()) {
					process(records);
				}
			}
		}
		catch (WakeupException ex) {
			this.producers.forEach(KafkaProducer::close);
		}
		catch (SQLException | RuntimeException ex) {
			System.err.println("The hand-written loop has failed: " + ex);
			Runtime.getRuntime().halt(1);
		}
	}

	private void process(ConsumerRecords<byte[], byte[]> records) throws SQLException {
		List<TaskRecord> commands = new ArrayList<>(records.count());
		Set<UUID> ids = HashSet.newHashSet(records.count());
		Set<UUID> taskIds = HashSet.newHashSet(records.count());
		Set<String> usernames = new HashSet<>();
		Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
		for (TopicPartition partition : records.partitions()) {
			List<ConsumerRecord<byte[], byte[]>> some = records.records(partition);
			for (ConsumerRecord<byte[], byte[]> record : some) {
				TaskRecord command = TaskRecord.read(record);
				commands.add(command);
				ids.add(command.id);
				taskIds.add(command.taskId);
				if (command.username != null) {
					usernames.add(command.username);
				}
			}
			offsets.put(partition, new OffsetAndMetadata(some.getLast().offset() + 1));
		}
		this.events.clear();
		this.rows.load(ids, taskIds, usernames);
		for (TaskRecord command : commands) {
			Logged logged = this.rows.log.get(command.id);
			if (logged == null) {
				decide(command);
			}
			else if (logged.offset == command.record.offset() && logged.partition == command.record.partition()) {
				publishAgain(command, logged);
			}
		}
		this.rows.write();
		KafkaProducer<byte[], byte[]> producer = this.producers.removeFirst();
		producer.beginTransaction();
		for (ProducerRecord<byte[], byte[]> event : this.events) {
			// A send that fails makes the commit fail.
			var _ = producer.send(event);
		}
		producer.sendOffsetsToTransaction(offsets, this.consumer.groupMetadata());
		producer.commitTransaction();
		this.producers.addLast(producer);
	}

	private void decide(TaskRecord command) {
		Logged logged = new Logged(command);
		this.rows.log.put(command.id, logged);
		this.rows.newLog.add(logged);
		TaskRow task = this.rows.tasks.get(command.taskId);
		boolean exists = task != null && !task.deleted;
		String reason = reason(command, task, exists);
		if (reason != null) {
			logged.reject(reason);
			reject(command, logged);
			return;
		}
		if (task == null) {
			task = new TaskRow(command.taskId);
			this.rows.tasks.put(command.taskId, task);
		}
		task.apply(command);
		this.rows.changed.add(task);
		logged.version = task.version;
		publish(command, task, logged);
	}

	private @Nullable String reason(TaskRecord command, @Nullable TaskRow task, boolean exists) {
		boolean create = command.kind == TaskRecord.Kind.CREATE;
		if (create && exists) {
			return "TASK_ALREADY_EXISTS";
		}
		if (!create && !exists) {
			return "TASK_NOT_FOUND";
		}
		if (!create && command.expectedVersion >= 0 && task != null && task.version != command.expectedVersion) {
			return "VERSION_CONFLICT";
		}
		return (command.username != null && !this.rows.users.contains(command.username)) ? "USER_NOT_FOUND" : null;
	}

	private void publish(TaskRecord command, TaskRow task, Logged logged) {
		byte[] value = task.deleted ? null : task.snapshot();
		// Should this poll have to be published again, the row will show only the last.
		if (task.shownBy != null && task.shown != null) {
			task.shownBy.superseded = new String(task.shown, StandardCharsets.UTF_8);
		}
		task.shownBy = logged;
		task.shown = value;
		publish(command, value, logged.version);
	}

	private void publish(TaskRecord command, byte @Nullable [] value, long version) {
		Headers headers = headers(command, ":applied", (value != null) ? SNAPSHOT : DELETED);
		headers.add(header("ce_version", Long.toString(version)));
		if (value != null) {
			headers.add(JSON);
		}
		this.events.add(new ProducerRecord<>(this.readModel, null, command.record.key(), value, headers));
	}

	private void reject(TaskRecord command, Logged logged) {
		Headers headers = headers(command, ":rejected", REJECTED);
		headers.add(JSON);
		String value = "{\"commandId\":\"%s\",\"commandType\":\"%s\",\"key\":\"%s\",\"reason\":\"%s\",\"detail\":\"%s\"}"
			.formatted(command.id, command.kind.wireName, command.taskId, logged.reason, logged.reason);
		this.events.add(new ProducerRecord<>(this.rejections, null, command.record.key(),
				value.getBytes(StandardCharsets.UTF_8), headers));
	}

	private void publishAgain(TaskRecord command, Logged logged) {
		if (logged.reason != null) {
			reject(command, logged);
			return;
		}
		TaskRow task = this.rows.tasks.get(command.taskId);
		byte[] value = (logged.superseded != null) ? logged.superseded.getBytes(StandardCharsets.UTF_8)
				: (task != null && command.kind != TaskRecord.Kind.DELETE) ? task.snapshot() : null;
		publish(command, value, logged.version);
	}

	private static Headers headers(TaskRecord command, String suffix, Header type) {
		String id = command.id.toString();
		Headers headers = new RecordHeaders();
		headers.add(SPECVERSION);
		headers.add(header("ce_id", id + suffix));
		headers.add(SOURCE);
		headers.add(type);
		headers.add(new RecordHeader("ce_time", command.timeText));
		headers.add(new RecordHeader("ce_subject", command.record.key()));
		headers.add(header("ce_causationid", id));
		return headers;
	}

	private static Header header(String name, String value) {
		return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
	}

	/** What the log holds of a command. */
	static final class Logged {

		final UUID id;

		final int partition;

		final long offset;

		final String type;

		final UUID key;

		final Instant time;

		final String topic;

		@Nullable String reason;

		long version = -1;

		@Nullable String superseded;

		Logged(TaskRecord command) {
			this(command.id, command.record.topic(), command.record.partition(), command.record.offset(),
					command.kind.wireName, command.taskId, command.time);
		}

		Logged(UUID id, String topic, int partition, long offset, String type, UUID key, Instant time) {
			this.id = id;
			this.topic = topic;
			this.partition = partition;
			this.offset = offset;
			this.type = type;
			this.key = key;
			this.time = time;
		}

		void reject(String reason) {
			this.reason = reason;
		}

	}

}
