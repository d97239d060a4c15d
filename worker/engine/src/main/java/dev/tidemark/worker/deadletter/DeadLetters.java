package dev.tidemark.worker.deadletter;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.topics.TopicProperties;
import dev.tidemark.worker.topics.TopicReader;

/**
 * The dead letters: looks at them, and sends them back. Every call opens its own
 * connections and closes them; calls may come from any thread.
 * <p>
 * A replay twice is harmless: an id that has been decided is a duplicate, and a record
 * that can never be a command is a dead letter once more.
 */
@Component
public class DeadLetters {

	/** How many are on their way at a time. */
	private static final int IN_FLIGHT = 200;

	private final Map<String, Object> consumerSettings;

	private final Map<String, Object> producerSettings;

	private final TopicProperties topics;

	/**
	 * Takes the worker's own settings of clients; asks no broker yet.
	 * @param consumers has the settings of consumers
	 * @param producers has the settings of producers
	 * @param topics the topics' names
	 */
	public DeadLetters(ConsumerFactory<byte[], byte[]> consumers, ProducerFactory<byte[], byte[]> producers,
			TopicProperties topics) {
		this.consumerSettings = consumers.getConfigurationProperties();
		this.producerSettings = new HashMap<>(producers.getConfigurationProperties());
		this.producerSettings.put(ProducerConfig.ACKS_CONFIG, "all");
		this.producerSettings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
		this.topics = topics;
	}

	/**
	 * Goes through the dead letters as they lie there now, with no more than a poll of
	 * them in memory.
	 * @param selection which ones
	 * @param action takes them; of one partition, in order
	 * @throws KafkaException if the broker does not answer
	 * @throws IllegalArgumentException if the selection's topic is none of dead letters
	 */
	public void forEach(Selection selection, Consumer<DeadLetterRecord> action) {
		try (TopicReader reader = new TopicReader(this.consumerSettings)) {
			Stretch all = stretch(reader, selection);
			read(reader, all.starts(), all.ends(), selection, action);
		}
	}

	/**
	 * Returns the dead letters that were set aside last.
	 * @param selection which ones
	 * @param count how many at most
	 * @return the newest first
	 * @throws KafkaException if the broker does not answer
	 * @throws IllegalArgumentException if the selection's topic is none of dead letters
	 */
	public List<DeadLetterRecord> newest(Selection selection, int count) {
		Comparator<DeadLetterRecord> byTime = Comparator.comparing(DeadLetterRecord::time)
			.thenComparingLong((letter) -> letter.place().offset());
		try (TopicReader reader = new TopicReader(this.consumerSettings)) {
			Stretch all = stretch(reader, selection);
			for (long window = 2L * count;; window *= 8) {
				Map<TopicPartition, Long> starts = new HashMap<>();
				for (TopicPartition partition : all.starts().keySet()) {
					starts.put(partition, Math.max(all.start(partition), all.end(partition) - window));
				}
				PriorityQueue<DeadLetterRecord> found = new PriorityQueue<>(byTime);
				read(reader, starts, all.ends(), selection, (letter) -> {
					found.add(letter);
					if (found.size() > count) {
						found.remove();
					}
				});
				if (found.size() == count || starts.equals(all.starts())) {
					return found.stream().sorted(byTime.reversed()).toList();
				}
			}
		}
	}

	/**
	 * Finds a dead letter.
	 * @param place where it lies
	 * @return the dead letter; null if there is none, or none any more
	 * @throws KafkaException if the broker does not answer
	 * @throws IllegalArgumentException if the place is not on a topic of dead letters
	 */
	public @Nullable DeadLetterRecord find(Coordinates place) {
		try (TopicReader reader = new TopicReader(this.consumerSettings)) {
			return find(reader, place);
		}
	}

	private @Nullable DeadLetterRecord find(TopicReader reader, Coordinates place) {
		commandsOf(place.topic());
		TopicPartition partition = place.topicPartition();
		if (!reader.partitions(place.topic()).contains(partition)) {
			return null;
		}
		long start = reader.beginnings(List.of(partition)).getOrDefault(partition, 0L);
		long end = reader.ends(List.of(partition)).getOrDefault(partition, 0L);
		if (place.offset() < start || place.offset() >= end) {
			return null;
		}
		List<DeadLetterRecord> found = new ArrayList<>();
		reader.read(Map.of(partition, place.offset()), Map.of(partition, place.offset() + 1),
				(record) -> found.add(new DeadLetterRecord(record)));
		return found.isEmpty() ? null : found.getFirst();
	}

	/**
	 * Sends a dead letter back to where it came from: its bytes as they were received,
	 * without what made it a dead letter, and with the header that says where it lay. It
	 * goes to the partition that it came from, where its key has its order; if that is
	 * there no more, to its key's. When this returns, it is durable.
	 * @param place where it lies
	 * @return where it went; null if there is no such dead letter, or none any more
	 * @throws NotReplayableException if it does not say where it came from, or if its
	 * topic takes no record of its size any more
	 * @throws KafkaException if the broker does not answer
	 * @throws IllegalArgumentException if the place is not on a topic of dead letters
	 */
	public @Nullable Coordinates replay(Coordinates place) {
		try (TopicReader reader = new TopicReader(this.consumerSettings)) {
			DeadLetterRecord letter = find(reader, place);
			if (letter == null) {
				return null;
			}
			List<Coordinates> replayed = new ArrayList<>();
			try (Replay replay = new Replay(reader, new ReplayListener() {
				@Override
				public void replayed(Coordinates letter, Coordinates went) {
					replayed.add(went);
				}

				@Override
				public void notReplayable(NotReplayableException why) {
					throw why;
				}
			})) {
				replay.add(letter);
				replay.finish();
			}
			return replayed.getFirst();
		}
	}

	/**
	 * Sends dead letters back, each as {@link #replay(Coordinates)} does, in order. Those
	 * that come of it are left alone, and so are those that have died again since: of
	 * these only the last is sent, so that many replays make no more of them than one.
	 * @param selection which ones
	 * @param listener is told what came of each
	 * @throws KafkaException if the broker does not answer; what the listener was told of
	 * is durable
	 * @throws IllegalArgumentException if the selection's topic is none of dead letters
	 */
	public void replayAll(Selection selection, ReplayListener listener) {
		try (TopicReader reader = new TopicReader(this.consumerSettings);
				Replay replay = new Replay(reader, listener)) {
			forEachToReplay(reader, selection, replay::add);
			replay.finish();
		}
	}

	/**
	 * Goes through what {@link #replayAll} would send, and sends nothing.
	 * @param selection which ones
	 * @param action takes them; of one partition, in order
	 * @throws KafkaException if the broker does not answer
	 * @throws IllegalArgumentException if the selection's topic is none of dead letters
	 */
	public void forEachToReplay(Selection selection, Consumer<DeadLetterRecord> action) {
		try (TopicReader reader = new TopicReader(this.consumerSettings)) {
			forEachToReplay(reader, selection, action);
		}
	}

	private void forEachToReplay(TopicReader reader, Selection selection, Consumer<DeadLetterRecord> action) {
		Stretch all = stretch(reader, selection);
		// A bit for each offset, so that this stays small however many there are.
		Map<TopicPartition, BitSet> diedAgain = new HashMap<>();
		read(reader, all.starts(), all.ends(), Selection.ALL, (letter) -> {
			Coordinates earlier = letter.replayedFrom();
			if (earlier != null && all.has(earlier)) {
				diedAgain.computeIfAbsent(earlier.topicPartition(), (_) -> new BitSet()).set(all.distance(earlier));
			}
		});
		read(reader, all.starts(), all.ends(), selection, (letter) -> {
			BitSet again = diedAgain.get(letter.place().topicPartition());
			if (again == null || !again.get(all.distance(letter.place()))) {
				action.accept(letter);
			}
		});
	}

	/**
	 * Tells where a dead letter would be sent back to, as long as that is still there.
	 * @param letter the dead letter
	 * @return the partition that it came from
	 * @throws NotReplayableException if it does not say where it came from
	 */
	public TopicPartition target(DeadLetterRecord letter) {
		if (letter.isIncomplete()) {
			throw new NotReplayableException(letter.place(), "it is without what was too large or could not be read");
		}
		Coordinates original = letter.original();
		if (original == null) {
			throw new NotReplayableException(letter.place(), "it does not say where it came from");
		}
		String commands = commandsOf(letter.place().topic());
		if (!original.topic().equals(commands)) {
			throw new NotReplayableException(letter.place(),
					"it says that it came from %s, which is not %s".formatted(original.topic(), commands));
		}
		return original.topicPartition();
	}

	private static void read(TopicReader reader, Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends,
			Selection selection, Consumer<DeadLetterRecord> action) {
		reader.read(starts, ends, (record) -> {
			DeadLetterRecord letter = new DeadLetterRecord(record);
			if (selection.has(letter)) {
				action.accept(letter);
			}
		});
	}

	private Stretch stretch(TopicReader reader, Selection selection) {
		List<TopicPartition> partitions = topics(selection).stream()
			.flatMap((topic) -> reader.partitions(topic).stream())
			.toList();
		return new Stretch(reader.beginnings(partitions), reader.ends(partitions));
	}

	private List<String> topics(Selection selection) {
		String topic = selection.topic();
		if (topic == null) {
			return this.topics.commands().stream().map(this.topics::deadLetters).toList();
		}
		String commands = this.topics.commands().contains(topic) ? topic : commandsOf(topic);
		return List.of(this.topics.deadLetters(commands));
	}

	/**
	 * The commands' topic before a topic of dead letters.
	 */
	private String commandsOf(String deadLetters) {
		return this.topics.commands()
			.stream()
			.filter((commands) -> this.topics.deadLetters(commands).equals(deadLetters))
			.findAny()
			.orElseThrow(() -> new IllegalArgumentException("%s is no topic of dead letters; there are %s"
				.formatted(deadLetters, String.join(", ", topics(Selection.ALL)))));
	}

	/**
	 * Is told what comes of a replay.
	 */
	public interface ReplayListener {

		/**
		 * A dead letter has been sent back, and that is durable.
		 * @param letter where it lies
		 * @param went where it went
		 */
		void replayed(Coordinates letter, Coordinates went);

		/**
		 * A dead letter has been left where it lies.
		 * @param why says which, and why
		 */
		void notReplayable(NotReplayableException why);

	}

	/** What lay on the topics at one time. */
	private record Stretch(Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends) {

		long start(TopicPartition partition) {
			return Objects.requireNonNull(this.starts.get(partition));
		}

		long end(TopicPartition partition) {
			return Objects.requireNonNull(this.ends.get(partition));
		}

		boolean has(Coordinates place) {
			TopicPartition partition = place.topicPartition();
			return this.starts.containsKey(partition) && place.offset() >= start(partition)
					&& place.offset() < end(partition);
		}

		/** How far a place is from its partition's start; what is farther is not kept. */
		int distance(Coordinates place) {
			return Math.toIntExact(place.offset() - start(place.topicPartition()));
		}

	}

	/** Dead letters on their way back. */
	private final class Replay implements AutoCloseable {

		private final TopicReader reader;

		private final ReplayListener listener;

		private final Producer<byte[], byte[]> producer = new KafkaProducer<>(DeadLetters.this.producerSettings,
				new ByteArraySerializer(), new ByteArraySerializer());

		private final Map<String, List<TopicPartition>> partitions = new HashMap<>();

		private final Queue<Sent> inFlight = new ArrayDeque<>();

		Replay(TopicReader reader, ReplayListener listener) {
			this.reader = reader;
			this.listener = listener;
		}

		void add(DeadLetterRecord letter) {
			TopicPartition target;
			try {
				target = target(letter);
			}
			catch (NotReplayableException ex) {
				this.listener.notReplayable(ex);
				return;
			}
			boolean there = this.partitions.computeIfAbsent(target.topic(), this.reader::partitions).contains(target);
			this.inFlight.add(new Sent(letter.place(),
					this.producer.send(letter.replay(target.topic(), there ? target.partition() : null))));
			if (this.inFlight.size() >= IN_FLIGHT) {
				finish();
			}
		}

		void finish() {
			for (Sent sent = this.inFlight.poll(); sent != null; sent = this.inFlight.poll()) {
				try {
					RecordMetadata went = sent.await();
					this.listener.replayed(sent.letter(),
							new Coordinates(went.topic(), went.partition(), went.offset()));
				}
				catch (RecordTooLargeException ex) {
					this.listener
						.notReplayable(new NotReplayableException(sent.letter(), String.valueOf(ex.getMessage())));
				}
			}
		}

		@Override
		public void close() {
			this.producer.close(Duration.ZERO);
		}

	}

	private record Sent(Coordinates letter, Future<RecordMetadata> metadata) {

		RecordMetadata await() {
			try {
				return this.metadata.get();
			}
			catch (ExecutionException ex) {
				throw (ex.getCause() instanceof KafkaException cause) ? cause : new KafkaException(ex.getCause());
			}
			catch (InterruptedException ex) {
				throw new InterruptException(ex);
			}
		}

	}

}
