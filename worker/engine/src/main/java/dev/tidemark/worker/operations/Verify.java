package dev.tidemark.worker.operations;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SequenceWriter;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.Snapshot;
import dev.tidemark.worker.aggregate.AggregateReader;
import dev.tidemark.worker.settings.WorkerEnvironment;
import dev.tidemark.worker.settings.WorkerEnvironment.Use;
import dev.tidemark.worker.topics.TopicReader;

/**
 * Runs {@code verify}: compares a compacted topic with its table.
 * <p>
 * The topic is read up to where it ends first, and the table after that, in one snapshot.
 * A worker publishes a row after it has committed it, so the topic as it was read can
 * only be behind the table, never ahead. Where they differ, the topic is read on: a
 * healthy worker publishes every version, and so, sooner or later, the very row of the
 * snapshot, whatever comes after it. What does not come within the time given is a
 * difference.
 */
final class Verify {

	private static final JsonMapper JSON = JsonMapper.builder()
		.disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
		.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
		.build();

	private static final ObjectWriter WRITER = JSON.writer();

	private static final int WAIT_SECONDS = 15;

	/** How many keys that differ are remembered. */
	private static final int KEYS = 10_000;

	private static final long PAUSE_NANOS = 200_000_000L;

	/** Of an entry whose last record is a tombstone, or whose row is as it should be. */
	private static final byte SETTLED = 1;

	/** Of an entry whose last record is a snapshot, while no row has been seen. */
	private static final byte GHOST = 2;

	private static final byte MISSING = 3;

	private static final byte STALE = 4;

	private static final byte DIFFERING = 5;

	private final AggregateType aggregate;

	private final AggregateReader table;

	private final ObjectReader snapshots;

	private final TopicReader topic;

	private final Connection connection;

	private final Output output;

	private final Fingerprints entries = new Fingerprints();

	/** The first keys that differ. */
	private final List<String> keys = new ArrayList<>();

	private final Map<Difference, Long> found = new EnumMap<>(Difference.class);

	/** Entries that are not settled. */
	private long open;

	private long rows;

	private Verify(AggregateType aggregate, AggregateReader table, TopicReader topic, Connection connection,
			Output output) {
		this.aggregate = aggregate;
		this.table = table;
		this.snapshots = JSON.readerFor(aggregate.snapshotClass());
		this.topic = topic;
		this.connection = connection;
		this.output = output;
	}

	static int run(Arguments arguments, Output output) throws SQLException {
		AggregateType aggregate = arguments.aggregate();
		int wait = arguments.number("wait", 0, 3600, WAIT_SECONDS);
		WorkerEnvironment environment = WorkerEnvironment.read(arguments.properties(), Use.DATABASE, Use.KAFKA);
		try (Connection connection = environment.connect();
				StateAccess state = new StateAccess();
				KafkaAccess kafka = new KafkaAccess(environment)) {
			try (TopicReader topic = kafka.reader()) {
				Verify verify = new Verify(aggregate, state.aggregates(), topic, connection, output);
				return verify.run(kafka.topics().readModel(aggregate), wait, arguments.has("json"));
			}
		}
	}

	/**
	 * Compares, and says what differs, as {@code verify} does.
	 * @param aggregate which rows, and which topic
	 */
	static Result compare(AggregateType aggregate, WorkerEnvironment environment, KafkaAccess kafka, Output output)
			throws SQLException {
		try (Connection connection = environment.connect();
				StateAccess state = new StateAccess();
				TopicReader topic = kafka.reader()) {
			Verify verify = new Verify(aggregate, state.aggregates(), topic, connection, output);
			verify.run(kafka.topics().readModel(aggregate), WAIT_SECONDS, false);
			return new Result(verify.found.values().stream().mapToLong(Long::longValue).sum(), verify.keys);
		}
	}

	private int run(String name, int waitSeconds, boolean json) throws SQLException {
		List<TopicPartition> partitions = this.topic.partitions(name);
		Map<TopicPartition, Long> starts = this.topic.beginnings(partitions);
		Map<TopicPartition, Long> ends = this.topic.ends(partitions);
		this.topic.read(starts, ends, this::takeIn);
		this.connection.setAutoCommit(false);
		// Of this transaction, not of the session: a pooler gives that to others.
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("set transaction isolation level repeatable read, read only");
		}
		forEachRow(this::compare);
		settle(ends, System.nanoTime() + waitSeconds * 1_000_000_000L);
		Report report = json ? new JsonReport() : new TextReport();
		try (report) {
			if (this.open > 0) {
				forEachRow((row) -> report(row, report));
				this.topic.read(starts, ends, (record) -> report(record, report));
			}
		}
		return this.found.isEmpty() ? Tools.DONE : Tools.NOT_SO;
	}

	private void takeIn(ConsumerRecord<byte[], byte[]> record) {
		this.output.progress(() -> "%s keys of the topic read".formatted(Republish.number(this.entries.size())));
		if (record.value() == null) {
			int place = this.entries.find(record.key());
			if (place != Fingerprints.NONE && this.entries.state(place) == GHOST) {
				this.entries.setState(place, SETTLED);
				this.open--;
			}
			return;
		}
		int place = this.entries.findOrAdd(record.key());
		if (this.entries.state(place) != GHOST) {
			this.entries.setState(place, GHOST);
			this.open++;
		}
		Snapshot snapshot = read(record);
		this.entries.setVersion(place, (snapshot != null) ? snapshot.version() : 0);
		this.entries.setContent(place, content(record, snapshot));
	}

	private void compare(Row row) {
		this.rows++;
		this.output.progress(() -> "%s rows compared".formatted(Republish.number(this.rows)));
		int place = this.entries.findOrAdd(row.key());
		boolean published = this.entries.state(place) == GHOST;
		if (published && this.entries.contentIs(place, row.content())) {
			this.entries.setState(place, SETTLED);
			this.open--;
			return;
		}
		if (!published) {
			this.entries.setState(place, MISSING);
			this.entries.setVersion(place, 0);
			this.open++;
		}
		else {
			this.entries.setState(place, (this.entries.version(place) < row.version()) ? STALE : DIFFERING);
		}
		// From now on it is known by what is to come.
		this.entries.setContent(place, row.content());
	}

	/** Reads on until nothing is open, or the time is over. */
	private void settle(Map<TopicPartition, Long> from, long deadline) {
		Map<TopicPartition, Long> read = from;
		while (this.open > 0) {
			boolean last = System.nanoTime() >= deadline;
			Map<TopicPartition, Long> ends = this.topic.ends(read.keySet());
			this.topic.read(read, ends, this::settle);
			this.output.progress(() -> "%s keys differ so far; waiting for them to be published"
				.formatted(Republish.number(this.open)));
			if (last) {
				return;
			}
			if (ends.equals(read)) {
				LockSupport.parkNanos(PAUSE_NANOS);
			}
			read = ends;
		}
	}

	private void settle(ConsumerRecord<byte[], byte[]> record) {
		int place = this.entries.find(record.key());
		if (place == Fingerprints.NONE) {
			return;
		}
		boolean settles = switch (this.entries.state(place)) {
			case SETTLED -> false;
			case GHOST -> record.value() == null;
			default -> record.value() != null && this.entries.contentIs(place, content(record, read(record)));
		};
		if (settles) {
			this.entries.setState(place, SETTLED);
			this.open--;
		}
	}

	private void report(Row row, Report report) {
		int place = this.entries.find(row.key());
		Difference difference = switch ((place != Fingerprints.NONE) ? this.entries.state(place) : SETTLED) {
			case MISSING -> Difference.MISSING;
			case STALE -> Difference.STALE;
			case DIFFERING -> Difference.DIFFERING;
			default -> null;
		};
		if (difference != null) {
			report(report, difference, row.key(), place, row.version());
		}
	}

	private void report(ConsumerRecord<byte[], byte[]> record, Report report) {
		int place = this.entries.find(record.key());
		if (place != Fingerprints.NONE && this.entries.state(place) == GHOST) {
			report(report, Difference.GHOST, record.key(), place, null);
		}
	}

	private void report(Report report, Difference difference, byte[] key, int place, @Nullable Long tableVersion) {
		this.entries.setState(place, SETTLED);
		this.found.merge(difference, 1L, Long::sum);
		long version = this.entries.version(place);
		String text = new String(key, StandardCharsets.UTF_8);
		if (this.keys.size() < KEYS) {
			this.keys.add(text);
		}
		report.difference(difference, text, (version > 0) ? version : null, tableVersion);
	}

	private @Nullable Snapshot read(ConsumerRecord<byte[], byte[]> record) {
		try {
			return this.snapshots.readValue(record.value());
		}
		catch (JacksonException ex) {
			// It is no snapshot, and so not the row's.
			return null;
		}
	}

	/** What has to be the same in both places, whatever the order of members. */
	private static byte[] content(ConsumerRecord<byte[], byte[]> record, @Nullable Snapshot snapshot) {
		return content(header(record, EventHeaders.CE_TYPE), header(record, EventHeaders.CE_VERSION), snapshot);
	}

	private static byte[] content(String type, String version, @Nullable Snapshot snapshot) {
		return (type + "\n" + version + "\n" + WRITER.writeValueAsString(snapshot)).getBytes(StandardCharsets.UTF_8);
	}

	private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
		Header header = record.headers().lastHeader(name);
		return (header != null && header.value() != null) ? new String(header.value(), StandardCharsets.UTF_8) : "";
	}

	private void forEachRow(Consumer<Row> action) throws SQLException {
		String type = this.aggregate.snapshot().wireName();
		this.table.forEach(this.connection, this.aggregate,
				(key, snapshot) -> action.accept(new Row(key.getBytes(StandardCharsets.UTF_8), snapshot.version(),
						content(type, Long.toString(snapshot.version()), snapshot))));
	}

	/**
	 * What has come of it.
	 *
	 * @param differing how many keys differ
	 * @param keys the first of them
	 */
	record Result(long differing, List<String> keys) {
	}

	/** What can be wrong with a key. */
	private enum Difference {

		MISSING, STALE, GHOST, DIFFERING;

		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	@SuppressWarnings("ArrayRecordComponent") // Never compared.
	private record Row(byte[] key, long version, byte[] content) {
	}

	/** Tells what was found. */
	private interface Report extends AutoCloseable {

		void difference(Difference difference, String key, @Nullable Long topic, @Nullable Long table);

		@Override
		void close();

	}

	private final class TextReport implements Report {

		@Override
		public void difference(Difference difference, String key, @Nullable Long topic, @Nullable Long table) {
			Verify.this.output.line("%-9s  %s  (topic: %s, table: %s)".formatted(difference, key,
					(topic != null) ? "version " + topic : "none", (table != null) ? "version " + table : "none"));
		}

		@Override
		public void close() {
			String compared = Republish.number(Verify.this.rows) + " " + Verify.this.aggregate.plural();
			Map<Difference, Long> counts = Verify.this.found;
			if (counts.isEmpty()) {
				Verify.this.output.line(compared + " compared: the topic is as the table");
				return;
			}
			Verify.this.output.error("%s compared: %s; 'republish %s --key KEY' mends a key".formatted(compared,
					counts.entrySet()
						.stream()
						.map((count) -> Republish.number(count.getValue()) + " " + count.getKey())
						.collect(Collectors.joining(", ")),
					Verify.this.aggregate.plural()));
		}

	}

	private final class JsonReport implements Report {

		private final SequenceWriter list = Verify.this.output.jsonList();

		@Override
		public void difference(Difference difference, String key, @Nullable Long topic, @Nullable Long table) {
			Map<String, @Nullable Object> line = new LinkedHashMap<>();
			line.put("key", key);
			line.put("difference", difference.toString());
			line.put("topicVersion", topic);
			line.put("tableVersion", table);
			this.list.write(line);
		}

		@Override
		public void close() {
			this.list.close();
			Verify.this.output.endList();
		}

	}

}
