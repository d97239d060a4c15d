package dev.tidemark.worker;

import java.io.IOException;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.Wire;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A database that neither answers nor refuses.
 * <p>
 * A worker process, since its connections have to hang, and its end has to come in time.
 */
class SilenceTests {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	/** By default 30 s, as some statements take their time. */
	private static final String IMPATIENT = """
			{"spring.datasource.hikari.data-source-properties.socketTimeout": 3}""";

	private final Deployment deployment = Deployment.prepare(1, "SPRING_APPLICATION_JSON", IMPATIENT);

	private final Client client = this.deployment.client();

	private final DatabaseAddress database = this.deployment.tenant().database();

	private final Wire wire = new Wire(this.database.host(), this.database.port());

	@AfterEach
	void close() throws IOException {
		this.deployment.close();
		this.wire.close();
	}

	@Test
	void aDatabaseThatHangsIsWaitedForAliveAndNotReady() throws IOException {
		WorkerProcess worker = start();
		this.wire.hold();
		RecordMetadata sent = register("amara");
		Awaitility.await().until(() -> !worker.isReady());
		assertThat(worker.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
		this.wire.release();
		isApplied(sent);
		Awaitility.await().until(worker::isReady);
	}

	@Test
	void connectionsThatAFirewallHasForgottenAreReplaced() {
		start();
		this.client.awaitConsumed(register("amara"));
		this.client.newEvents();
		this.wire.hold();
		this.wire.forget();
		isApplied(register("佐藤"));
	}

	@Test
	void aWorkerThatIsAskedToEndDoesNotWaitForADatabaseThatHangs() {
		WorkerProcess worker = start();
		this.wire.hold();
		RecordMetadata sent = register("amara");
		Awaitility.await().until(() -> !worker.isReady());
		assertThat(worker.terminate()).isEqualTo(143);
		this.wire.release();
		start();
		isApplied(sent);
	}

	@Test
	void whatFailsWhileTheWorkerEndsIsNotTakenForDone() {
		WorkerProcess worker = start("20s");
		this.wire.hold();
		RecordMetadata sent = register("amara");
		Awaitility.await().until(() -> worker.metric("tidemark_oldest_unprocessed_age_seconds") > 0);
		// The statement's three seconds end while the worker waits for its consumer.
		assertThat(worker.terminate()).isEqualTo(143);
		this.wire.release();
		start();
		isApplied(sent);
	}

	private WorkerProcess start() {
		return start("2s");
	}

	private WorkerProcess start(String stopWithin) {
		return this.deployment
			.start(Map.of("DB_PORT", String.valueOf(this.wire.port()), "TIDEMARK_STOP_WITHIN", stopWithin))
			.awaitReady();
	}

	private RecordMetadata register(String username) {
		return this.client.send(UUID.randomUUID(), new RegisterUser(username, HASH));
	}

	private void isApplied(RecordMetadata sent) {
		this.client.awaitConsumed(sent);
		assertThat(this.client.newEvents()).singleElement()
			.extracting(ConsumerRecord::topic)
			.isEqualTo(this.deployment.tenant().topics().readModel(Users.TYPE));
	}

}
