package dev.tidemark.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.ChildProcess;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Tenant;

/**
 * One contender's run over one workload, on a database and topics of its own.
 */
final class Trial implements AutoCloseable {

	static final int PARTITIONS = 12;

	/** How long a contender may go without getting on. */
	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private static final JsonMapper JSON = JsonMapper.shared();

	private final Servers servers;

	private final Contender contender;

	private final Tenant tenant;

	private final Workload workload;

	private final Path directory;

	private final KafkaProducer<byte[], byte[]> producer;

	private final List<ChildProcess> processes = new ArrayList<>();

	private long sent;

	private Trial(Servers servers, Contender contender, Tenant tenant, Shape shape, Path directory) {
		this.servers = servers;
		this.contender = contender;
		this.tenant = tenant;
		this.workload = new Workload(shape);
		this.directory = directory;
		this.producer = new KafkaProducer<>(Map.of("bootstrap.servers", tenant.bootstrapServers(), "batch.size", 65536,
				"linger.ms", 0, "buffer.memory", 64 * 1024 * 1024), new ByteArraySerializer(),
				new ByteArraySerializer());
	}

	/**
	 * Makes a database with schema, users and tasks as the shape has them, and topics.
	 */
	static Trial prepare(Servers servers, Contender contender, Shape shape) {
		Tenant tenant = servers.stack().newTenant().withTopics(PARTITIONS);
		Trial trial = new Trial(servers, contender, tenant, shape, newDirectory());
		trial.makeSchema();
		trial.registerUsers();
		Prefill.of(servers, tenant, shape);
		return trial;
	}

	/** By the jar that is measured, as the schema of another build may be another. */
	private void makeSchema() {
		String jar = System.getProperty((this.contender == Contender.CANDIDATE) ? "candidate" : "tidemark.worker.jar");
		Path output = this.directory.resolve("migration.log");
		ChildProcess migration = ChildProcess.start(
				ChildProcess.java(List.of(), List.of("-jar", jar), List.of("migrate", "upgrade")),
				this.tenant.environment(), output);
		if (migration.awaitExit() != 0) {
			throw new IllegalStateException("The schema could not be made: " + output);
		}
	}

	private static Path newDirectory() {
		try {
			return Files.createTempDirectory(Files.createDirectories(Path.of("target", "trials")), "trial-");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void registerUsers() {
		try (Connection connection = this.tenant.database().connect();
				PreparedStatement statement = connection
					.prepareStatement("insert into users values (?, '{bcrypt}$2a$10$benchmark', now(), now(), 1)")) {
			connection.setAutoCommit(false);
			for (int i = 0; i < Workload.USERS; i++) {
				statement.setString(1, Workload.username(i));
				statement.addBatch();
			}
			statement.executeBatch();
			connection.commit();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Sends commands as fast as the broker takes them. */
	void load(long commands) {
		for (long i = 0; i < commands; i++) {
			var _ = send(this.workload.next());
		}
		this.producer.flush();
	}

	/** Sends a command, twice if it is one of those. */
	Future<RecordMetadata> send(TimedCommand command) {
		this.sent++;
		if (Workload.comesTwice(command)) {
			this.sent++;
			var _ = this.producer.send(record(command));
		}
		return this.producer.send(record(command));
	}

	private ProducerRecord<byte[], byte[]> record(TimedCommand command) {
		byte[] key = command.taskId().toString().getBytes(StandardCharsets.UTF_8);
		if (this.contender == Contender.DEBEZIUM) {
			return new ProducerRecord<>(this.tenant.topics().commands(Tasks.TYPE), key, row(command));
		}
		Headers headers = Client.headers(command.id(), command.type(), EventHeaders.CE_TIME, command.time().toString());
		return new ProducerRecord<>(this.tenant.topics().commands(Tasks.TYPE), null, key, command.data(), headers);
	}

	/** A created task as a row of the table: what a sink can write. */
	private static byte[] row(TimedCommand create) {
		Map<String, @Nullable Object> data = JSON.readerForMapOf(String.class).readValue(create.data());
		Map<String, @Nullable Object> row = new LinkedHashMap<>();
		row.put("task_id", data.get("taskId"));
		row.put("title", data.get("title"));
		row.put("description", data.get("description"));
		row.put("status", "pending");
		row.put("username", data.get("username"));
		row.put("created_at", create.time().toString());
		row.put("updated_at", create.time().toString());
		row.put("version", 1);
		return JSON.writeValueAsBytes(row);
	}

	/** Starts the contender. */
	ChildProcess start(@Nullable Integer batchSize, Map<String, String> more) {
		ChildProcess process = this.contender.start(this.tenant, this.directory, batchSize, more);
		this.processes.add(process);
		return process;
	}

	/**
	 * Waits until the contenders are done with so many records.
	 * @return how many they are done with by then
	 */
	long awaitConsumed(long records) {
		long consumed = -1;
		long since = System.nanoTime();
		while (true) {
			long now = consumed();
			if (now >= records) {
				return now;
			}
			if (now > consumed) {
				consumed = now;
				since = System.nanoTime();
			}
			if (System.nanoTime() - since > PATIENCE.toNanos()) {
				throw new IllegalStateException(
						"No progress beyond %d of %d: %s".formatted(now, this.sent, processes()));
			}
			for (ChildProcess process : this.processes) {
				if (!process.isAlive()) {
					throw new IllegalStateException("Ended at %d of %d: %s".formatted(now, this.sent, process));
				}
			}
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
		}
	}

	private String processes() {
		return this.processes.toString();
	}

	/** Returns how many records the contenders are done with. */
	private long consumed() {
		try {
			return this.servers.admin()
				.listConsumerGroupOffsets(this.tenant.groupId())
				.partitionsToOffsetAndMetadata()
				.get()
				.values()
				.stream()
				.filter(Objects::nonNull)
				.mapToLong(OffsetAndMetadata::offset)
				.sum();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Reads all meters. */
	Reading read() {
		long contender = 0;
		for (ChildProcess process : this.processes) {
			contender += Usage.micros(process.pid());
		}
		return new Reading(System.nanoTime(), contender, this.servers.databaseMicros(), this.servers.brokerMicros(),
				this.servers.walBytes());
	}

	/** Returns the largest resident size of any of the contender's processes. */
	double peakMegabytes() {
		return this.processes.stream().mapToDouble((process) -> Usage.peakMegabytes(process.pid())).max().orElse(0);
	}

	/** Stops the contender, and compares rows and events with what they must be. */
	void stopAndVerify() {
		stop();
		Verification.of(this.tenant, this.workload, this.contender).run();
	}

	private void stop() {
		for (ChildProcess process : this.processes) {
			if (process.isAlive()) {
				process.terminate();
			}
		}
	}

	Tenant tenant() {
		return this.tenant;
	}

	Workload workload() {
		return this.workload;
	}

	/** Where its files go. */
	Path directory() {
		return this.directory;
	}

	/** How many records have been sent. */
	long sent() {
		return this.sent;
	}

	@Override
	public void close() {
		this.producer.close();
		this.processes.forEach(ChildProcess::kill);
		String database = this.tenant.database().name();
		this.servers.execute("drop database " + database + " with (force)");
		try {
			this.servers.admin()
				.deleteTopics(this.servers.admin().listTopics().names().get().stream().filter(this::isMine).toList())
				.all()
				.get();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private boolean isMine(String topic) {
		return topic.startsWith(this.tenant.groupId() + ".");
	}

	/**
	 * What the meters say.
	 *
	 * @param nanos the clock
	 * @param contender the contender's CPU time, in microseconds
	 * @param database PostgreSQL's
	 * @param broker the broker's
	 * @param wal bytes of write-ahead log
	 */
	record Reading(long nanos, long contender, long database, long broker, long wal) {
	}

}
