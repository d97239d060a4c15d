package dev.tidemark.benchmark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import org.jspecify.annotations.Nullable;

import dev.tidemark.benchmark.handwritten.HandWrittenLoop;
import dev.tidemark.benchmark.typical.TypicalApplication;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.ChildProcess;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Tenant;

/**
 * Who is measured.
 */
enum Contender {

	/** The shipped jar, as shipped. */
	WORKER("worker") {
		@Override
		List<String> command(Tenant tenant, Path directory) {
			return ChildProcess.java(jvmOptions(), List.of("-jar", System.getProperty("tidemark.worker.jar")),
					List.of());
		}

		@Override
		Map<String, String> environment(Tenant tenant, @Nullable Integer batchSize) {
			Map<String, String> environment = super.environment(tenant, batchSize);
			environment.put("MANAGEMENT_PORT", "0");
			if (batchSize != null) {
				environment.put("SPRING_KAFKA_CONSUMER_MAX_POLL_RECORDS", batchSize.toString());
			}
			return environment;
		}
	},

	/** Another build of the worker, or the same with other settings. */
	CANDIDATE("candidate") {
		@Override
		List<String> command(Tenant tenant, Path directory) {
			return ChildProcess.java(jvmOptions(), List.of("-jar", System.getProperty("candidate")), List.of());
		}

		@Override
		Map<String, String> environment(Tenant tenant, @Nullable Integer batchSize) {
			Map<String, String> environment = WORKER.environment(tenant, batchSize);
			for (String variable : System.getProperty("candidate.environment", "").split(";", -1)) {
				int equals = variable.indexOf('=');
				if (equals > 0) {
					environment.put(variable.substring(0, equals), variable.substring(equals + 1));
				}
			}
			return environment;
		}
	},

	/** A loop with the same duties, with plain Kafka clients and JDBC. */
	HAND_WRITTEN("hand-written") {
		@Override
		List<String> command(Tenant tenant, Path directory) {
			return mainClass(HandWrittenLoop.class);
		}
	},

	/** What most teams write. */
	TYPICAL("typical") {
		@Override
		List<String> command(Tenant tenant, Path directory) {
			return mainClass(TypicalApplication.class);
		}

		@Override
		boolean takesPartIn(String measure) {
			return measure.equals("throughput");
		}

		@Override
		long share(long commands) {
			return commands / 100;
		}
	},

	/** The same, by a team that knows what its producer waits for. */
	TYPICAL_WITHOUT_LINGER("typical-linger-0") {
		@Override
		List<String> command(Tenant tenant, Path directory) {
			return TYPICAL.command(tenant, directory);
		}

		@Override
		Map<String, String> environment(Tenant tenant, @Nullable Integer batchSize) {
			Map<String, String> environment = super.environment(tenant, batchSize);
			environment.put("SPRING_KAFKA_PRODUCER_PROPERTIES_LINGER_MS", "0");
			return environment;
		}

		@Override
		boolean takesPartIn(String measure) {
			return TYPICAL.takesPartIn(measure);
		}

		@Override
		long share(long commands) {
			return commands / 30;
		}
	},

	/** Debezium's JDBC sink on Kafka Connect. */
	DEBEZIUM("debezium") {
		@Override
		boolean takesPartIn(String measure) {
			return measure.equals("create-only");
		}

		@Override
		List<String> command(Tenant tenant, Path directory) {
			Path connect = write(directory.resolve("connect.properties"), Debezium.connect(tenant, directory));
			Path sink = write(directory.resolve("sink.properties"), Debezium.sink(tenant));
			return ChildProcess.java(jvmOptions(),
					List.of("-cp", System.getProperty("connect") + File.separator + "*",
							"org.apache.kafka.connect.cli.ConnectStandalone"),
					List.of(connect.toString(), sink.toString()));
		}
	};

	private final String title;

	Contender(String title) {
		this.title = title;
	}

	/** Returns the contender that is named so. */
	static Contender of(String title) {
		for (Contender contender : values()) {
			if (contender.title.equals(title)) {
				return contender;
			}
		}
		throw new IllegalArgumentException("-Dcontenders: there is no contender " + title);
	}

	/** Not everybody can do everything, or has to. */
	boolean takesPartIn(String measure) {
		return this == WORKER || !List.of("migrations", "upgrade").contains(measure);
	}

	/** Returns how many of so many commands it gets: who is slow gets less to do. */
	long share(long commands) {
		return commands;
	}

	abstract List<String> command(Tenant tenant, Path directory);

	Map<String, String> environment(Tenant tenant, @Nullable Integer batchSize) {
		Map<String, String> environment = new HashMap<>(tenant.environment());
		if (batchSize != null) {
			environment.put("BATCH_SIZE", batchSize.toString());
		}
		return environment;
	}

	/**
	 * Starts the contender.
	 * @param tenant where it finds its commands
	 * @param directory where its files go
	 * @param batchSize how many records it takes at once, at most; null for its default
	 * @param more what its environment has besides
	 */
	ChildProcess start(Tenant tenant, Path directory, @Nullable Integer batchSize, Map<String, String> more) {
		Map<String, String> environment = environment(tenant, batchSize);
		environment.putAll(more);
		return ChildProcess.start(command(tenant, directory), environment, directory.resolve(this.title + ".log"));
	}

	/** The same for all. */
	private static List<String> jvmOptions() {
		return List.of(System.getProperty("jvm").split(" "));
	}

	private static List<String> mainClass(Class<?> type) {
		return ChildProcess.java(jvmOptions(), List.of("-cp", System.getProperty("java.class.path"), type.getName()),
				List.of());
	}

	private static Path write(Path file, Map<String, String> values) {
		Properties properties = new Properties();
		properties.putAll(values);
		try (var writer = Files.newBufferedWriter(file)) {
			properties.store(writer, null);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return file;
	}

	@Override
	public String toString() {
		return this.title;
	}

	/** Kafka Connect's and the sink's settings. */
	private static final class Debezium {

		/** The rows as the topic holds them. */
		private static final String SCHEMA = """
				{"type":"struct","fields":[
				{"field":"task_id","type":"string","name":"io.debezium.data.Uuid"},
				{"field":"title","type":"string"},
				{"field":"description","type":"string","optional":true},
				{"field":"status","type":"string"},
				{"field":"username","type":"string"},
				{"field":"created_at","type":"string","name":"io.debezium.time.ZonedTimestamp"},
				{"field":"updated_at","type":"string","name":"io.debezium.time.ZonedTimestamp"},
				{"field":"version","type":"int64"}]}""";

		private static Map<String, String> connect(Tenant tenant, Path directory) {
			return Map.of("bootstrap.servers", tenant.bootstrapServers(), //
					"key.converter", "org.apache.kafka.connect.storage.StringConverter", //
					"value.converter", "org.apache.kafka.connect.json.JsonConverter", //
					"offset.storage.file.filename", directory.resolve("offsets").toString(), //
					// How far the sink has come is measured by its offsets.
					"offset.flush.interval.ms", "250", //
					"listeners", "http://localhost:0", //
					"plugin.discovery", "service_load");
		}

		private static Map<String, String> sink(Tenant tenant) {
			DatabaseAddress database = tenant.database();
			return Map.ofEntries(Map.entry("name", tenant.groupId()),
					Map.entry("connector.class", "io.debezium.connector.jdbc.JdbcSinkConnector"),
					Map.entry("topics", tenant.topics().commands(Tasks.TYPE)), //
					Map.entry("tasks.max", "2"), //
					Map.entry("connection.url", database.jdbcUrl() + "?reWriteBatchedInserts=true"),
					Map.entry("connection.username", database.user()),
					Map.entry("connection.password", database.password()), //
					Map.entry("insert.mode", "upsert"), //
					Map.entry("primary.key.mode", "record_value"), //
					Map.entry("primary.key.fields", "task_id"), //
					Map.entry("collection.name.format", "tasks"), //
					Map.entry("schema.evolution", "none"), //
					Map.entry("batch.size", "2000"), //
					Map.entry("use.reduction.buffer", "true"),
					Map.entry("dialect.postgres.unnest.insert.enabled", "true"),
					Map.entry("consumer.override.max.poll.records", "2000"),
					Map.entry("consumer.override.group.id", tenant.groupId()),
					Map.entry("value.converter", "org.apache.kafka.connect.json.JsonConverter"),
					Map.entry("value.converter.schemas.enable", "true"),
					Map.entry("value.converter.schema.content", SCHEMA.replace("\n", "")));
		}

	}

}
