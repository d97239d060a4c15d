package dev.tidemark.testcontainers;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startable;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.Rejection;
import dev.tidemark.contracts.Topics;
import dev.tidemark.contracts.task.TaskSnapshot;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.UserSnapshot;
import dev.tidemark.contracts.user.Users;

/**
 * Tidemark in containers, with a Kafka and a PostgreSQL of its own: for tests that send
 * commands and want to see what comes of them. <pre class="code">
 * &#64;Container
 * static final TidemarkStack tidemark = new TidemarkStack("tidemark/worker");
 *
 * tidemark.send(new RegisterUser("amara", hash));
 * UserSnapshot amara = tidemark.awaitUser("amara");
 * </pre> A service under test finds the same Kafka at {@link #bootstrapServers()}.
 * <p>
 * What awaits looks at all that was published since the start, in order, so that nothing
 * is missed that came before it was asked for. Keys of their own keep tests apart that
 * share a stack. It may be used by several threads.
 */
public final class TidemarkStack implements Startable {

	private static final String KAFKA = "kafka:19092";

	private static final String POSTGRES = "postgres";

	private static final int MANAGEMENT_PORT = 8081;

	private static final Duration POLL = Duration.ofMillis(100);

	private final Network network = Network.newNetwork();

	private final KafkaContainer kafka = new KafkaContainer("apache/kafka:4.2.2").withNetwork(this.network)
		.withListener(KAFKA);

	private final PostgreSQLContainer postgres = new PostgreSQLContainer("postgres:18-alpine").withNetwork(this.network)
		.withNetworkAliases(POSTGRES)
		.withDatabaseName("tidemark")
		.withUsername("tidemark")
		.withPassword("tidemark");

	private final Map<String, String> settings = new LinkedHashMap<>();

	private final DockerImageName image;

	private Duration patience = Duration.ofSeconds(30);

	private final PublishedEvents events = new PublishedEvents();

	private @Nullable GenericContainer<?> worker;

	private @Nullable KafkaProducer<String, byte[]> producer;

	private @Nullable KafkaConsumer<String, byte[]> consumer;

	/**
	 * Prepares a stack; nothing is started yet.
	 * @param image Tidemark's image, with its tag: the version that is to be tested
	 * against
	 */
	public TidemarkStack(String image) {
		this.image = DockerImageName.parse(image);
		this.settings.put("DB_HOST", POSTGRES);
		this.settings.put("DB_PASS", this.postgres.getPassword());
		this.settings.put("KAFKA_BOOTSTRAP_SERVERS", KAFKA);
		this.settings.put("TIDEMARK_TOPICS_CREATE", "true");
		this.settings.put("TIDEMARK_TOPICS_PARTITIONS", "2");
	}

	/**
	 * Sets one of Tidemark's settings, before the start: {@code TIDEMARK_DEFER_FOR}, for
	 * example, for a test that does not want to wait for five minutes. Topics keep the
	 * names that the contract gives them.
	 * @param name the environment variable
	 * @param value its value
	 * @return this stack
	 */
	public TidemarkStack withSetting(String name, String value) {
		this.settings.put(name, value);
		return this;
	}

	/**
	 * Sets how long to await something before it is taken for missing; 30 seconds, unless
	 * this says otherwise.
	 * @param patience how long
	 * @return this stack
	 */
	public TidemarkStack withPatience(Duration patience) {
		this.patience = patience;
		return this;
	}

	/**
	 * Starts Kafka and PostgreSQL, makes the schema, starts Tidemark and waits until it
	 * consumes.
	 */
	@Override
	public synchronized void start() {
		if (this.worker != null) {
			return;
		}
		Startables.deepStart(this.kafka, this.postgres).join();
		try (GenericContainer<?> migration = container().withCommand("migrate", "upgrade")
			.withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(Duration.ofMinutes(2)))) {
			migration.start();
		}
		GenericContainer<?> started = container().withExposedPorts(MANAGEMENT_PORT)
			.waitingFor(Wait.forHttp("/actuator/health/readiness")
				.forPort(MANAGEMENT_PORT)
				.withStartupTimeout(Duration.ofMinutes(2)));
		this.worker = started;
		started.start();
		this.producer = new KafkaProducer<>(
				Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(), ProducerConfig.ACKS_CONFIG, "all"),
				new StringSerializer(), new ByteArraySerializer());
		this.consumer = readFromTheBeginning();
	}

	private GenericContainer<?> container() {
		return new GenericContainer<>(this.image).withNetwork(this.network).withEnv(this.settings);
	}

	private KafkaConsumer<String, byte[]> readFromTheBeginning() {
		KafkaConsumer<String, byte[]> reading = new KafkaConsumer<>(
				Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
						ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
				new StringDeserializer(), new ByteArrayDeserializer());
		List<TopicPartition> partitions = Stream
			.of(Tasks.TYPE.readModelTopic(), Users.TYPE.readModelTopic(), Topics.COMMAND_REJECTIONS)
			.flatMap((topic) -> reading.partitionsFor(topic).stream())
			.map((partition) -> new TopicPartition(partition.topic(), partition.partition()))
			.toList();
		reading.assign(partitions);
		reading.seekToBeginning(partitions);
		return reading;
	}

	/**
	 * Stops all of it; its data is gone.
	 */
	@Override
	public synchronized void stop() {
		Stream.of(this.producer, this.consumer, this.worker, this.kafka, this.postgres, this.network)
			.forEach(TidemarkStack::close);
		this.producer = null;
		this.consumer = null;
		this.worker = null;
	}

	private static void close(@Nullable AutoCloseable resource) {
		try (resource) {
			// Closed by leaving.
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Returns where clients on this machine find Kafka.
	 * @return host and port
	 */
	public String bootstrapServers() {
		return this.kafka.getBootstrapServers();
	}

	/**
	 * Sends a command, and returns when Kafka has it.
	 * @param command the command
	 * @return the command id that it was given
	 */
	public UUID send(Command command) {
		UUID id = UUID.randomUUID();
		send(CommandRecord.of(id, command));
		return id;
	}

	/**
	 * Sends a record as it is, be it a command in words of one's own or something that is
	 * none; returns when Kafka has it.
	 * @param record the record
	 */
	public synchronized void send(ProducerRecord<String, byte[]> record) {
		try {
			started(this.producer).send(record).get();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("Kafka does not take the record", ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Awaits a task.
	 * @param taskId the task
	 * @return its first snapshot
	 * @throws AssertionError if it does not come in time
	 */
	public TaskSnapshot awaitTask(UUID taskId) {
		return awaitTask(taskId, (_) -> true);
	}

	/**
	 * Awaits that a task is in some state.
	 * @param taskId the task
	 * @param condition says of a snapshot whether it shows that state
	 * @return the first snapshot that does
	 * @throws AssertionError if it does not come in time
	 */
	public TaskSnapshot awaitTask(UUID taskId, Predicate<TaskSnapshot> condition) {
		return await("Task " + taskId, taskId.toString(), () -> this.events.task(taskId, condition));
	}

	/**
	 * Awaits that a task is gone.
	 * @param taskId the task
	 * @throws AssertionError if it does not go in time
	 */
	public void awaitTaskDeleted(UUID taskId) {
		await("The deletion of task " + taskId, taskId.toString(),
				() -> this.events.isDeleted(Tasks.TYPE.tombstone(), taskId.toString()) ? true : null);
	}

	/**
	 * Awaits a user.
	 * @param username the user
	 * @return the first snapshot
	 * @throws AssertionError if it does not come in time
	 */
	public UserSnapshot awaitUser(String username) {
		return awaitUser(username, (_) -> true);
	}

	/**
	 * Awaits that a user is in some state.
	 * @param username the user
	 * @param condition says of a snapshot whether it shows that state
	 * @return the first snapshot that does
	 * @throws AssertionError if it does not come in time
	 */
	public UserSnapshot awaitUser(String username, Predicate<UserSnapshot> condition) {
		return await("User " + username, username, () -> this.events.user(username, condition));
	}

	/**
	 * Awaits that a user is gone.
	 * @param username the user
	 * @throws AssertionError if it does not go in time
	 */
	public void awaitUserDeleted(String username) {
		await("The deletion of user " + username, username,
				() -> this.events.isDeleted(Users.TYPE.tombstone(), username) ? true : null);
	}

	/**
	 * Awaits that a command is rejected.
	 * @param commandId the command id, as {@link #send(Command)} returned it
	 * @return the rejection, with its reason
	 * @throws AssertionError if it does not come in time
	 */
	public Rejection awaitRejection(UUID commandId) {
		return await("The rejection of command " + commandId, "", () -> this.events.rejection(commandId));
	}

	private synchronized <T> T await(String what, String key, Supplier<@Nullable T> found) {
		long deadline = System.nanoTime() + this.patience.toNanos();
		while (true) {
			T result = found.get();
			if (result != null) {
				return result;
			}
			if (System.nanoTime() > deadline) {
				throw new AssertionError("%s did not come within %s. Of this key was published: %s. Tidemark says:%n%s"
					.formatted(what, this.patience, this.events.told(key), started(this.worker).getLogs()));
			}
			for (ConsumerRecord<String, byte[]> record : started(this.consumer).poll(POLL)) {
				this.events.add(record);
			}
		}
	}

	private static <T> T started(@Nullable T part) {
		if (part == null) {
			throw new IllegalStateException("start() comes first");
		}
		return part;
	}

}
