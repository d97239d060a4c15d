package dev.tidemark.worker.field;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.BrokerCluster;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Cluster;
import dev.tidemark.worker.stack.DatabasePair.Replication;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess;
import dev.tidemark.worker.stack.WorkerProcess.Completed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A command topic whose brokers may acknowledge what only one of them has, and elect one
 * that does not have it: records are gone that a sender was told are safe, and that the
 * worker has read. On three brokers of its own, with {@code -Dtidemark.stack=cluster}
 * only, as it takes a minute.
 */
@EnabledIfSystemProperty(named = "tidemark.stack", matches = "cluster")
class UncleanElectionTests {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final String LOST = "tidemark_records_lost_total";

	private final Cluster cluster = Cluster.start(Replication.SYNCHRONOUS);

	private final BrokerCluster brokers = this.cluster.brokers();

	private final Deployment deployment = Deployment.prepare(this.cluster.stack(), 3);

	private final Client client = this.deployment.client();

	private final Topics topics = new Topics(this.deployment.tenant().bootstrapServers());

	private final String commands = this.deployment.tenant().topics().commands(Tasks.TYPE);

	private final TopicPartition partition = new TopicPartition(this.commands, 1);

	@AfterEach
	void close() {
		this.topics.close();
		this.deployment.close();
		this.cluster.close();
	}

	@Test
	void whatABrokerDoesNotHaveThatIsElectedAllTheSameIsToldAndWaitsForSomebody() throws IOException {
		this.deployment.start();
		this.client.awaitConsumed(this.client.send(UUID.randomUUID(), Commands.register("amara")));
		this.topics.set(this.commands, "min.insync.replicas", "1");
		this.topics.set(this.commands, "unclean.leader.election.enable", "true");
		create(50, "everywhere");
		int leader = this.brokers.leader(this.partition).orElseThrow();
		this.brokers.relieve(leader, this.commands);
		long whole = this.topics.end(this.partition);
		this.brokers.holdBack(leader);
		create(20, "on one broker");
		List<String> told;
		try (Fault fault = Fault.of("an unclean election", this.deployment.worker())) {
			this.brokers.kill(leader);
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> this.brokers.leader(this.partition).filter((elected) -> elected != leader).isPresent());
			fault.isNamed("intake", "OUT_OF_STEP");
			fault.isMeasured(20, LOST);
			fault.isToldOnce("ERROR", "%s was cut".formatted(this.partition),
					"from %d to %d".formatted(whole, whole + 19), "realign");
			told = fault.lines();
		}
		// More than was lost: by its length, nobody can tell that the topic was cut.
		List<RecordMetadata> waiting = send(30, "afterwards");
		assertThat(waiting.getFirst().offset()).isEqualTo(whole);
		this.deployment.worker().kill();
		WorkerProcess next = this.deployment.start(Map.of());
		try (Fault fault = Fault.of("an unclean election, told before", next)) {
			next.awaitAlive();
			fault.isNamed("intake", "OUT_OF_STEP");
			fault.isMeasured(0, LOST);
			Completed dryRun = realign("--dry-run");
			assertThat(dryRun.output()).contains("%s: the topic no longer has".formatted(this.partition),
					"it is read from %d on".formatted(whole));
			Completed done = realign();
			assertThat(done.exitCode()).describedAs("%s", done).isZero();
			assertThat(done.output()).contains("the topic is as the table").doesNotContain("published again");
			fault.ends();
			System.out.printf("An unclean election:%n%s%n$ realign --dry-run%n%s$ realign%n%s%s%n",
					String.join("\n", told), dryRun.output(), done.output(), String.join("\n", fault.lines()));
		}
		this.client.awaitConsumed(waiting.toArray(RecordMetadata[]::new));
		assertThat(this.deployment.query("select title, count(*) from tasks group by title order by title"))
			.containsExactly("afterwards|30", "everywhere|50", "on one broker|20");
		this.brokers.rejoin(leader);
		this.brokers.start(leader);
		this.brokers.awaitInSync();
		create(1, "at last");
		Completed verify = WorkerProcess.run(this.deployment.tenant().environment(), "verify", "tasks");
		assertThat(verify.exitCode()).describedAs("%s", verify).isZero();
	}

	private void create(int count, String title) {
		this.client.awaitConsumed(send(count, title).toArray(RecordMetadata[]::new));
	}

	private List<RecordMetadata> send(int count, String title) {
		List<RecordMetadata> sent = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			sent.add(this.client.send(Commands.record(this.commands, this.partition.partition(), UUID.randomUUID(),
					Commands.create(UUID.randomUUID(), title))));
		}
		return sent;
	}

	private Completed realign(String... more) {
		String[] arguments = new String[more.length + 1];
		arguments[0] = "realign";
		System.arraycopy(more, 0, arguments, 1, more.length);
		return WorkerProcess.run(this.deployment.tenant().environment(), arguments);
	}

}
