package dev.tidemark.worker.field;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.SimpleRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is small on the wire and large when it is unpacked ends no process. The topic is
 * as somebody else has made it, so that its broker bounds nothing; the worker is one of
 * its own, since its heap is a small one.
 */
@ExtendWith(LineTable.class)
class BoundsTests {

	private static final int BOMB = 250_000_000;

	/**
	 * The heap is the smallest that is recommended; what else the JVM is told, the image
	 * tells it.
	 */
	private static final Deployment deployment = Deployment.prepare(3, "TIDEMARK_CONCURRENCY", "2",
			"TIDEMARK_LOST_RECORDS", "pass-over", "_JAVA_OPTIONS", "-Xmx320m " + imagesJvmOptions());

	private static final Client client = deployment.client();

	private static final String servers = deployment.tenant().bootstrapServers();

	private static final String tasks = deployment.tenant().topics().commands(Tasks.TYPE);

	private static WorkerProcess worker;

	private static String imagesJvmOptions() {
		try {
			String dockerfile = Files.readString(Path.of("..", "infra", "Dockerfile"));
			return Pattern.compile("\"(-XX:[^\"]+)\"")
				.matcher(dockerfile.substring(dockerfile.indexOf("ENTRYPOINT")))
				.results()
				.map((option) -> option.group(1))
				.filter((option) -> !option.startsWith("-XX:AOTCache=") && !option.startsWith("-XX:MaxRAM"))
				.collect(Collectors.joining(" "));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@BeforeAll
	static void start() {
		try (Topics topics = new Topics(servers)) {
			topics.set(tasks, "compression.type", "producer");
		}
		worker = deployment.start().worker();
		client.awaitConsumed(client.send(UUID.randomUUID(), Commands.register("amara")));
	}

	@AfterAll
	static void stop() {
		deployment.close();
	}

	@Test
	void aTopicWhoseBrokerBoundsNothingIsSaidToBeOneAndCounted() throws IOException {
		assertThat(worker.output().lines()).filteredOn((line) -> line.contains("compression.type"))
			.first()
			.asString()
			.contains("WARN", tasks);
		assertThat(worker.metric("tidemark_topics_unbounded")).isOne();
	}

	@Test
	void soIsOneThatIsChangedWhileTheWorkerRuns() {
		try (Topics topics = new Topics(servers)) {
			topics.set(deployment.tenant().topics().commands(Users.TYPE), "compression.type", "producer");
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> worker.metric("tidemark_topics_unbounded") == 2);
			topics.set(deployment.tenant().topics().commands(Users.TYPE), "compression.type", "uncompressed");
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> worker.metric("tidemark_topics_unbounded") == 1);
		}
	}

	/**
	 * It can be read where there is more memory; what is behind it goes on when it is
	 * gone.
	 */
	@Test
	void aRecordThatUnpacksToMoreThanTheHeapHoldsUpItsPartitionAlone() {
		byte[] value = new byte[BOMB];
		Arrays.fill(value, (byte) ' ');
		TopicPartition partition = new TopicPartition(tasks, 0);
		try (Fault fault = Fault.of("a create that unpacks to 250 MB", worker); Topics topics = new Topics(servers)) {
			RecordMetadata bomb = RawBatch
				.of(Compression.gzip().build(),
						new SimpleRecord(System.currentTimeMillis(), Client.bytes("key"), value,
								Client.headers(UUID.randomUUID(), Tasks.CREATE.wireName()).toArray()))
				.send(servers, partition);
			RecordMetadata behind = good(0);
			fault.isNamed("intake", "PARTITION_UNREADABLE");
			awaitConsumedOrDead(good(1));
			fault.staysNamed("intake", "PARTITION_UNREADABLE", Duration.ofSeconds(2));
			topics.forgetBefore(partition, bomb.offset() + 1);
			awaitConsumedOrDead(behind);
			fault.ends();
		}
	}

	/** No malice is needed: each is within every limit but the one of a title. */
	@Test
	void aBatchThatUnpacksToMoreThanTheHeapIsTakenInParts() throws IOException {
		byte[] value = Client.bytes("{\"taskId\":\"%s\",\"username\":\"amara\",\"title\":\"%s\"}"
			.formatted(UUID.randomUUID(), "t".repeat(900_000)));
		SimpleRecord[] records = Stream.generate(UUID::randomUUID)
			.limit(400)
			.map((id) -> new SimpleRecord(System.currentTimeMillis(), Client.bytes("key"), value,
					Client.headers(id, Tasks.CREATE.wireName()).toArray()))
			.toArray(SimpleRecord[]::new);
		double before = worker.metric("tidemark_dead_letters_total");
		try (Fault fault = Fault.of("400 creates of 0.9 MB in one batch", worker)) {
			RecordMetadata batch = RawBatch.of(Compression.gzip().build(), records)
				.send(servers, new TopicPartition(tasks, 2));
			RecordMetadata behind = good(2);
			awaitConsumedOrDead(batch, behind);
			assertThat(worker.metric("tidemark_dead_letters_total")).isEqualTo(before + records.length);
			fault.leavesReady(Duration.ofSeconds(1));
		}
	}

	private static RecordMetadata good(int partition) {
		return client.send(
				Commands.record(tasks, partition, UUID.randomUUID(), Commands.create(UUID.randomUUID(), "a good one")));
	}

	private static void awaitConsumedOrDead(RecordMetadata... sent) {
		try (Topics topics = new Topics(servers)) {
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> !worker.isAlive() || Stream.of(sent)
					.allMatch((record) -> topics.committed(deployment.tenant().groupId(),
							new TopicPartition(record.topic(), record.partition())) > record.offset()));
		}
		assertThat(worker.isAlive()).describedAs("%s", worker).isTrue();
	}

}
