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

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Rejection;
import dev.tidemark.contracts.Snapshot;
import dev.tidemark.contracts.shipped.ShippedAggregates;

/**
 * Tidemark in containers, with a Kafka and a PostgreSQL of its own: for tests that send
 * commands and want to see what comes of them. <pre class="code">
 * &#64;Container
 * static final TidemarkStack tidemark = new TidemarkStack("tidemark/worker");
 *
 * tidemark.send(new RegisterUser("amara", hash));
 * UserSnapshot amara = tidemark.await(Users.TYPE, "amara", UserSnapshot.class);
 * </pre> A service under test finds the same Kafka at {@link #bootstrapServers()}.
 * <p>
 * What awaits looks at all that was published since the start, in order, so that nothing
 * is missed that came before it was asked for. Keys of their own keep tests apart that
 * share a stack. It may be used by several threads.
 */
public final class TidemarkStack implements Startable, TasksAndUsers {

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

	private Catalogue catalogue = ShippedAggregates.CATALOGUE;

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
	 * Sets which types of aggregates the image knows, before the start; those of
	 * Tidemark's own image, unless this says otherwise. For an image that knows types of
	 * one's own, this is the catalogue with them.
	 * @param catalogue the types
	 * @return this stack
	 */
	public TidemarkStack withCatalogue(Catalogue catalogue) {
		this.catalogue = catalogue;
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
						ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
						// A topic that the image does not make is missing, and not to be
						// made by asking for it.
						ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false),
				new StringDeserializer(), new ByteArrayDeserializer());
		List<TopicPartition> partitions = this.catalogue.events()
			.stream()
			.map(EventType::topic)
			.distinct()
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
	 * Awaits an aggregate.
	 * @param <S> how it is shown
	 * @param type the type of the aggregate, of this stack's catalogue
	 * @param key its key, as it is the key of its records
	 * @param snapshot the type's snapshots
	 * @return its first snapshot
	 * @throws AssertionError if it does not come in time
	 */
	public <S extends Snapshot> S await(AggregateType type, String key, Class<S> snapshot) {
		return await(type, key, snapshot, (_) -> true);
	}

	/**
	 * Awaits that an aggregate is in some state.
	 * @param <S> how it is shown
	 * @param type the type of the aggregate, of this stack's catalogue
	 * @param key its key, as it is the key of its records
	 * @param snapshot the type's snapshots
	 * @param condition says of a snapshot whether it shows that state
	 * @return the first snapshot that does
	 * @throws AssertionError if it does not come in time
	 */
	@Override
	public <S extends Snapshot> S await(AggregateType type, String key, Class<S> snapshot,
			Predicate<? super S> condition) {
		if (type.snapshotClass() != snapshot) {
			throw new IllegalArgumentException("%s are shown as %s, not as %s".formatted(type.plural(),
					type.snapshotClass().getName(), snapshot.getName()));
		}
		checkKnown(type);
		return await("%s %s".formatted(type, key), key, () -> this.events.snapshot(type, key, snapshot, condition));
	}

	/**
	 * Awaits that an aggregate is gone.
	 * @param type the type of the aggregate, of this stack's catalogue
	 * @param key its key, as it is the key of its records
	 * @throws AssertionError if it does not go in time
	 */
	@Override
	public void awaitDeleted(AggregateType type, String key) {
		checkKnown(type);
		await("The deletion of %s %s".formatted(type, key), key, () -> this.events.isDeleted(type, key) ? true : null);
	}

	/** So that nobody waits in vain for what is not read. */
	private synchronized void checkKnown(AggregateType type) {
		if (this.catalogue.aggregate(type.wireName()) != type) {
			throw new IllegalArgumentException(
					"%s are not in this stack's catalogue: withCatalogue(…)".formatted(type.plural()));
		}
		if (started(this.consumer).assignment()
			.stream()
			.noneMatch((partition) -> partition.topic().equals(type.readModelTopic()))) {
			throw new IllegalStateException(
					"%s knows no %s: it has not made %s".formatted(this.image, type.plural(), type.readModelTopic()));
		}
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
