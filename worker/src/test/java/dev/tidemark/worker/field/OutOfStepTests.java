package dev.tidemark.worker.field;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess;
import dev.tidemark.worker.stack.WorkerProcess.Completed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Database, consumer group and topic do not agree, and somebody has to say how to go on:
 * it is told, nothing is lost unseen meanwhile, and {@code realign} is all that has to be
 * typed.
 * <p>
 * A worker process with real consumers, since what a broker has and has no more shows in
 * their offsets only.
 */
class OutOfStepTests {

	private static final String LOST = "tidemark_records_lost_total";

	private final Deployment deployment = Deployment.prepare(2);

	private final Client client = this.deployment.client();

	private final Topics topics = new Topics(this.deployment.tenant().bootstrapServers());

	private final String commands = this.deployment.tenant().topics().commands(Tasks.TYPE);

	@BeforeEach
	void start() {
		this.deployment.start();
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), Commands.register("amara")));
	}

	@AfterEach
	void close() {
		this.deployment.close();
		this.topics.close();
	}

	@Test
	void recordsThatAreGoneStopTheirPartitionUntilSomebodyHasAcknowledgedThem() throws IOException {
		RecordMetadata seen = create("seen");
		this.client.awaitConsumed(seen);
		TopicPartition stands = new TopicPartition(seen.topic(), seen.partition());
		TopicPartition other = new TopicPartition(seen.topic(), 1 - seen.partition());
		this.deployment.stop();
		for (int i = 0; i < 3; i++) {
			send(stands, "gone");
		}
		long behind = this.topics.end(stands);
		this.topics.forgetBefore(stands, behind);
		RecordMetadata waiting = send(stands, "waiting");
		startOutOfStep();
		try (Fault fault = Fault.of("records that are gone", this.deployment.worker())) {
			fault.isNamed("intake", "OUT_OF_STEP");
			// The others go on.
			this.client.awaitConsumed(send(other, "other"));
			fault.isMeasured(3, LOST);
			fault.isToldOnce("ERROR", "%s lost 3 offsets, %d to %d".formatted(stands, behind - 3, behind - 1),
					"realign");
			fault.staysNamed("intake", "OUT_OF_STEP", Duration.ofSeconds(6));
		}
		assertThat(titles()).containsExactlyInAnyOrder("seen", "other");
		// Whoever has the partition next stops as well, and counts nothing again.
		this.deployment.worker().kill();
		startOutOfStep();
		try (Fault fault = Fault.of("records that are gone, told before", this.deployment.worker())) {
			fault.isNamed("intake", "OUT_OF_STEP");
			fault.isMeasured(0, LOST);
			Completed dryRun = realign("--dry-run");
			assertThat(dryRun.output()).contains("%s: 3 offsets".formatted(stands), "5 of 6 partitions are in step");
			assertThat(dryRun.exitCode()).isEqualTo(3);
			fault.staysNamed("intake", "OUT_OF_STEP", Duration.ofSeconds(1));
			assertThatItIsRealigned();
			fault.ends();
		}
		this.client.awaitConsumed(waiting);
		assertThat(titles()).containsExactlyInAnyOrder("seen", "other", "waiting");
	}

	@Test
	void aTopicThatWasMadeAgainIsNotReadBeforeItIsAccepted() throws IOException {
		createAll(20, "old");
		this.deployment.stop();
		remake();
		// As many as were read of the old one, and more: by its offset, nobody could
		// tell.
		createAllAndLeave(30, "new");
		startOutOfStep();
		try (Fault fault = Fault.of("a topic that was made again", this.deployment.worker())) {
			fault.isNamed("intake", "OUT_OF_STEP");
			fault.staysNamed("intake", "OUT_OF_STEP", Duration.ofSeconds(3));
			assertThat(titles()).hasSize(20).containsOnly("old");
			assertThat(realign("--dry-run").output()).contains("it is another topic than the database knows");
			assertThatItIsRealigned();
			fault.ends();
		}
		assertThat(titles()).hasSize(50).filteredOn("new"::equals).hasSize(30);
	}

	@Test
	void aTopicThatIsMadeAgainUnderARunningWorkerIsNoticed() throws IOException {
		createAll(20, "old");
		remake();
		// One partition is longer than before at once, the other ends before where the
		// worker is.
		TopicPartition longer = new TopicPartition(this.commands, 0);
		TopicPartition shorter = new TopicPartition(this.commands, 1);
		for (int i = 0; i < 30; i++) {
			send(longer, "new");
		}
		send(shorter, "new");
		try (Fault fault = Fault.of("a topic that is made again", this.deployment.worker())) {
			fault.isNamed("intake", "OUT_OF_STEP");
			assertThatItIsRealigned();
			fault.ends();
		}
		assertThat(titles()).hasSize(51).filteredOn("new"::equals).hasSize(31);
	}

	@Test
	void aTopicThatEndsBeforeTheGroupIsReadAgainFromItsBeginning() throws IOException {
		createAll(20, "old");
		this.deployment.stop();
		TopicPartition cut = new TopicPartition(this.commands, 0);
		this.topics.set(this.deployment.tenant().groupId(), cut, this.topics.end(cut) + 10);
		this.deployment.execute("update intake_position set read_before = read_before + 20 where topic = '%s'"
			.formatted(this.commands));
		startOutOfStep();
		try (Fault fault = Fault.of("a topic that was cut", this.deployment.worker())) {
			fault.isNamed("intake", "OUT_OF_STEP");
			assertThat(this.deployment.worker().output()).containsOnlyOnce("ERROR").contains(cut + " was cut");
			assertThat(realign("--dry-run").output()).contains(cut + ": the topic no longer has");
			assertThatItIsRealigned();
			fault.ends();
		}
		createAll(10, "after");
		assertThat(titles()).hasSize(30);
	}

	@Test
	void aSecondGroupIsRefusedAtTheStartAndMayTakeOver() {
		createAll(20, "blue");
		Map<String, String> green = new HashMap<>(this.deployment.tenant().environment());
		green.put("TIDEMARK_GROUP_ID", this.deployment.tenant().groupId() + "-green");
		Completed refused = WorkerProcess.run(green);
		assertThat(refused.exitCode()).isEqualTo(1);
		assertThat(refused.errors()).contains("tidemark: the database belongs to the consumer group '%s'"
			.formatted(this.deployment.tenant().groupId()), "realign");
		Completed tooEarly = WorkerProcess.run(green, "realign");
		assertThat(tooEarly.exitCode()).isEqualTo(1);
		assertThat(tooEarly.errors()).contains("has members: stop its workers first");
		this.deployment.stop();
		createAllAndLeave(10, "green");
		// Nobody reads yet: it is handed over all the same, and says what is still to do.
		Completed handedOver = WorkerProcess.run(green, "realign", "--wait", "1");
		assertThat(handedOver.output()).contains("takes over");
		assertThat(handedOver.errors()).contains("start a worker");
		assertThat(WorkerProcess.run(this.deployment.tenant().environment()).exitCode()).isEqualTo(1);
		this.deployment.start(Map.of("TIDEMARK_GROUP_ID", green.get("TIDEMARK_GROUP_ID")));
		Completed done = WorkerProcess.run(green, "realign");
		assertThat(done.exitCode()).describedAs("%s", done).isZero();
		assertThat(titles()).hasSize(30);
		// At the first group's offsets: nothing has been published again.
		assertThat(this.topics.read(this.deployment.tenant().topics().readModel(Tasks.TYPE))).hasSize(30);
	}

	@Test
	void aGroupWithoutOffsetsBeginsWhereTheDatabaseIsAndMissesNothing() throws IOException {
		createAll(20, "seen");
		this.deployment.stop();
		createAllAndLeave(5, "gone");
		for (int partition = 0; partition < 2; partition++) {
			TopicPartition place = new TopicPartition(this.commands, partition);
			this.topics.forgetBefore(place, this.topics.end(place));
		}
		this.topics.forget(this.deployment.tenant().groupId());
		startOutOfStep();
		try (Fault fault = Fault.of("records that are gone, and no offsets", this.deployment.worker())) {
			fault.isNamed("intake", "OUT_OF_STEP");
			assertThatItIsRealigned();
			fault.ends();
		}
		createAll(5, "after");
		assertThat(titles()).hasSize(25);
	}

	/** What differs is published again: here, a row that the topic has never had. */
	@Test
	void whatDiffersIsPublishedAgain() {
		createAll(5, "seen");
		this.deployment.execute("update tasks set title = 'by hand'");
		Completed done = realign();
		assertThat(done.exitCode()).describedAs("%s", done).isZero();
		assertThat(done.output()).contains("5 tasks are published again", "the topic is as the table");
	}

	/** It does not become ready. */
	private void startOutOfStep() {
		this.deployment.start(Map.of()).awaitAlive();
	}

	private void assertThatItIsRealigned() {
		Completed done = realign();
		assertThat(done.exitCode()).describedAs("%s", done).isZero();
		assertThat(done.output()).contains("the topic is as the table");
	}

	private Completed realign(String... more) {
		List<String> arguments = new ArrayList<>(List.of("realign"));
		arguments.addAll(List.of(more));
		return WorkerProcess.run(this.deployment.tenant().environment(), arguments.toArray(String[]::new));
	}

	private RecordMetadata create(String title) {
		return this.client.send(UUID.randomUUID(), Commands.create(UUID.randomUUID(), title));
	}

	private RecordMetadata send(TopicPartition partition, String title) {
		return this.client.send(Commands.record(partition.topic(), partition.partition(), UUID.randomUUID(),
				Commands.create(UUID.randomUUID(), title)));
	}

	private void createAll(int count, String title) {
		this.client.awaitConsumed(createAllAndLeave(count, title));
	}

	private RecordMetadata[] createAllAndLeave(int count, String title) {
		List<RecordMetadata> sent = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			sent.add(create(title));
		}
		return sent.toArray(RecordMetadata[]::new);
	}

	private void remake() {
		this.topics.remake(this.commands, 2);
	}

	private List<String> titles() {
		return this.deployment.query("select title from tasks");
	}

}
