package dev.tidemark.worker.intake;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.TaskCommand.ResumeTask;
import dev.tidemark.contracts.UserCommand;
import dev.tidemark.worker.batch.CommandBatch;
import dev.tidemark.worker.batch.Poll;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.publication.Event;
import dev.tidemark.worker.publication.Event.DeadLetter;

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

	private final CommandBatch batch;

	private final FailurePolicy policy;

	private final DeadLetterGuard guard;

	PollProcessor(CommandReader reader, CommandBatch batch, FailurePolicy policy, DeadLetterGuard guard) {
		this.reader = reader;
		this.batch = batch;
		this.policy = policy;
		this.guard = guard;
	}

	/**
	 * Decides all records of a poll. When this returns, the rows are durable and the
	 * events are not; when it throws, some rows may be, and the log knows of them.
	 * @param records the records, in the order of each partition
	 * @return what is to be published, in order
	 * @throws TooManyDeadLettersException if there are too many dead letters to go on
	 * @throws RuntimeException if the surroundings are ill
	 */
	List<Event> process(List<ConsumerRecord<byte[], byte[]>> records) {
		SortedMap<TopicPartition, Long> starts = new TreeMap<>(
				Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition));
		Map<Coordinates, ConsumerRecord<byte[], byte[]>> read = new HashMap<>();
		List<ReceivedCommand> commands = new ArrayList<>(records.size());
		List<Event> events = new ArrayList<>(records.size());
		for (ConsumerRecord<byte[], byte[]> record : records) {
			starts.putIfAbsent(new TopicPartition(record.topic(), record.partition()), record.offset());
			try {
				ReceivedCommand command = this.reader.read(record);
				commands.add(command);
				read.put(command.coordinates(), record);
			}
			catch (UnreadableRecordException ex) {
				events.add(deadLetter(record, ex.reason(), ex.detail()));
			}
		}
		// Between partitions any order will do; in this one, tasks find users who come in
		// the same poll.
		commands.sort(Comparator.comparing((command) -> !(command.command() instanceof UserCommand)));
		decide(commands, new Poll(starts), read, events);
		this.guard.admit(records.size(), (int) events.stream().filter(DeadLetter.class::isInstance).count());
		return events;
	}

	private void decide(List<ReceivedCommand> commands, Poll poll,
			Map<Coordinates, ConsumerRecord<byte[], byte[]>> records, List<Event> events) {
		if (commands.isEmpty()) {
			return;
		}
		RuntimeException failure = null;
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			try {
				events.addAll(this.batch.decide(commands, poll));
				return;
			}
			catch (RuntimeException ex) {
				failure = ex;
				switch (this.policy.decide(ex)) {
					case WAIT -> throw ex;
					case AGAIN -> logger.debug("Another transaction was in the way", ex);
					case SPLIT -> attempt = ATTEMPTS;
				}
			}
		}
		if (commands.size() > 1) {
			int middle = commands.size() / 2;
			decide(commands.subList(0, middle), poll, records, events);
			decide(commands.subList(middle, commands.size()), poll, records, events);
			return;
		}
		ReceivedCommand blamed = commands.getFirst();
		String reason = FailurePolicy.inAWord(Objects.requireNonNull(failure));
		logger.debug("{} fails alone", blamed.coordinates(), failure);
		if (blamed.command() instanceof ResumeTask resume) {
			logger.error("What waits for task {} fails and goes on waiting: {}", resume.taskId(), reason);
			events.addAll(this.batch.leaveWaiting(blamed, poll));
			return;
		}
		logger.error("{} fails alone and goes to the dead letters: {}", blamed.coordinates(), reason);
		events.add(deadLetter(Objects.requireNonNull(records.get(blamed.coordinates())), DeadLetterReason.UNPROCESSABLE,
				"fails alone: " + reason));
	}

	private static DeadLetter deadLetter(ConsumerRecord<byte[], byte[]> record, DeadLetterReason reason,
			String detail) {
		return new DeadLetter(new Coordinates(record.topic(), record.partition(), record.offset()), record.timestamp(),
				record.key(), record.value(), record.headers(), reason, detail);
	}

}
