package dev.tidemark.worker.field;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.contracts.post.Posts;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is there and cannot be delivered, what was there and is gone, and what waits while
 * a consumer is busy: all of it is measured, and of what is lost, it is told.
 * <p>
 * A worker process with real consumers, since what a broker withholds or deletes shows in
 * their offsets only.
 */
@ExtendWith(LineTable.class)
class UnseenTests {

	private static final String LAG = "tidemark_consumer_lag";

	private static final String UNDELIVERABLE = "tidemark_consumer_undeliverable";

	private static final String UNDELIVERABLE_AGE = "tidemark_consumer_undeliverable_age_seconds";

	private static final String LOST = "tidemark_records_lost_total";

	private static final int PARTITIONS = 6;

	private static final Deployment deployment = Deployment.prepare(PARTITIONS, "TIDEMARK_CONCURRENCY", "4",
			"TIDEMARK_LOST_RECORDS", "pass-over");

	private static final Client client = deployment.client();

	private static final String servers = deployment.tenant().bootstrapServers();

	private static final String tasks = deployment.tenant().topics().commands(Tasks.TYPE);

	private static final Topics topics = new Topics(servers);

	@BeforeAll
	static void start() {
		topics.set(tasks, "compression.type", "uncompressed");
		topics.set(deployment.tenant().topics().commands(Users.TYPE), "compression.type", "uncompressed");
		deployment.start();
		client.awaitConsumed(client.send(UUID.randomUUID(), Commands.register("amara")));
	}

	@AfterAll
	static void stop() {
		deployment.close();
		topics.close();
	}

	/** At a start, all consumers get their partitions at the same time. */
	@Test
	void aStartWithoutAFaultIsQuietAndEveryPartitionHasItsGauges() {
		WorkerProcess worker = deployment.worker();
		for (String gauge : List.of(LAG, UNDELIVERABLE, UNDELIVERABLE_AGE)) {
			Awaitility.await(gauge)
				.untilAsserted(() -> assertThat(
						worker.metrics().filter((line) -> line.startsWith(gauge + "{")).map(UnseenTests::partition))
					.containsExactlyInAnyOrderElementsOf(Stream
						.of(tasks, deployment.tenant().topics().commands(Users.TYPE),
								deployment.tenant().topics().commands(Posts.TYPE))
						.flatMap((
								topic) -> Stream.iterate(0, (i) -> i + 1).limit(PARTITIONS).map((i) -> topic + "-" + i))
						.toList()));
		}
		assertThat(worker.output().lines().limit(20)).noneMatch((line) -> line.contains("already registered"));
	}

	/** Of {@code name{partition="0",topic="some.topic"} 0.0}. */
	private static String partition(String line) {
		return line.replaceAll(".*topic=\"([^\"]*)\".*", "$1") + "-"
				+ line.replaceAll(".*partition=\"([^\"]*)\".*", "$1");
	}

	@Test
	void whatLiesBehindAnOpenTransactionIsMeasuredAndAppliedWhenItEnds() throws IOException {
		WorkerProcess worker = deployment.worker();
		String[] labels = { "topic=\"%s\"".formatted(tasks), "partition=\"3\"" };
		try (Sender forgetful = new Sender(servers, "transactional.id", UUID.randomUUID().toString(),
				"transaction.timeout.ms", "60000"); Fault fault = Fault.of("a transaction that is left open", worker)) {
			forgetful.begin();
			forgetful.send(record(3, "in the transaction"));
			List<ProducerRecord<byte[], byte[]>> behind = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				behind.add(record(3, "behind"));
			}
			RecordMetadata last;
			try (Sender other = new Sender(servers)) {
				last = other.send(behind).getLast();
			}
			client.awaitConsumed(client.send(record(4, "beside")));
			fault.isMeasured(101, UNDELIVERABLE, labels);
			fault.isMeasured(101, LAG, labels);
			fault.leavesReady(Duration.ofSeconds(4));
			assertThat(worker.metric(UNDELIVERABLE_AGE, labels)).isBetween(3.0, 30.0);
			assertThat(titles("behind")).isEmpty();
			forgetful.commit();
			client.awaitConsumed(last);
			fault.isMeasured(0, UNDELIVERABLE, labels);
			fault.isMeasured(0, LAG, labels);
			assertThat(worker.metric(UNDELIVERABLE_AGE, labels)).isZero();
		}
		assertThat(titles("behind")).hasSize(100);
		assertThat(titles("in the transaction")).hasSize(1);
	}

	@Test
	void whatComesWhileAConsumerIsBusyIsMeasured() throws SQLException {
		try (Fault fault = Fault.of("a consumer that is busy", deployment.worker())) {
			List<RecordMetadata> sent = new ArrayList<>();
			try (Connection connection = deployment.tenant().database().connect();
					Statement statement = connection.createStatement()) {
				connection.setAutoCommit(false);
				statement.execute("lock table command_log in access exclusive mode");
				for (int i = 0; i < 40; i++) {
					sent.add(client.send(record(5, "while it is busy")));
				}
				fault.isMeasured(40, LAG, "topic=\"%s\"".formatted(tasks), "partition=\"5\"");
				connection.rollback();
			}
			client.awaitConsumed(sent.getLast());
			fault.isMeasured(0, LAG);
			fault.ends();
		}
	}

	/** A worker that is stopped, and one that does nothing for a while. */
	@ParameterizedTest
	@ValueSource(strings = { "stopped", "stalled" })
	void whatIsGoneBeforeItWasReadIsCountedAndTold(String worker) throws IOException {
		int partition = worker.equals("stopped") ? 0 : 1;
		TopicPartition forgotten = new TopicPartition(tasks, partition);
		client.awaitConsumed(client.send(record(partition, "seen")));
		long from = topics.end(forgotten);
		double before = deployment.worker().metric(LOST);
		if (worker.equals("stopped")) {
			deployment.stop();
		}
		else {
			deployment.worker().suspend();
		}
		List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			records.add(record(partition, worker));
		}
		RecordMetadata last;
		try (Sender sender = new Sender(servers, "linger.ms", "50")) {
			last = sender.send(records).getLast();
		}
		topics.forgetBefore(forgotten, from + 200);
		if (worker.equals("stopped")) {
			before = 0;
			deployment.start();
		}
		else {
			deployment.worker().resume();
		}
		try (Fault fault = Fault.of("records that are gone, worker " + worker, deployment.worker())) {
			client.awaitConsumed(last);
			int applied = titles(worker).size();
			// What a fetch had brought before they went is not lost.
			assertThat(applied).isBetween(100, 300);
			fault.isMeasured(before + 300 - applied, LOST);
			fault.isMeasured(300 - applied, LOST, "topic=\"%s\"".formatted(tasks),
					"partition=\"%d\"".formatted(partition));
			assertThat(deployment.worker().output().lines())
				.filteredOn((line) -> line.contains("ERROR") && line.contains(forgotten.toString()))
				.singleElement()
				.asString()
				.contains(String.valueOf(from + applied - 100))
				.containsPattern("\\b(%d|%d)\\b".formatted(from + 199, from + 200));
			fault.leavesReady(Duration.ofSeconds(1));
		}
	}

	/** Nothing comes behind it, so nothing else moves the group on. */
	@Test
	void whatIsGoneIsCountedOnceWhoeverHasThePartitionNext() throws IOException {
		try (Deployment own = Deployment.prepare(1, "TIDEMARK_LOST_RECORDS", "pass-over");
				Topics itsTopics = new Topics(servers)) {
			TopicPartition forgotten = new TopicPartition(own.tenant().topics().commands(Tasks.TYPE), 0);
			own.start();
			own.client()
				.awaitConsumed(own.client().send(UUID.randomUUID(), Commands.create(UUID.randomUUID(), "seen")));
			own.stop();
			long from = itsTopics.end(forgotten);
			for (int i = 0; i < 3; i++) {
				own.client().send(UUID.randomUUID(), Commands.create(UUID.randomUUID(), "gone"));
			}
			itsTopics.forgetBefore(forgotten, from + 3);
			own.start();
			Awaitility.await().until(() -> own.worker().metric(LOST) == 3);
			own.worker().kill();
			own.start();
			own.client()
				.awaitConsumed(own.client().send(UUID.randomUUID(), Commands.create(UUID.randomUUID(), "next")));
			assertThat(own.worker().metric(LOST)).isZero();
			assertThat(own.worker().output()).doesNotContain("they were gone before they were read");
		}
	}

	private static ProducerRecord<byte[], byte[]> record(int partition, String title) {
		return Commands.record(tasks, partition, UUID.randomUUID(), Commands.create(UUID.randomUUID(), title));
	}

	private static List<String> titles(String title) {
		return deployment.query("select title from tasks where title = ?", title);
	}

}
