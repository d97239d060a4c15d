package dev.tidemark.worker.story;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.DeleteTask;
import dev.tidemark.contracts.task.TaskCommand.ReopenTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.UserCommand.DeleteUser;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Tenant;

/**
 * Commands that go on after the story, four a second, so that the console has something
 * to show: most are applied, some are rejected, some are deferred, some are duplicates,
 * and now and then one is malformed. Tasks and users come and go, so that there are never
 * many.
 */
final class SteadyTraffic implements AutoCloseable {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final Duration PAUSE = Duration.ofMillis(250);

	/** How many tasks there are at most. */
	private static final int TASKS = 30;

	/** How many commands lie between two steps of a guest's stay. */
	private static final int STAY = 21;

	private static final List<String> USERS = List.of("amara", "佐藤", "noor", "João", "Søren");

	private static final List<String> TITLES = List.of("Order the tide tables", "Calibrate the gauge", "潮位計を点検する",
			"Grease the winch", "Pintar o farol", "Count the buoys", "Answer the harbour master", "تنظيف المرفأ",
			"Draw the chart anew", "Wind the clock ⏰");

	private final Tenant tenant;

	private final KafkaProducer<byte[], byte[]> producer;

	private final SplittableRandom random = new SplittableRandom();

	/** The versions of the tasks that are there, the oldest task first. */
	private final Map<UUID, Long> tasks = new LinkedHashMap<>();

	/** What is sent when so many commands have been sent. */
	private final Map<Integer, Command> later = new LinkedHashMap<>();

	private final CountDownLatch closed = new CountDownLatch(1);

	private final Thread thread = new Thread(this::run, "steady-traffic");

	private @Nullable ProducerRecord<byte[], byte[]> last;

	private int sent;

	private SteadyTraffic(Tenant tenant) {
		this.tenant = tenant;
		this.producer = new KafkaProducer<>(Map.of("bootstrap.servers", tenant.bootstrapServers()),
				new ByteArraySerializer(), new ByteArraySerializer());
		this.thread.setDaemon(true);
	}

	/**
	 * Begins to send.
	 * @param tenant whose topics, and which has the users of the story
	 * @return the traffic, which goes on until it is closed
	 */
	static SteadyTraffic start(Tenant tenant) {
		SteadyTraffic traffic = new SteadyTraffic(tenant);
		traffic.thread.start();
		return traffic;
	}

	private void run() {
		try {
			USERS.stream().skip(2).map((name) -> new RegisterUser(name, Chapter.HASH)).forEach(this::send);
			do {
				next();
				this.sent++;
			}
			while (!this.closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
		}
		catch (InterruptedException | KafkaException ex) {
			// It has been closed, or nobody takes anything any more.
		}
	}

	private void next() {
		Command awaited = this.later.remove(this.sent);
		if (awaited != null) {
			send(awaited);
		}
		else if (this.sent % 240 == 20) {
			sendMalformed(this.sent / 240);
		}
		else if (this.sent % 15 == 8) {
			sendRejected(this.sent / 15);
		}
		else if (this.sent % 60 == 30) {
			sendBeforeItsUser();
		}
		else if (this.sent % 50 == 25 && this.last != null) {
			send(this.last);
		}
		else {
			sendApplied();
		}
	}

	private void sendApplied() {
		int choice = this.random.nextInt(100);
		if (this.tasks.size() >= TASKS) {
			UUID oldest = this.tasks.keySet().iterator().next();
			this.tasks.remove(oldest);
			send(new DeleteTask(oldest));
		}
		else if (this.tasks.size() < TASKS / 3 || choice < 40) {
			UUID taskId = UUID.randomUUID();
			this.tasks.put(taskId, 1L);
			send(new CreateTask(taskId, anyOf(TITLES), anyOf(USERS), null, TaskStatus.PENDING));
		}
		else {
			UUID taskId = anyOf(List.copyOf(this.tasks.keySet()));
			this.tasks.merge(taskId, 1L, Long::sum);
			send((choice < 70) ? update(taskId) : (choice < 90) ? new CompleteTask(taskId) : new ReopenTask(taskId));
		}
	}

	private static UpdateTask update(UUID taskId) {
		return new UpdateTask(taskId, Field.absent(), Field.given("Before the next spring tide."),
				Field.given(TaskStatus.IN_PROGRESS), Field.absent());
	}

	/** A task that waits for a guest, who registers, and goes again with the task. */
	private void sendBeforeItsUser() {
		UUID taskId = UUID.randomUUID();
		String guest = "guest-" + this.sent;
		this.later.put(this.sent + STAY, new RegisterUser(guest, Chapter.HASH));
		this.later.put(this.sent + 2 * STAY, new CompleteTask(taskId));
		this.later.put(this.sent + 3 * STAY, new DeleteTask(taskId));
		this.later.put(this.sent + 4 * STAY, new DeleteUser(guest));
		send(new CreateTask(taskId, anyOf(TITLES), guest, null, TaskStatus.PENDING));
	}

	private void sendRejected(int number) {
		UUID known = this.tasks.keySet().iterator().next();
		switch (number % 4) {
			case 0 -> send(new CompleteTask(UUID.randomUUID()));
			case 1 -> send(new RegisterUser(anyOf(USERS), Chapter.HASH));
			case 2 -> send(new CreateTask(known, anyOf(TITLES), anyOf(USERS), null, TaskStatus.PENDING));
			default -> send(update(known), EventHeaders.CE_EXPECTEDVERSION,
					Long.toString(this.tasks.getOrDefault(known, 1L) + 1));
		}
	}

	private void sendMalformed(int number) {
		UUID taskId = UUID.randomUUID();
		Map<String, String> data = new LinkedHashMap<>(
				Map.of("taskId", taskId.toString(), "title", anyOf(TITLES), "username", anyOf(USERS)));
		String key = taskId.toString();
		String type = "dev.tidemark.task.create.v1";
		switch (number % 4) {
			case 0 -> data.put("status", "finished");
			case 1 -> data.remove("title");
			case 2 -> key = "\"" + taskId + "\"";
			default -> type = "dev.tidemark.task.create.v2";
		}
		send(new ProducerRecord<>(this.tenant.topics().commands(Tasks.TYPE), null, Client.bytes(key),
				JSON.writeValueAsBytes(data), Client.headers(UUID.randomUUID(), type)));
	}

	private void send(Command command, String... more) {
		String topic = command.type().topic().equals(Tasks.TYPE.commandTopic())
				? this.tenant.topics().commands(Tasks.TYPE) : this.tenant.topics().commands(Users.TYPE);
		ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, null, Client.bytes(command.key()),
				JSON.writeValueAsBytes(command.data()),
				Client.headers(UUID.randomUUID(), command.type().wireName(), more));
		this.last = record;
		send(record);
	}

	/** Nobody waits for an answer: what becomes of it is what the console shows. */
	private void send(ProducerRecord<byte[], byte[]> record) {
		var _ = this.producer.send(record);
	}

	private <T> T anyOf(List<T> several) {
		return several.get(this.random.nextInt(several.size()));
	}

	/** Ends at once, whether the broker answers or not. */
	@Override
	public void close() {
		this.closed.countDown();
		this.thread.interrupt();
		try {
			this.thread.join(Duration.ofSeconds(1));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.producer.close(Duration.ZERO);
	}

}
