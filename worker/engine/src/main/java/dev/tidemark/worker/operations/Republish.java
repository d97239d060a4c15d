package dev.tidemark.worker.operations;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.Verb;
import dev.tidemark.worker.aggregate.AggregateReader;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.settings.UsageException;
import dev.tidemark.worker.settings.WorkerEnvironment;
import dev.tidemark.worker.settings.WorkerEnvironment.Use;

/**
 * Runs {@code republish}: sends commands, and leaves it to the worker to publish, so that
 * there is never a second writer to a read model.
 */
final class Republish {

	/**
	 * A second's worth that leaves a worker most of its time for what others ask of it.
	 */
	private static final int RATE = 1000;

	private final AggregateType aggregate;

	private final String topic;

	private final Producer<byte[], byte[]> producer;

	private final Output output;

	private Republish(AggregateType aggregate, String topic, Producer<byte[], byte[]> producer, Output output) {
		this.aggregate = aggregate;
		this.topic = topic;
		this.producer = producer;
		this.output = output;
	}

	static int run(Arguments arguments, Output output) throws SQLException {
		AggregateType aggregate = arguments.aggregate();
		List<Command> commands = arguments.values("key").stream().map((key) -> checked(aggregate, key)).toList();
		int rate = arguments.number("rate", 1, 1_000_000, RATE);
		WorkerEnvironment environment = WorkerEnvironment.read(arguments.properties(), Use.DATABASE, Use.KAFKA);
		try (KafkaAccess kafka = new KafkaAccess(environment); Producer<byte[], byte[]> producer = kafka.producer()) {
			Republish republish = new Republish(aggregate, kafka.topics().commands(aggregate), producer, output);
			if (commands.isEmpty()) {
				try (Connection connection = environment.connect(); StateAccess state = new StateAccess()) {
					republish.all(connection, state.aggregates(), rate);
				}
			}
			else {
				republish.some(commands);
			}
			return Tools.DONE;
		}
	}

	/**
	 * Has workers publish keys again, which need not have a row. What can be no key was
	 * put into the topic by somebody else, and is said and left alone.
	 * @param keys the keys, as they are in the topic
	 * @return how many are published again
	 */
	static int again(AggregateType aggregate, List<String> keys, KafkaAccess kafka, Output output) {
		try (Producer<byte[], byte[]> producer = kafka.producer()) {
			Republish republish = new Republish(aggregate, kafka.topics().commands(aggregate), producer, output);
			List<Future<RecordMetadata>> sent = new ArrayList<>();
			for (String key : keys) {
				try {
					sent.add(producer.send(republish.record(UUID.randomUUID(), checked(aggregate, key))));
				}
				catch (UsageException ex) {
					output.error(ex.getMessage() + ": a worker did not write it");
				}
			}
			sent.forEach(Republish::await);
			output.line("%s %s are published again".formatted(number(sent.size()), aggregate.plural()));
			return sent.size();
		}
	}

	private void some(List<Command> commands) {
		for (Command command : commands) {
			UUID id = UUID.randomUUID();
			RecordMetadata sent = await(this.producer.send(record(id, command)));
			this.output.line("%s: command %s is at %s".formatted(command.key(), id,
					new Coordinates(sent.topic(), sent.partition(), sent.offset())));
		}
	}

	/**
	 * Goes through the keys page by page: a transaction as long as all of it would keep
	 * the database from tidying up.
	 */
	private void all(Connection connection, AggregateReader aggregates, int rate) throws SQLException {
		long total = aggregates.count(connection, this.aggregate);
		// What the first of all sends has to find out takes no part in the estimate.
		this.producer.partitionsFor(this.topic);
		long start = System.nanoTime();
		AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
		Callback callback = (_, ex) -> failure.compareAndSet(null, ex);
		LongAdder sent = new LongAdder();
		aggregates.forEachKey(connection, this.aggregate, (key) -> {
			await(start + (long) (sent.sum() * 1e9 / rate));
			var _ = this.producer.send(record(UUID.randomUUID(), command(this.aggregate, key)), callback);
			sent.increment();
			long soFar = sent.sum();
			check(failure.get(), soFar, total);
			if (soFar >= rate) {
				this.output.progress(() -> progress(soFar, total, System.nanoTime() - start));
			}
		});
		this.producer.flush();
		check(failure.get(), sent.sum(), total);
		this.output.line("%s commands sent to %s in %s".formatted(number(sent.sum()), this.topic,
				duration(System.nanoTime() - start)));
	}

	/** A command to publish a snapshot again, whether there is a row or not. */
	private static Command command(AggregateType aggregate, String key) {
		return new AggregateKey(aggregate, key).command(Verb.REPUBLISH);
	}

	private static Command checked(AggregateType aggregate, String key) {
		try {
			Command command = command(aggregate, key);
			if (command.key().equals(key)) {
				return command;
			}
		}
		catch (IllegalArgumentException ex) {
			// As is said below.
		}
		throw new UsageException("'%s' can be no key of %s".formatted(key, aggregate.plural()));
	}

	private static void check(@Nullable Exception failure, long sent, long total) {
		if (failure != null) {
			throw new OperationException("Kafka has failed after some %s of %s commands, which do no harm if they are "
				.formatted(number(sent), number(total)) + "sent again: " + failure.getMessage());
		}
	}

	private ProducerRecord<byte[], byte[]> record(UUID id, Command command) {
		Headers headers = new RecordHeaders();
		headers.add(EventHeaders.CE_SPECVERSION, bytes(EventHeaders.SPECVERSION));
		headers.add(EventHeaders.CE_ID, bytes(id.toString()));
		headers.add(EventHeaders.CE_SOURCE, bytes(EventHeaders.SOURCE));
		headers.add(EventHeaders.CE_TYPE, bytes(command.type().wireName()));
		headers.add(EventHeaders.CE_TIME, bytes(Instant.now().truncatedTo(ChronoUnit.MICROS).toString()));
		headers.add(EventHeaders.CE_SUBJECT, bytes(command.key()));
		headers.add(EventHeaders.CONTENT_TYPE, bytes(EventHeaders.JSON));
		return new ProducerRecord<>(this.topic, null, bytes(command.key()),
				JsonMapper.shared().writeValueAsBytes(command.data()), headers);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static void await(long nanoTime) {
		for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

	/**
	 * Waits for what Kafka has been asked for.
	 * @throws KafkaException if that fails
	 */
	static <T> T await(Future<T> asked) {
		try {
			return asked.get();
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof KafkaException cause) ? cause : new KafkaException(ex.getCause());
		}
		catch (InterruptedException ex) {
			throw new InterruptException(ex);
		}
	}

	private static String progress(long sent, long total, long nanos) {
		long left = Math.max(0, total - sent);
		return "%s of %s commands sent, about %s left".formatted(number(sent), number(total),
				duration((long) ((double) nanos / sent * left)));
	}

	static String number(long number) {
		return String.format(Locale.ROOT, "%,d", number);
	}

	static String duration(long nanos) {
		Duration duration = Duration.ofNanos(nanos);
		if (duration.toMinutes() < 1) {
			return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
		}
		return (duration.toHours() < 1) ? "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart())
				: "%d h %d min".formatted(duration.toHours(), duration.toMinutesPart());
	}

}
