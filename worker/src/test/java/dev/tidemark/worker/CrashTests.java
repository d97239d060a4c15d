package dev.tidemark.worker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.DeleteTask;
import dev.tidemark.contracts.task.TaskCommand.RepublishTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.ChangePassword;
import dev.tidemark.contracts.user.UserCommand.DeleteUser;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.worker.stack.Breakpoint;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.Ports;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A worker that dies at any step leaves what one that did not die leaves: the same rows,
 * and the same records for whoever reads only what is committed.
 * <p>
 * Worker processes, since a debugger stops them and they are killed.
 */
@Order(1)
class CrashTests {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private static final UUID TASK = UUID.randomUUID();

	private static final UUID WAITING = UUID.randomUUID();

	private static final List<UUID> IDS = Stream.generate(UUID::randomUUID).limit(20).toList();

	/** What an undisturbed worker leaves, found out once. */
	private static final Map<Dead, Traces> undisturbed = new HashMap<>();

	@ParameterizedTest
	@ValueSource(strings = { //
			"dev.tidemark.worker.batch.BatchLoader#load", // nothing done
			"dev.tidemark.worker.aggregate.AggregateBatch#delete", // some rows written,
																	// not
			// committed
			"dev.tidemark.worker.outcome.CommandLog#write!", // all rows written, not
																// committed
			"dev.tidemark.worker.publication.Publisher#publish", // rows committed,
																	// nothing published
			"org.apache.kafka.clients.producer.KafkaProducer#sendOffsetsToTransaction", // sent,
																						// not
																						// committed
			"org.apache.kafka.clients.producer.KafkaProducer#commitTransaction", // sent
																					// with
																					// its
																					// offsets,
																					// not
																					// committed
			"dev.tidemark.worker.publication.Publisher#publish!" }) // all committed
	void leavesTheSameWhenItDiesAt(String place) throws IOException {
		leavesTheSameWhenItDiesAt(place, Dead.MALFORMED);
	}

	/** With a record that is dead, events wait for the rows. */
	@ParameterizedTest
	@ValueSource(strings = { //
			"dev.tidemark.worker.publication.Publisher#sendAhead!", // sent, no rows
																	// written
			"dev.tidemark.worker.outcome.CommandLog#write!", // sent, all rows written,
																// not committed
			"dev.tidemark.worker.publication.Publisher#publish", // sent, rows committed
			"org.apache.kafka.clients.producer.KafkaProducer#commitTransaction" }) // with
																					// offsets,
																					// too
	void leavesTheSameWhenItHasSentEventsAheadAndDiesAt(String place) throws IOException {
		leavesTheSameWhenItDiesAt(place, Dead.NONE);
	}

	/** What makes it dead is found out only when the commands are decided. */
	@ParameterizedTest
	@ValueSource(strings = { //
			"dev.tidemark.worker.outcome.CommandLog#write!", // all rows written, not
																// committed
			"dev.tidemark.worker.publication.Publisher#publish", // rows committed
			"org.apache.kafka.clients.producer.KafkaProducer#commitTransaction" }) // with
																					// offsets,
																					// too
	void leavesTheSameWhenAnIdIsReusedAndItDiesAt(String place) throws IOException {
		leavesTheSameWhenItDiesAt(place, Dead.REUSED);
	}

	private static void leavesTheSameWhenItDiesAt(String place, Dead dead) throws IOException {
		Traces expected = undisturbed(dead);
		try (Deployment deployment = Deployment.prepare(1)) {
			int port = Ports.free();
			RecordMetadata last = sendAll(deployment.client(), dead);
			var worker = deployment.start(Breakpoint.environment(port));
			try (Breakpoint breakpoint = Breakpoint.set(port, place)) {
				breakpoint.awaitHit();
				worker.kill();
			}
			assertThat(Traces.after(last, deployment)).isEqualTo(expected);
		}
	}

	@Test
	void whatItLeavesIsWhatWasAskedFor() {
		assertThat(undisturbed(Dead.MALFORMED).rows()).contains("users amara 2", "tasks done 4 +", "tasks pending 1 -")
			.hasSize(4);
	}

	private static Traces undisturbed(Dead dead) {
		return undisturbed.computeIfAbsent(dead, (key) -> {
			try (Deployment deployment = Deployment.prepare(1)) {
				return Traces.after(sendAll(deployment.client(), key), deployment);
			}
		});
	}

	/** Every kind of outcome, before the worker starts, so that one poll has them all. */
	private static RecordMetadata sendAll(Client client, Dead dead) {
		String[] time = { EventHeaders.CE_TIME, "2026-11-20T10:00:00Z" };
		var ids = IDS.iterator();
		client.send(ids.next(), new RegisterUser("amara", HASH), time);
		client.send(ids.next(), new ChangePassword("amara", HASH), time);
		client.send(ids.next(), new RegisterUser("gone", HASH), time);
		client.send(ids.next(), new DeleteUser("gone"), time);
		client.send(ids.next(), new DeleteUser("gone"), time);
		client.send(ids.next(), new CreateTask(WAITING, "Waits", "ليلى", null, TaskStatus.PENDING), time);
		client.send(ids.next(), new CreateTask(TASK, "First life", "amara", null, TaskStatus.PENDING), time);
		client.send(ids.next(), new DeleteTask(TASK), time);
		client.send(ids.next(), new CreateTask(TASK, "Second life", "amara", null, TaskStatus.PENDING), time);
		client.send(ids.next(), new RepublishTask(TASK), time);
		client.send(ids.next(),
				new UpdateTask(TASK, Field.given("二つ目の人生"), Field.absent(), Field.absent(), Field.absent()), time);
		client.send(ids.next(), new CreateTask(TASK, "Refused", "amara", null, TaskStatus.PENDING), time);
		if (dead == Dead.MALFORMED) {
			client.send(client.commandTopic("task.commands"), TASK.toString(),
					Client.headers(ids.next(), "dev.tidemark.task.complete.v1", time), Client.bytes("{}"));
		}
		UUID twice = ids.next();
		client.send(twice, new CompleteTask(TASK), time);
		client.send(twice, new CompleteTask(TASK), time);
		if (dead == Dead.REUSED) {
			client.send(twice, new DeleteTask(TASK), time);
		}
		client.send(ids.next(),
				new UpdateTask(TASK, Field.absent(), Field.given("Done"), Field.absent(), Field.absent()), time);
		return client.send(ids.next(), new RepublishTask(TASK), time);
	}

	/** Which record of the poll is dead. */
	enum Dead {

		NONE, MALFORMED, REUSED

	}

	/**
	 * What a worker leaves behind.
	 *
	 * @param rows the rows, in a few words each
	 * @param records the records, by topic in order, with all their headers
	 */
	record Traces(List<String> rows, List<String> records) {

		/**
		 * Starts the worker, has it finish, registers the user who was waited for, and
		 * looks.
		 */
		static Traces after(RecordMetadata last, Deployment deployment) {
			deployment.start();
			deployment.client().awaitConsumed(last);
			deployment.client()
				.awaitConsumed(deployment.client()
					.send(IDS.getLast(), new RegisterUser("ليلى", HASH), EventHeaders.CE_TIME, "2026-11-20T11:00:00Z"));
			Awaitility.await().until(() -> deployment.query("select from deferred_command").isEmpty());
			RecordMetadata marker = deployment.client()
				.send(IDS.get(18), new RepublishTask(WAITING), EventHeaders.CE_TIME, "2026-11-20T11:00:00Z");
			deployment.client().awaitConsumed(marker);
			List<String> rows = deployment
				.query("""
						select 'users ' || username || ' ' || version from users
						union all
						select 'tasks ' || status || ' ' || version || case when completed_at is null then ' -' else ' +' end
						from tasks left join dones using (task_id) order by 1
						""");
			List<String> records = new ArrayList<>();
			String prefix = deployment.tenant().topics().commands(Tasks.TYPE).replace("task.commands", "");
			for (ConsumerRecord<byte[], byte[]> event : deployment.client().newEvents()) {
				StringBuilder record = new StringBuilder(event.topic().substring(prefix.length()));
				record.append(' ').append(Client.text(event.key())).append(' ');
				record.append((event.value() != null) ? Client.text(event.value()) : null);
				event.headers().forEach((header) -> {
					if (!header.key().startsWith("kafka_dlt-original-t")) {
						record.append(' ')
							.append(header.key())
							.append('=')
							.append(Client.text(header.value()).replace(prefix, ""));
					}
				});
				records.add(record.toString());
			}
			// Topics are read side by side; within one, the order stays as it is.
			records.sort(Comparator.comparing((record) -> record.substring(0, record.indexOf(' '))));
			return new Traces(rows, records);
		}

	}

}
