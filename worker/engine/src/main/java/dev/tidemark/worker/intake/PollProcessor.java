package dev.tidemark.worker.intake;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.Verb;
import dev.tidemark.worker.aggregate.Aggregates;
import dev.tidemark.worker.batch.CommandDecider;
import dev.tidemark.worker.batch.GroupState;
import dev.tidemark.worker.batch.PollProgress;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.envelope.LeftOut;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.envelope.ReceivedRecord;
import dev.tidemark.worker.observability.CommandTraces;
import dev.tidemark.worker.observability.PollSpans;
import dev.tidemark.worker.observability.WorkerMeters;
import dev.tidemark.worker.observability.WorkerMeters.Phase;
import dev.tidemark.worker.outcome.Position;
import dev.tidemark.worker.publication.Event;
import dev.tidemark.worker.publication.Event.DeadLetter;
import dev.tidemark.worker.publication.Publisher;
import dev.tidemark.worker.reading.CommandReader;
import dev.tidemark.worker.reading.UnreadableRecordException;

/**
 * Turns a poll's records into what is to be published of them. Where a batch fails for
 * the sake of one record, it finds that record.
 */
@Component
class PollProcessor {

	private static final Logger logger = LoggerFactory.getLogger(PollProcessor.class);

	/**
	 * How often to look again at what another transaction has left, before blaming a
	 * record.
	 */
	private static final int ATTEMPTS = 4;

	private final CommandReader reader;

	private final Aggregates aggregates;

	private final CommandDecider decider;

	private final FailurePolicy policy;

	private final WorkerMeters meters;

	private final CommandTraces traces;

	PollProcessor(CommandReader reader, Aggregates aggregates, CommandDecider decider, FailurePolicy policy,
			WorkerMeters meters, CommandTraces traces) {
		this.reader = reader;
		this.aggregates = aggregates;
		this.decider = decider;
		this.policy = policy;
		this.meters = meters;
		this.traces = traces;
	}

	/**
	 * Decides all records of a poll. When this returns, the rows are durable and the
	 * events are not, though they may have been sent; when it throws, some rows may be,
	 * and the log knows of them.
	 * @param records the records, in the order of each partition
	 * @param after by partition, the offset that the group will have
	 * @param consumer who has them; knows how many partitions there are
	 * @param group where the group was before
	 * @param publisher who will publish what is returned
	 * @return what is to be published
	 * @throws RuntimeException if the surroundings are ill, or the database does not
	 * agree with the group, as {@link CommandDecider#check} has it
	 */
	Processed process(List<ConsumerRecord<Payload, Payload>> records, Map<TopicPartition, OffsetAndMetadata> after,
			Consumer<?, ?> consumer, GroupState group, Publisher publisher) {
		WorkerMeters.Stopwatch watch = this.meters.stopwatch();
		PollSpans spans = this.traces.poll();
		SortedMap<TopicPartition, Position> bounds = new TreeMap<>(
				Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition));
		List<ReceivedCommand> commands = new ArrayList<>(records.size());
		List<Event> events = new ArrayList<>(records.size());
		Placement placement = new Placement(consumer);
		for (ConsumerRecord<Payload, Payload> record : records) {
			bounds.computeIfAbsent(new TopicPartition(record.topic(), record.partition()),
					(partition) -> new Position(record.offset(), end(after, partition)));
			ReceivedRecord received = received(record);
			try {
				ReceivedCommand command = this.reader.read(received);
				placement.check(command);
				commands.add(spans.begin(command));
			}
			catch (UnreadableRecordException ex) {
				events.add(new DeadLetter(received, ex.reason(), ex.detail()));
			}
		}
		// Between partitions any order will do; in this one, commands find whom they
		// name in the same poll.
		commands.sort(Comparator.comparingInt((command) -> this.aggregates.rank(command.command().type().aggregate())));
		watch.lap(Phase.DECODE);
		PollProgress poll = new PollProgress(bounds, group, spans, publisher);
		if (!events.isEmpty()) {
			// What the guard may refuse is not sent before it has been asked.
			poll.withdraw();
		}
		decide(commands, poll, events);
		if (!poll.isRecorded()) {
			// All of it is dead.
			decideNothing(poll, events);
		}
		return new Processed(events, poll.decided(), records.size(), dead(records, events), placement.misplaced(),
				spans);
	}

	private static long end(Map<TopicPartition, OffsetAndMetadata> after, TopicPartition partition) {
		return Objects.requireNonNull(after.get(partition), partition::toString).offset();
	}

	private static ReceivedRecord received(ConsumerRecord<Payload, Payload> record) {
		return new ReceivedRecord(new Coordinates(record.topic(), record.partition(), record.offset()),
				record.timestamp(), bytes(record.key()), bytes(record.value()), record.headers(),
				LeftOut.of(leftOut(record.key()), leftOut(record.value()), digest(record.value())));
	}

	private static byte @Nullable [] bytes(@Nullable Payload payload) {
		return (payload != null) ? payload.bytes() : null;
	}

	private static @Nullable Integer leftOut(@Nullable Payload payload) {
		return (payload != null && payload.bytes() == null) ? payload.size() : null;
	}

	private static @Nullable String digest(@Nullable Payload payload) {
		return (payload != null) ? payload.sha256() : null;
	}

	private static DeadRun dead(List<ConsumerRecord<Payload, Payload>> records, List<Event> events) {
		int letters = 0;
		Set<Coordinates> dead = new HashSet<>();
		for (Event event : events) {
			if (event instanceof DeadLetter letter) {
				letters++;
				dead.add(letter.record().coordinates());
			}
		}
		return (letters == 0) ? DeadRun.NONE : DeadRun.of(letters, records.stream()
			.map((record) -> dead.contains(new Coordinates(record.topic(), record.partition(), record.offset())))
			.toList());
	}

	private void decideNothing(PollProgress poll, List<Event> events) {
		RuntimeException failure = tryTo(() -> this.decider.decideNothing(poll), poll, events);
		if (failure != null) {
			throw failure;
		}
	}

	private void decide(List<ReceivedCommand> commands, PollProgress poll, List<Event> events) {
		if (commands.isEmpty()) {
			return;
		}
		RuntimeException failure = tryTo(() -> this.decider.decide(commands, poll), poll, events);
		if (failure == null) {
			return;
		}
		if (commands.size() > 1) {
			int middle = commands.size() / 2;
			decide(commands.subList(0, middle), poll, events);
			decide(commands.subList(middle, commands.size()), poll, events);
			return;
		}
		ReceivedCommand blamed = commands.getFirst();
		if (blamed.command().type().verb() == Verb.RESUME) {
			takeUpPart(blamed, poll, events);
			return;
		}
		events.add(unprocessable(blamed.record(), failure));
	}

	/**
	 * Takes up less and less of a queue that fails as a whole, until what can be applied
	 * is, or the first of it is found to fail alone. Another resume follows for the rest.
	 */
	private void takeUpPart(ReceivedCommand resume, PollProgress poll, List<Event> events) {
		RuntimeException failure = null;
		for (int i = CommandDecider.TAKEN_UP_AT_ONCE / 2; i > 0; i /= 2) {
			int atMost = i;
			failure = tryTo(() -> this.decider.takeUp(resume, atMost, poll), poll, events);
			if (failure == null) {
				return;
			}
		}
		RuntimeException ofTheFirst = Objects.requireNonNull(failure);
		RuntimeException hopeless = tryTo(
				() -> this.decider.discard(resume, (first) -> unprocessable(first, ofTheFirst), poll), poll, events);
		if (hopeless != null) {
			throw hopeless;
		}
	}

	/**
	 * Tries to decide, and again if another transaction was in the way.
	 * @return null if it worked; what some record is to blame for if not
	 */
	private @Nullable RuntimeException tryTo(Supplier<List<Event>> decide, PollProgress poll, List<Event> events) {
		RuntimeException failure = null;
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			try {
				events.addAll(decide.get());
				return null;
			}
			catch (RuntimeException ex) {
				failure = ex;
				switch (this.policy.decide(ex)) {
					case WAIT -> throw ex;
					case AGAIN -> logger.debug("Another transaction was in the way", ex);
					case AGAIN_AND_WAIT -> {
						if (attempt == ATTEMPTS - 1) {
							throw ex;
						}
					}
					case SPLIT -> attempt = ATTEMPTS;
				}
				poll.withdraw();
			}
		}
		return failure;
	}

	private static DeadLetter unprocessable(ReceivedRecord record, RuntimeException failure) {
		String reason = FailurePolicy.inAWord(failure);
		logger.debug("How {} fails", record.coordinates(), failure);
		return new DeadLetter(record, DeadLetterReason.UNPROCESSABLE, "fails alone: " + reason);
	}

}
