package dev.tidemark.worker.intake;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.hibernate.exception.GenericJDBCException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.task.TaskCommand.RepublishTask;
import dev.tidemark.contracts.task.TaskCommand.ResumeTask;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.UserCommand.RepublishUser;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.batch.GroupState;
import dev.tidemark.worker.aggregate.StoredAggregates;
import dev.tidemark.worker.batch.CommandBatches;
import dev.tidemark.worker.envelope.Received;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.envelope.ReceivedRecord;
import dev.tidemark.worker.observability.Meters;
import dev.tidemark.worker.publication.Event;
import dev.tidemark.worker.publication.Event.DeadLetter;
import dev.tidemark.worker.publication.Event.ReadModelChanged;
import dev.tidemark.worker.publication.Publication;
import dev.tidemark.worker.reading.Readers;
import dev.tidemark.worker.state.RecordedWrites;
import dev.tidemark.worker.state.RecordedWrites.Refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Who suffers for a failure, and how often it is tried.
 */
class PollProcessorTests {

	private static final RecordedWrites database = CommandBatches.database();

	private final MockProducer<byte[], byte[]> producer = producer();

	private final List<List<String>> transactions = new ArrayList<>();

	private final List<ReceivedCommand> commands = new ArrayList<>();

	@AfterAll
	static void close() {
		database.close();
	}

	@Test
	void allOfAPollIsDecidedInOneTransaction() {
		republish(500);
		Processed processed = process(Refusal.NEVER);
		assertThat(this.transactions).hasSize(1);
		assertThat(processed.events()).hasSize(500).hasOnlyElementsOfType(ReadModelChanged.class);
		assertThat(processed.decided()).hasSize(500);
		assertThat(processed.dead()).isEqualTo(DeadRun.NONE);
		assertThat(this.producer.uncommittedRecords()).as("sent while the rows are written").hasSize(500);
	}

	@Test
	void theOneThatIsToBlameIsFoundAndAllOthersAreLetThrough() {
		republish(500);
		UUID poison = this.commands.get(321).id();
		Processed processed = process((statements) -> {
			if (statements.toString().contains(poison.toString())) {
				throw refusal("23514");
			}
		});
		assertThat(processed.events()).hasSize(500);
		assertThat(letters(processed)).singleElement().satisfies((letter) -> {
			assertThat(letter.record().coordinates()).isEqualTo(this.commands.get(321).coordinates());
			assertThat(letter.reason()).isEqualTo(DeadLetterReason.UNPROCESSABLE);
			assertThat(letter.detail()).isEqualTo("fails alone: SQLSTATE 23514");
		});
		assertThat(keys(processed)).isEqualTo(this.commands.stream()
			.filter((command) -> !command.id().equals(poison))
			.map((command) -> command.command().key())
			.toList());
		assertThat(processed.decided()).hasSize(499);
		assertThat(processed.dead()).isEqualTo(new DeadRun(1, 0, 1, 0));
		assertThat(this.transactions).as("by halves").hasSizeLessThanOrEqualTo(19);
	}

	@Test
	void afterAFailureNothingIsSentBeforeAllIsDecided() {
		republish(8);
		UUID poison = this.commands.get(3).id();
		process((statements) -> {
			if (statements.toString().contains(poison.toString())) {
				throw refusal("22001");
			}
		});
		assertThat(this.producer.uncommittedRecords()).isEmpty();
		assertThat(this.producer.transactionAborted()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "08006, 1", "53100, 1", "57014, 1", "40001, 4", "40P01, 4" })
	void whereNoRecordIsToBlameAllOfThemWait(String state, int attempts) {
		republish(8);
		assertThatThrownBy(() -> process((_) -> {
			throw refusal(state);
		})).isInstanceOf(GenericJDBCException.class);
		assertThat(this.transactions).hasSize(attempts);
	}

	@ParameterizedTest
	@CsvSource({ "23505, 4", "23503, 4", "23514, 1" })
	void whatAnotherTransactionHasLeftIsLookedAtAgainBeforeARecordIsBlamed(String state, int attempts) {
		republish(1);
		Processed processed = process((statements) -> refuseCommands(statements, state));
		assertThat(letters(processed)).extracting(DeadLetter::detail).containsExactly("fails alone: SQLSTATE " + state);
		assertThat(this.transactions).as("and one that says how far the poll goes").hasSize(attempts + 1);
	}

	@ParameterizedTest
	@CsvSource({ "23505", "40001" })
	void whoeverWasInTheWayAndIsNoMoreIsNotBlamed(String state) {
		republish(8);
		Processed processed = process((_) -> {
			if (this.transactions.size() < 3) {
				throw refusal(state);
			}
		});
		assertThat(letters(processed)).isEmpty();
		assertThat(keys(processed)).hasSize(8);
		assertThat(this.transactions).hasSize(3);
	}

	@Test
	void whatIsNoCommandIsADeadLetterAndNothingIsSentBeforeTheGuardHasBeenAsked() {
		republish(3);
		List<ConsumerRecord<Payload, Payload>> records = new ArrayList<>(records());
		records.add(1, new ConsumerRecord<>(Tasks.TYPE.commandTopic(), 0, 77, null, payload(new byte[] { 'x' })));
		Processed processed = process(records, Refusal.NEVER);
		assertThat(letters(processed)).singleElement()
			.satisfies((letter) -> assertThat(letter.reason()).isEqualTo(DeadLetterReason.NOT_A_CLOUD_EVENT));
		assertThat(processed.dead()).isEqualTo(new DeadRun(1, 0, 1, 0));
		assertThat(processed.size()).isEqualTo(4);
		assertThat(keys(processed)).hasSize(3);
		assertThat(this.producer.uncommittedRecords()).isEmpty();
	}

	@Test
	void usersAreDecidedBeforeTasksAndEachInItsOrder() {
		add(new RepublishTask(new UUID(0, 1)));
		add(new RepublishUser("amara"));
		add(new RepublishTask(new UUID(0, 2)));
		add(new RepublishUser("ليلى"));
		assertThat(keys(process(Refusal.NEVER))).containsExactly("amara", "ليلى", new UUID(0, 1).toString(),
				new UUID(0, 2).toString());
	}

	/** Of a queue, less and less is taken up, and then its first is discarded. */
	@Test
	void aResumeThatFailsInEveryPartIsNoDeadLetter() {
		add(new ResumeTask(UUID.randomUUID()));
		assertThatThrownBy(() -> process((_) -> {
			throw refusal("23514");
		})).isInstanceOf(GenericJDBCException.class);
		// All of it, 250, 125, 62, 31, 15, 7, 3, 1, and the first to be discarded.
		assertThat(this.transactions).hasSize(10);
	}

	@Test
	void aResumeThatGoesOnInPartIsDone() {
		add(new ResumeTask(UUID.randomUUID()));
		Processed processed = process((_) -> {
			if (this.transactions.size() < 4) {
				throw refusal("23514");
			}
		});
		assertThat(processed.events()).isEmpty();
		assertThat(processed.decided()).hasSize(1);
		assertThat(this.transactions).hasSize(4);
	}

	@Test
	void howFarAPollGoesIsKnownThoughAllOfItIsDead() {
		republish(2);
		Processed processed = process((statements) -> refuseCommands(statements, "23514"));
		assertThat(processed.events()).hasSize(2).allMatch(DeadLetter.class::isInstance);
		assertThat(this.transactions.getLast()).singleElement().asString().startsWith("insert intake_position");
	}

	private static void refuseCommands(List<String> statements, String state) {
		if (statements.stream().anyMatch((statement) -> statement.startsWith("insert command_log"))) {
			throw refusal(state);
		}
	}

	private void republish(int count) {
		for (int i = 0; i < count; i++) {
			add(new RepublishTask(UUID.randomUUID()));
		}
	}

	private void add(Command command) {
		this.commands.add(Received.at(this.commands.size(), command));
	}

	private Processed process(Refusal refusal) {
		return process(records(), refusal);
	}

	private Processed process(List<ConsumerRecord<Payload, Payload>> records, Refusal refusal) {
		PollProcessor processor = new PollProcessor(Readers.reader(), StoredAggregates.declared(),
				CommandBatches.ofNothing(database, (statements) -> {
					this.transactions.add(statements);
					refusal.check(statements);
				}), new FailurePolicy(), Meters.unread(), Meters.noTraces());
		return processor.process(records, after(records), consumer(),
				new GroupState("group", Map.of(), Set.of(), Map.of()), Publication.to(this.producer, producer()));
	}

	private static Map<TopicPartition, OffsetAndMetadata> after(List<ConsumerRecord<Payload, Payload>> records) {
		return records.stream()
			.collect(Collectors.toMap((record) -> new TopicPartition(record.topic(), record.partition()),
					(record) -> new OffsetAndMetadata(record.offset() + 1), (_, last) -> last));
	}

	private List<ConsumerRecord<Payload, Payload>> records() {
		return this.commands.stream().map((command) -> {
			ReceivedRecord record = command.record();
			return new ConsumerRecord<>(record.coordinates().topic(), 0, record.coordinates().offset(),
					record.timestamp(), TimestampType.CREATE_TIME, 0, 0, payload(record.key()), payload(record.value()),
					record.headers(), Optional.empty());
		}).toList();
	}

	private static Payload payload(byte @Nullable [] bytes) {
		PollBudget budget = new PollBudget();
		budget.renew();
		return Objects.requireNonNull(budget.values()
			.deserialize("topic", new RecordHeaders(), ByteBuffer.wrap(Objects.requireNonNull(bytes))));
	}

	private static MockProducer<byte[], byte[]> producer() {
		return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
	}

	private static MockConsumer<byte[], byte[]> consumer() {
		MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
		Node node = new Node(0, "localhost", 9092);
		for (String topic : List.of(Tasks.TYPE.commandTopic(), Users.TYPE.commandTopic())) {
			consumer.updatePartitions(topic,
					List.of(new PartitionInfo(topic, 0, node, new Node[] { node }, new Node[] { node })));
		}
		return consumer;
	}

	private static RuntimeException refusal(String state) {
		return new GenericJDBCException("refused", new SQLException("refused", state));
	}

	private static List<DeadLetter> letters(Processed processed) {
		return processed.events().stream().filter(DeadLetter.class::isInstance).map(DeadLetter.class::cast).toList();
	}

	private static List<String> keys(Processed processed) {
		List<String> keys = new ArrayList<>();
		for (Event event : processed.events()) {
			if (event instanceof ReadModelChanged changed) {
				keys.add(changed.key());
			}
		}
		return keys;
	}

}
