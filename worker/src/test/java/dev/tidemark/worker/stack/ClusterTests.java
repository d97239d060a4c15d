package dev.tidemark.worker.stack;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.DatabasePair.Replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What tests rely on when they rely on a {@link Cluster}: what it survives, and whom its
 * links part.
 */
class ClusterTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static Cluster cluster;

	@BeforeAll
	static void start() {
		cluster = Cluster.start(Replication.SYNCHRONOUS);
	}

	@AfterAll
	static void close() {
		cluster.close();
	}

	@Test
	void hasEverythingThreeTimesAndAcknowledgesItWhenTwoHaveIt() throws Exception {
		Tenant tenant = cluster.stack().newTenant().withTopics(1);
		// Makes the topics that Kafka has for itself.
		produce(tenant, "first", true);
		consume(tenant, true, 1);

		List<String> topics = List.of(commands(tenant), "__consumer_offsets", "__transaction_state");
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", tenant.bootstrapServers()))) {
			assertThat(admin.describeTopics(topics).allTopicNames().get().values())
				.flatExtracting(TopicDescription::partitions)
				.allSatisfy((partition) -> assertThat(partition.replicas()).hasSize(3));
			assertThat(admin
				.describeConfigs(
						topics.stream().map((topic) -> new ConfigResource(ConfigResource.Type.TOPIC, topic)).toList())
				.all()
				.get()
				.values()).hasSize(3)
				.extracting((config) -> config.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG))
				.extracting(ConfigEntry::value)
				.containsOnly("2");
		}
	}

	@Test
	void goesOnWithoutTheBrokerThatLeads() {
		Tenant tenant = cluster.stack().newTenant().withTopics(1);
		produce(tenant, "before", true);
		int leader = leader(tenant);

		cluster.brokers().kill(leader);
		produce(tenant, "meanwhile", true);
		assertThat(consume(tenant, true, 2)).containsExactly("before", "meanwhile");
		assertThat(leader(tenant)).isNotEqualTo(leader);

		cluster.brokers().start(leader);
		cluster.brokers().awaitInSync();
	}

	@Test
	void replacesABrokerThatIsCutOffAndTakesItBack() {
		Tenant tenant = cluster.stack().newTenant().withTopics(1);
		produce(tenant, "before", false);
		int leader = leader(tenant);

		cluster.brokers().isolate(leader);
		produce(tenant, "meanwhile", false);
		assertThat(leader(tenant)).isNotEqualTo(leader);

		cluster.brokers().rejoin(leader);
		cluster.brokers().awaitInSync();
		assertThat(consume(tenant, false, 2)).containsExactly("before", "meanwhile");
	}

	@Test
	void movesEveryLeader() {
		Tenant tenant = cluster.stack().newTenant().withTopics(3);
		List<TopicPartition> partitions = List.of(partition(tenant, 0), partition(tenant, 1), partition(tenant, 2));
		List<Integer> before = leaders(partitions);

		assertThat(cluster.brokers().moveLeaders(List.of(commands(tenant)))).isEqualTo(3);

		List<Integer> after = leaders(partitions);
		for (int i = 0; i < 3; i++) {
			assertThat(after.get(i)).isNotEqualTo(before.get(i));
		}
	}

	@Test
	void cutsOffOnePlaceOnly() throws SQLException {
		Tenant tenant = cluster.stack().newTenant().withTopics(1);
		Tenant one = cluster.view(1).of(tenant);
		Tenant other = cluster.view(2).of(tenant);
		produce(one, "by one", false);

		cluster.view(1).cut();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> one.database().connect());
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> topics(one))
			.withCauseInstanceOf(TimeoutException.class);
		try (Connection connection = other.database().connect()) {
			assertThat(connection.isValid(5)).isTrue();
		}
		produce(other, "by the other", false);

		cluster.view(1).mend();
		assertThat(consume(one, false, 2)).containsExactly("by one", "by the other");
		one.database().connect().close();
	}

	private static void topics(Tenant tenant) throws ExecutionException, InterruptedException {
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", tenant.bootstrapServers(), "request.timeout.ms",
				500, "default.api.timeout.ms", 1_000))) {
			admin.listTopics().names().get();
		}
	}

	private static int leader(Tenant tenant) {
		return leaders(List.of(partition(tenant, 0))).getFirst();
	}

	private static List<Integer> leaders(List<TopicPartition> partitions) {
		return partitions.stream().map((partition) -> cluster.brokers().leader(partition).orElseThrow()).toList();
	}

	private static String commands(Tenant tenant) {
		return tenant.topics().commands(Tasks.TYPE);
	}

	private static TopicPartition partition(Tenant tenant, int number) {
		return new TopicPartition(commands(tenant), number);
	}

	private static void produce(Tenant tenant, String value, boolean transaction) {
		Map<String, Object> settings = new HashMap<>(
				Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, tenant.bootstrapServers()));
		if (transaction) {
			settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, tenant.groupId());
		}
		try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings, new StringSerializer(),
				new StringSerializer())) {
			if (transaction) {
				producer.initTransactions();
				producer.beginTransaction();
			}
			assertThat(producer.send(new ProducerRecord<>(commands(tenant), value))).succeedsWithin(PATIENCE);
			if (transaction) {
				producer.commitTransaction();
			}
		}
	}

	/** Reads as much as given, as a member of a group or for itself. */
	private static List<String> consume(Tenant tenant, boolean group, int count) {
		Map<String, Object> settings = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, tenant.bootstrapServers(),
				ConsumerConfig.GROUP_ID_CONFIG, tenant.groupId(), ConsumerConfig.ISOLATION_LEVEL_CONFIG,
				"read_committed", ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
		try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings, new StringDeserializer(),
				new StringDeserializer())) {
			if (group) {
				consumer.subscribe(List.of(commands(tenant)));
			}
			else {
				consumer.assign(List.of(partition(tenant, 0)));
			}
			List<String> values = new ArrayList<>();
			Awaitility.await().atMost(PATIENCE).until(() -> {
				consumer.poll(Duration.ofMillis(100)).forEach((record) -> values.add(record.value()));
				return values.size() >= count;
			});
			return values;
		}
	}

}
