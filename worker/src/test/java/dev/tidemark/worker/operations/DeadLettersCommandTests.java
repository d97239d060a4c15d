package dev.tidemark.worker.operations;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.StreamSupport;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess.Completed;
import dev.tidemark.worker.topics.TopicReader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Dead letters, from the command line.
 * <p>
 * A worker process, since it makes the dead letters, and takes what is replayed; wrong
 * usage is in {@code UsageTests}.
 */
class DeadLettersCommandTests {

	private static final String HASH = "$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

	private static final String ESCAPE = "\u001b";

	private static Deployment deployment;

	private static Client client;

	@BeforeAll
	static void start() {
		deployment = Deployment.prepare(3).start();
		client = deployment.client();
		deployment.execute("alter table tasks add constraint unheard_of check (title <> 'poison')");
		client.awaitConsumed(client.send(UUID.randomUUID(), new RegisterUser("amara", new PasswordHash(HASH))));
	}

	@AfterAll
	static void close() {
		deployment.close();
	}

	@Test
	void nothingSecretAndNothingThatATerminalObeysIsShown() {
		String topic = deployment.tenant().topics().commands(Users.TYPE);
		List<RecordMetadata> sent = new ArrayList<>();
		for (String value : List.of("{\"username\":\"ada\",\"passwordHash\":\"hunter2\"}",
				"{\"username\":\"ada\",\"passwordhash\":\"" + HASH + "\"}",
				"{\"username\":\"" + HASH + "\",\"title\":\"\\u001b[31m\",\"passwordHash\":\"hunter2",
				"passwordHash=hunter2")) {
			Headers headers = Client.headers(UUID.randomUUID(), "dev.tidemark.user.change-password.v1", "ce_subject",
					HASH, "authorization", "hunter2", ESCAPE + "[31mred", "x");
			sent.add(client.send(topic, ESCAPE + "[31mada\u202e", headers, Client.bytes(value)));
		}
		sent.add(client.send(topic, HASH, Client.headers(UUID.randomUUID(), "dev.tidemark.user.change-password.v1"),
				null));
		client.awaitConsumed(sent.toArray(RecordMetadata[]::new));
		Completed list = run("dead-letters", "list", "--topic", topic);
		assertThat(list.exitCode()).isZero();
		assertThat(list.output().lines()).filteredOn((line) -> line.contains("MALFORMED_DATA")).hasSizeGreaterThan(4);
		StringBuilder everything = new StringBuilder(list.output())
			.append(run("dead-letters", "list", "--json").output());
		for (String line : list.output().lines().toList()) {
			String place = line.split(" ", 2)[0];
			everything.append(run("dead-letters", "show", place).output());
			everything.append(run("dead-letters", "show", place, "--json").output());
		}
		assertThat(everything).doesNotContain("hunter2", HASH, HASH.substring(10), ESCAPE, "\u202e")
			.contains("\\u{1b}[31mada\\u{202e}", "\"username\":\"ada\",\"passwordHash\":\"***\"");
	}

	@Test
	void aReplayIsTheRecordAsItWasAndASecondOneChangesNothing() {
		UUID task = UUID.randomUUID();
		UUID id = UUID.randomUUID();
		CreateTask create = new CreateTask(task, "poison", "amara", null, TaskStatus.PENDING);
		String topic = deployment.tenant().topics().commands(Tasks.TYPE);
		Headers headers = Client.headers(id, create.type().wireName(), "x-anything", "as it was", "x-anything",
				"twice");
		// Not the partition of its key, and not the time of now.
		long yesterday = Instant.now().minus(Duration.ofDays(1)).toEpochMilli();
		RecordMetadata sent = client.send(new ProducerRecord<>(topic, 2, yesterday, Client.bytes(create.key()),
				JsonMapper.shared().writeValueAsBytes(create.data()), headers));
		client.awaitConsumed(sent);
		String place = placeOf(task.toString());
		Completed dryRun = run("dead-letters", "replay", place, "--dry-run");
		assertThat(dryRun.exitCode()).isZero();
		assertThat(dryRun.output()).isEqualToIgnoringNewLines("%s would be replayed to %s-2".formatted(place, topic));
		assertThat(deployment.query("select outcome from command_log where command_id = ?", id)).isEmpty();

		deployment.execute("alter table tasks drop constraint unheard_of");
		Coordinates first = replayed(run("dead-letters", "replay", place), place);
		ConsumerRecord<byte[], byte[]> record = read(first);
		client.awaitConsumed(metadata(record));
		assertThat(first.topicPartition()).isEqualTo(new TopicPartition(topic, 2));
		assertThat(record.timestamp()).isEqualTo(yesterday);
		assertThat(record.key()).isEqualTo(Client.bytes(create.key()));
		assertThat(record.value()).isEqualTo(JsonMapper.shared().writeValueAsBytes(create.data()));
		headers.add(EventHeaders.REPLAYED_FROM, Client.bytes(place));
		assertThat(names(record.headers())).isEqualTo(names(headers));
		assertThat(deployment.query("select title, version, (extract(epoch from created_at) * 1000)::bigint from tasks "
				+ "where task_id = ?", task))
			.containsExactly("poison|1|" + yesterday);
		client.newEvents();

		Coordinates second = replayed(run("dead-letters", "replay", place), place);
		client.awaitConsumed(metadata(read(second)));
		assertThat(deployment.query("select version from tasks where task_id = ?", task)).containsExactly("1");
		assertThat(client.newEvents()).isEmpty();
	}

	@Test
	void manyReplaysOfWhatIsHopelessMakeNoMoreDeadLettersThanOne() {
		String topic = deployment.tenant().topics().commands(Tasks.TYPE);
		List<RecordMetadata> sent = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			sent.add(client.send(topic, "hopeless-" + i,
					Client.headers(UUID.randomUUID(), "dev.tidemark.task.misspelt.v1"), Client.bytes("{}")));
		}
		client.awaitConsumed(sent.toArray(RecordMetadata[]::new));
		String[] all = { "dead-letters", "replay", "--all", "--topic", topic + "-dlt", "--reason", "UNKNOWN_TYPE" };
		for (int i = 0; i < 3; i++) {
			Completed completed = run(all);
			assertThat(completed.exitCode()).isZero();
			assertThat(completed.errors()).isEqualToIgnoringNewLines("3 replayed, 0 could not be");
			completed.output()
				.lines()
				.forEach((line) -> client.awaitConsumed(metadata(read(replayed(line, line.split(" ", 2)[0])))));
		}
		List<JsonNode> letters = list("--reason", "UNKNOWN_TYPE");
		assertThat(letters).hasSize(12)
			.extracting((letter) -> letter.path("original").asString())
			.allSatisfy((original) -> assertThat(original).startsWith(topic));
		assertThat(letters).filteredOn((letter) -> letter.path("replayedFrom").isNull()).hasSize(3);
		JsonNode last = letters.stream()
			.filter((letter) -> letter.path("key").asString().equals("hopeless-1"))
			.reduce((_, later) -> later)
			.orElseThrow();
		JsonNode shown = JsonMapper.shared()
			.readTree(run("dead-letters", "show", last.path("place").asString(), "--json").output());
		assertThat(shown.path("headers")).filteredOn((header) -> header.path("name").asString().startsWith("tidemark-"))
			.singleElement()
			.isEqualTo(JsonMapper.shared()
				.valueToTree(
						Map.of("name", EventHeaders.REPLAYED_FROM, "value", last.path("replayedFrom").asString())));
		assertThat(run(append(all, "--dry-run")).errors())
			.isEqualToIgnoringNewLines("3 would be replayed, 0 could not; nothing has been sent");
		assertThat(list("--reason", "UNKNOWN_TYPE")).hasSize(12);
	}

	@Test
	void whatDoesNotSayWhereItCameFromStaysWhereItLies() {
		String letters = deployment.tenant().topics().deadLetters(Users.TYPE);
		RecordMetadata sent = client.send(letters, "stray", Client.headers(UUID.randomUUID(), "any",
				"tidemark-dlt-reason", "STRAY", "kafka_dlt-original-topic", "elsewhere"), Client.bytes("{}"));
		String place = letters + "-" + sent.partition() + "@" + sent.offset();
		Completed one = run("dead-letters", "replay", place);
		assertThat(one.exitCode()).isEqualTo(1);
		assertThat(one.errors()).isEqualToIgnoringNewLines(
				"dead-letters: %s cannot be replayed: it does not say where it came from".formatted(place));
		Completed all = run("dead-letters", "replay", "--all", "--reason", "STRAY");
		assertThat(all.exitCode()).isEqualTo(1);
		assertThat(all.errors()).contains(place).endsWith("0 replayed, 1 could not be" + System.lineSeparator());
	}

	@Test
	void whatIsNotThereIsSaidInOneLine() {
		String letters = deployment.tenant().topics().deadLetters(Tasks.TYPE);
		for (String place : List.of(letters + "-0@99999", letters + "-77@0")) {
			for (String verb : List.of("show", "replay")) {
				Completed completed = run("dead-letters", verb, place);
				assertThat(completed.exitCode()).isEqualTo(1);
				assertThat(completed.errors()).isEqualToIgnoringNewLines(
						"dead-letters: there is no dead letter at %s, or none any more".formatted(place));
			}
		}
		Completed none = run("dead-letters", "list", "--reason", "NO_SUCH_REASON");
		assertThat(none.exitCode()).isZero();
		assertThat(none.output()).isEmpty();
		assertThat(run("dead-letters", "list", "--reason", "NO_SUCH_REASON", "--json").output())
			.isEqualToIgnoringWhitespace("[]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "frobnicate", "list task.commands-dlt-0@1", "list --all", "show", "show nowhere",
			"show elsewhere-0@1", "list --topic elsewhere", "replay", "replay --all task.commands-dlt-0@1",
			"replay task.commands-dlt-0@1 --reason X", "replay --all --topic", "list --topic a --topic b",
			"list --frob", "replay --all --json", "show a-0@1 b-0@1" })
	void wrongUsageDoesNothing(String arguments) {
		Completed completed = run(
				append(new String[] { "dead-letters" }, arguments.isEmpty() ? new String[0] : arguments.split(" ")));
		assertThat(completed.exitCode()).isEqualTo(2);
		assertThat(completed.output()).isEmpty();
		assertThat(completed.errors().lines()).singleElement().asString().startsWith("dead-letters: ");
	}

	private static String[] append(String[] some, String... more) {
		List<String> all = new ArrayList<>(List.of(some));
		all.addAll(List.of(more));
		return all.toArray(String[]::new);
	}

	private static Completed run(String... arguments) {
		return Cli.of(deployment.tenant()).run(List.of(arguments));
	}

	private static List<JsonNode> list(String... options) {
		Completed list = run(append(new String[] { "dead-letters", "list", "--json" }, options));
		return JsonMapper.shared().readTree(list.output()).valueStream().toList();
	}

	private static String placeOf(String key) {
		return list().stream()
			.filter((letter) -> letter.path("key").asString().equals(key))
			.map((letter) -> letter.path("place").asString())
			.findAny()
			.orElseThrow();
	}

	private static Coordinates replayed(Completed completed, String place) {
		assertThat(completed.exitCode()).isZero();
		return replayed(completed.output().strip(), place);
	}

	private static Coordinates replayed(String line, String place) {
		assertThat(line).startsWith(place + " replayed to ");
		return Objects.requireNonNull(Coordinates.parse(line.substring(line.lastIndexOf(' ') + 1)));
	}

	private static ConsumerRecord<byte[], byte[]> read(Coordinates place) {
		List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
		try (TopicReader reader = new TopicReader(
				Map.of("bootstrap.servers", deployment.tenant().bootstrapServers()))) {
			reader.read(Map.of(place.topicPartition(), place.offset()),
					Map.of(place.topicPartition(), place.offset() + 1), found::add);
		}
		return found.getFirst();
	}

	private static RecordMetadata metadata(ConsumerRecord<?, ?> record) {
		return new RecordMetadata(new TopicPartition(record.topic(), record.partition()), record.offset(), 0,
				record.timestamp(), 0, 0);
	}

	private static List<String> names(Headers headers) {
		return StreamSupport.stream(headers.spliterator(), false)
			.map((header) -> header.key() + "=" + Client.text(header.value()))
			.toList();
	}

}
