package dev.tidemark.worker.stack;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.task.Tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What tests rely on when they rely on a {@link Stack}, wherever it runs.
 */
class StackTests {

	private static Stack stack;

	@BeforeAll
	static void startStack() {
		stack = Stack.start();
	}

	@AfterAll
	static void closeStack() {
		stack.close();
	}

	@Test
	void writesThroughToTheDisk() throws SQLException {
		Tenant tenant = stack.newTenant();

		assertThat(query(tenant, "show fsync")).containsExactly("on");
		assertThat(query(tenant, "show synchronous_commit")).containsExactly("on");
		assertThat(query(tenant, "show server_version")).singleElement().asString().startsWith("18.");
	}

	@Test
	void separatesTenants() throws SQLException {
		Tenant one = stack.newTenant();
		Tenant other = stack.newTenant();

		execute(one, "create table mine (id int)");

		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> query(other, "select id from mine"))
			.withMessageContaining("does not exist");
		assertThat(one.topics()).isNotEqualTo(other.topics());
		assertThat(one.environment()).containsEntry("DB_NAME", one.database().name())
			.containsEntry("TIDEMARK_TOPICS_TASK_COMMANDS", one.topics().commands(Tasks.TYPE));
	}

	@Test
	void letsATenantOwnItsDatabaseAndNothingElse() throws SQLException {
		Tenant tenant = stack.newTenant();

		assertThat(query(tenant, "select rolsuper from pg_roles where rolname = current_user")).containsExactly("f");
	}

	@Test
	void showsReadersCommittedTransactionsOnly() {
		Tenant tenant = stack.newTenant().withTopics(1);

		produce(tenant, "aborted", false);
		produce(tenant, "committed", true);

		assertThat(consume(tenant, 1)).containsExactly("committed");
	}

	@Test
	void keepsDataAndAddressesAcrossRestarts() throws SQLException {
		Tenant tenant = stack.newTenant().withTopics(1);
		execute(tenant, "create table mine (id int)");
		execute(tenant, "insert into mine values (42)");
		produce(tenant, "before", true);

		stack.stopBroker();
		stack.stopDatabase();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> tenant.database().connect());
		stack.startDatabase();
		stack.startBroker();
		produce(tenant, "after", true);

		assertThat(query(tenant, "select id from mine")).containsExactly("42");
		assertThat(consume(tenant, 2)).containsExactly("before", "after");
	}

	private static void produce(Tenant tenant, String value, boolean commit) {
		Map<String, Object> configuration = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, tenant.bootstrapServers(),
				ProducerConfig.TRANSACTIONAL_ID_CONFIG, tenant.groupId());
		try (KafkaProducer<String, String> producer = new KafkaProducer<>(configuration, new StringSerializer(),
				new StringSerializer())) {
			producer.initTransactions();
			producer.beginTransaction();
			assertThat(producer.send(new ProducerRecord<>(tenant.topics().commands(Tasks.TYPE), value)))
				.succeedsWithin(Duration.ofSeconds(30));
			if (commit) {
				producer.commitTransaction();
			}
			else {
				producer.abortTransaction();
			}
		}
	}

	private static List<String> consume(Tenant tenant, int count) {
		Map<String, Object> configuration = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, tenant.bootstrapServers(),
				ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed", ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
				"earliest");
		try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(configuration, new StringDeserializer(),
				new StringDeserializer())) {
			consumer.assign(List.of(new TopicPartition(tenant.topics().commands(Tasks.TYPE), 0)));
			List<String> values = new ArrayList<>();
			Awaitility.await().until(() -> {
				consumer.poll(Duration.ofMillis(100)).forEach((record) -> values.add(record.value()));
				return values.size() >= count;
			});
			return values;
		}
	}

	private static void execute(Tenant tenant, String sql) throws SQLException {
		try (Connection connection = tenant.database().connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static List<String> query(Tenant tenant, String sql) throws SQLException {
		try (Connection connection = tenant.database().connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			List<String> values = new ArrayList<>();
			while (rows.next()) {
				values.add(rows.getString(1));
			}
			return values;
		}
	}

}
