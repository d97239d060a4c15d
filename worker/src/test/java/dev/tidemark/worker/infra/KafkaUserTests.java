package dev.tidemark.worker.infra;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.Topics;
import dev.tidemark.contracts.Verb;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.GuardedStack;
import dev.tidemark.worker.stack.Tenant;
import dev.tidemark.worker.stack.TopicNames;
import dev.tidemark.worker.stack.WorkerProcess;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Each Kafka user of the manifests may do what it has to, and nothing else: tried at a
 * broker that has the manifests' access control lists.
 */
class KafkaUserTests {

	private static final String WORKER = "tidemark-worker";

	private static final String TOOLS = "tidemark-tools";

	private static final String REPAIR = "tidemark-repair";

	private static final String KEDA = "tidemark-keda";

	private static final Collection<AggregateType> TYPES = Catalogue.installed().aggregates();

	private static final List<String> PUBLISHED = Stream
		.concat(Stream.of(Topics.COMMAND_REJECTIONS),
				TYPES.stream().flatMap((type) -> Stream.of(type.readModelTopic(), type.deadLetterTopic())))
		.toList();

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private static final GuardedStack stack = GuardedStack
		.start(Map.of(WORKER, WORKER, TOOLS, TOOLS, REPAIR, REPAIR, KEDA, KEDA));

	private static final Tenant tenant = tenant();

	private static Tenant tenant() {
		Tenant any = stack.stack().newTenant();
		return new Tenant(any.bootstrapServers(), any.database(), new TopicNames(""), WORKER).withTopics(1);
	}

	@BeforeAll
	static void allowWhatTheManifestsDo() throws Exception {
		List<AclBinding> lists = new ArrayList<>();
		for (String user : List.of(WORKER, TOOLS, REPAIR, KEDA)) {
			for (JsonNode rule : AggregateComponent.accessOf(user)) {
				for (JsonNode operation : rule.at("/operations")) {
					lists.add(binding(user, rule.at("/resource"), operation.asString()));
				}
			}
		}
		Map<String, Object> anybody = Map.of("bootstrap.servers", stack.stack().bootstrapServers());
		try (Admin admin = Admin.create(anybody)) {
			admin.createAcls(lists).all().get();
		}
		for (String topic : PUBLISHED) {
			send(anybody, topic);
		}
		assertThat(WorkerProcess.run(tenant.environment(), "migrate", "upgrade").exitCode()).isZero();
	}

	/** As Strimzi's user operator does it. */
	private static AclBinding binding(String user, JsonNode resource, String operation) {
		ResourceType type = switch (resource.at("/type").asString()) {
			case "topic" -> ResourceType.TOPIC;
			case "group" -> ResourceType.GROUP;
			case "transactionalId" -> ResourceType.TRANSACTIONAL_ID;
			default -> throw new IllegalArgumentException(resource.toString());
		};
		PatternType pattern = resource.at("/patternType").asString("literal").equals("prefix") ? PatternType.PREFIXED
				: PatternType.LITERAL;
		return new AclBinding(new ResourcePattern(type, resource.at("/name").asString(), pattern),
				new AccessControlEntry("User:" + user, "*", operation(operation), AclPermissionType.ALLOW));
	}

	private static AclOperation operation(String name) {
		return AclOperation.fromString(name.replaceAll("(?<=[a-z])(?=[A-Z])", "_"));
	}

	@AfterAll
	static void close() {
		stack.close();
	}

	private static Map<String, Object> as(String user) {
		return Map.of("bootstrap.servers", stack.bootstrapServers(), "security.protocol", "SASL_PLAINTEXT",
				"sasl.mechanism", "PLAIN", "sasl.jaas.config",
				"org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
					.formatted(user, user));
	}

	private static WorkerProcess startWorker() {
		return WorkerProcess.start(environment(WORKER));
	}

	private static Map<String, String> environment(String user) {
		Map<String, String> environment = new HashMap<>(tenant.environment());
		environment.put("KAFKA_BOOTSTRAP_SERVERS", stack.bootstrapServers());
		as(user).forEach((name, value) -> {
			if (!name.equals("bootstrap.servers")) {
				environment.put("SPRING_KAFKA_PROPERTIES_" + name.replace('.', '_').toUpperCase(Locale.ROOT),
						value.toString());
			}
		});
		return environment;
	}

	@Test
	void theWorkerMayDoAllThatAWorkerDoes() {
		try (WorkerProcess worker = startWorker(); Client client = new Client(tenant)) {
			worker.awaitReady();
			client.newEvents();
			String user = "amara-" + UUID.randomUUID();
			UUID task = UUID.randomUUID();
			CreateTask create = new CreateTask(task, "Early", user, null, TaskStatus.PENDING);
			// Deferred, and taken up by a command that the worker sends itself.
			client.awaitConsumed(client.send(UUID.randomUUID(), create));
			client.awaitConsumed(client.send(UUID.randomUUID(), new RegisterUser(user, HASH)));
			for (AggregateType type : TYPES) {
				Command republish = any(type, Verb.REPUBLISH);
				// A tombstone, a rejection and a dead letter.
				client.awaitConsumed(client.send(UUID.randomUUID(), republish),
						client.send(UUID.randomUUID(), any(type, Verb.DELETE)), client.send(type.commandTopic(),
								republish.key(), Client.headers(UUID.randomUUID(), "no.type"), Client.bytes("{}")));
			}
			Set<String> published = new HashSet<>();
			Set<String> tasks = new HashSet<>();
			await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
				client.newEvents().forEach((event) -> {
					published.add(event.topic());
					if (event.topic().equals(Tasks.TYPE.readModelTopic())) {
						tasks.add(Client.text(event.key()));
					}
				});
				assertThat(published).containsExactlyInAnyOrderElementsOf(PUBLISHED);
				assertThat(tasks).contains(task.toString());
			});
			assertThat(worker.output()).doesNotContain("AuthorizationException");
		}
	}

	/** Of an aggregate that is not there. */
	private static Command any(AggregateType type, Verb verb) {
		return Objects.requireNonNull(type.command(verb))
			.read(Map.of(type.key().wireName(), type.key().edges(true).iterator().next()));
	}

	@Test
	void theWorkerMayDoNothingElse() {
		try (Admin admin = Admin.create(as(WORKER))) {
			refuses(admin.createTopics(List.of(new NewTopic("another", 1, (short) 1))).all());
			refuses(admin.deleteTopics(List.of(Tasks.TYPE.commandTopic())).all());
			refuses(admin
				.incrementalAlterConfigs(Map.of(
						new ConfigResource(ConfigResource.Type.TOPIC, Tasks.TYPE.commandTopic()),
						List.of(new AlterConfigOp(new ConfigEntry("retention.ms", "1"), AlterConfigOp.OpType.SET))))
				.all());
			refuses(admin.deleteConsumerGroups(List.of(WORKER)).all());
			refuses(admin.listConsumerGroupOffsets("another").partitionsToOffsetAndMetadata());
		}
		for (AggregateType type : TYPES) {
			// Resumes are commands of its own; it has no others.
			if (type.command(Verb.RESUME) == null) {
				refusesToSend(WORKER, type.commandTopic());
			}
			refusesToRead(WORKER, type.deadLetterTopic());
			refusesToRead(WORKER, type.readModelTopic());
		}
	}

	@Test
	void theToolsMayReadWhatWasPublishedAndSendCommands() throws Exception {
		for (AggregateType type : TYPES) {
			read(TOOLS, type.readModelTopic());
			read(TOOLS, type.deadLetterTopic());
			send(TOOLS, type.commandTopic());
			refusesToSend(TOOLS, type.readModelTopic());
			refusesToSend(TOOLS, type.deadLetterTopic());
			refusesToRead(TOOLS, type.commandTopic());
		}
	}

	@Test
	void whoRepairsMayMoveTheGroupAndPublishAgain() {
		try (WorkerProcess worker = startWorker(); Client client = new Client(tenant)) {
			worker.awaitReady();
			client
				.awaitConsumed(client.send(UUID.randomUUID(), new RegisterUser("repaired-" + UUID.randomUUID(), HASH)));
			// What differs has to be published again.
			try (Connection connection = tenant.database().connect();
					Statement statement = connection.createStatement()) {
				statement.execute("update users set version = version + 1 where username like 'repaired-%'");
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
			WorkerProcess.Completed done = WorkerProcess.run(environment(REPAIR), "realign");
			assertThat(done.output()).contains("2 users are published again");
			// Not a worker's, but of this test.
			assertThat(done.errors()).contains("'key' can be no key of tasks: a worker did not write it");
			assertThat(done.exitCode()).describedAs("%s", done).isEqualTo(3);
		}
		for (AggregateType type : TYPES) {
			refusesToSend(REPAIR, type.readModelTopic());
			refusesToRead(REPAIR, type.deadLetterTopic());
		}
	}

	@Test
	void kedaMayLookAtTheLagAndTouchNothing() throws Exception {
		List<String> topics = TYPES.stream().map(AggregateType::commandTopic).toList();
		try (Admin admin = Admin.create(as(KEDA))) {
			assertThat(admin.describeTopics(topics).allTopicNames().get()).hasSameSizeAs(topics);
			assertThat(admin.listOffsets(latest(topics)).all().get()).hasSameSizeAs(topics);
			admin.listConsumerGroupOffsets(WORKER).partitionsToOffsetAndMetadata().get();
			for (AggregateType type : TYPES) {
				refuses(admin.listOffsets(latest(List.of(type.readModelTopic()))).all());
			}
			refuses(admin.deleteConsumerGroups(List.of(WORKER)).all());
		}
		for (String topic : topics) {
			refusesToRead(KEDA, topic);
			refusesToSend(KEDA, topic);
		}
	}

	private static Map<TopicPartition, OffsetSpec> latest(List<String> topics) {
		return topics.stream().collect(toMap((topic) -> new TopicPartition(topic, 0), (_) -> OffsetSpec.latest()));
	}

	private static void refuses(KafkaFuture<?> request) {
		assertThatThrownBy(request::get).isInstanceOf(ExecutionException.class)
			.hasCauseInstanceOf(AuthorizationException.class);
	}

	private static void refusesToRead(String user, String topic) {
		assertThatThrownBy(() -> read(user, topic)).isInstanceOf(AuthorizationException.class);
	}

	/** Reads the first record that comes. */
	private static void read(String user, String topic) {
		Map<String, Object> settings = new HashMap<>(as(user));
		settings.put("auto.offset.reset", "earliest");
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(),
				new ByteArrayDeserializer())) {
			List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			await().atMost(Duration.ofSeconds(30))
				.pollInSameThread()
				.until(() -> !consumer.poll(Duration.ofMillis(200)).isEmpty());
		}
	}

	private static void refusesToSend(String user, String topic) {
		// A user that may write nowhere is refused an idempotent producer's id first;
		// whether the send then fails or throws is a matter of time. Without an id, the
		// topic alone is asked for.
		Map<String, Object> settings = new HashMap<>(as(user));
		settings.put("enable.idempotence", false);
		assertThatThrownBy(() -> send(settings, topic)).isInstanceOf(ExecutionException.class)
			.hasCauseInstanceOf(AuthorizationException.class);
	}

	private static void send(String user, String topic) throws InterruptedException, ExecutionException {
		send(as(user), topic);
	}

	private static void send(Map<String, Object> settings, String topic)
			throws InterruptedException, ExecutionException {
		try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(),
				new ByteArraySerializer())) {
			producer.send(new ProducerRecord<>(topic, Client.bytes("key"), Client.bytes("value"))).get();
		}
	}

}
