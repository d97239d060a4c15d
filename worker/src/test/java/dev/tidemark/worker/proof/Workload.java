package dev.tidemark.worker.proof;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.task.TaskCommand;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.DeleteTask;
import dev.tidemark.contracts.task.TaskCommand.ReopenTask;
import dev.tidemark.contracts.task.TaskCommand.RepublishTask;
import dev.tidemark.contracts.task.TaskCommand.ResumeTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.user.UserCommand.ChangePassword;
import dev.tidemark.contracts.user.UserCommand.DeleteUser;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.UserCommand.RepublishUser;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.stack.TopicNames;

/**
 * Commands of every kind and fortune, the same for the same seed.
 * <p>
 * Topics and partitions have no order among each other, so what comes of a workload is
 * certain only if nothing in it depends on such an order. Five phases see to that; the
 * next begins when the last has been consumed:
 * <ol>
 * <li>users are registered;</li>
 * <li>tasks live and die; some name users who come in this phase or in the next;</li>
 * <li>those users come; users without tasks are deleted, and come again; a few deletes
 * race with the first tasks of their user (either end is legal, and the model asks
 * which);</li>
 * <li>everyone who was raced for is registered again; duplicates under other keys;</li>
 * <li>tasks name users who never come.</li>
 * </ol>
 * Within a phase no command's outcome depends on another topic or partition: a task names
 * users who are there for the whole phase, or who come and do not go; a user who goes has
 * tasks that nobody touches, or none; a duplicate lies behind its original in the same
 * partition.
 */
final class Workload {

	/** The number of the phase in which tasks wait for users who never come. */
	static final int EXPIRY = 5;

	/** One of so many residents and tasks is in the wrong partition. */
	private static final int MISPLACED = 20;

	private final SplittableRandom random;

	private final double poison;

	private final TopicNames topics;

	private final Placement placement;

	private final Envelopes envelopes;

	/** Says how the state stands at each point, for commands that make sense. */
	private final Model preview = new Model(Map.of());

	private final List<Order> orders = new ArrayList<>();

	private final Set<UUID> contestedDeletes = new HashSet<>();

	private int phase;

	private int duplicates;

	/** Each in its turn, so that none is left out. */
	private int nextSpoiler;

	/** Users who are there from the first phase on, and stay. */
	private final List<String> residents;

	/** Users who come while tasks name them already. */
	private final List<String> newcomers;

	/** Users who come in the phase after. */
	private final List<String> latecomers;

	/** Users without tasks, who go. */
	private final List<String> leavers;

	/** Users with tasks, who cannot go. */
	private final List<String> owners;

	/** Users whose delete races with their first tasks. */
	private final List<String> contested;

	/** Users who never come. */
	private final List<String> strangers;

	/** Tasks that any command may touch. */
	private final List<UUID> tasks = new ArrayList<>();

	/**
	 * Tasks whose sender has another partitioner. They do not wait for anybody: what
	 * wakes them up would come in the partition in which they belong, and so in no
	 * certain order to their commands.
	 */
	private final List<UUID> strays = new ArrayList<>();

	private Workload(long seed, int commands, int partitions, double poison, TopicNames topics) {
		this.random = new SplittableRandom(seed);
		this.poison = poison;
		this.topics = topics;
		this.placement = new Placement(partitions);
		this.nextSpoiler = this.random.nextInt(Spoiler.ALL.size());
		this.envelopes = new Envelopes(this.random, this.placement, topics);
		this.residents = names("resident", Math.max(4, commands / 60));
		this.newcomers = names("newcomer", Math.max(2, commands / 200));
		this.latecomers = names("latecomer", Math.max(2, commands / 200));
		this.leavers = names("leaver", Math.max(2, commands / 200));
		this.owners = names("owner", Math.max(2, commands / 400));
		this.contested = names("contested", Math.max(2, commands / 200));
		this.strangers = names("stranger", Math.max(2, commands / 400));
		for (int i = 0; i < this.residents.size(); i += MISPLACED) {
			this.placement.misplace(this.residents.get(i));
		}
	}

	/**
	 * Makes a workload.
	 * @param seed the same seed makes the same workload
	 * @param commands how many records, roughly
	 * @param partitions how many partitions each topic has
	 * @param poison the share of records that can never be commands
	 * @param topics the topics' names
	 * @return the workload
	 */
	static Workload of(long seed, int commands, int partitions, double poison, TopicNames topics) {
		Workload workload = new Workload(seed, commands, partitions, poison, topics);
		workload.registerUsers();
		workload.workOnTasks(commands * 55 / 100);
		workload.letUsersComeAndGo(commands * 25 / 100);
		workload.settle(commands * 8 / 100);
		workload.nameStrangers(commands * 4 / 100);
		return workload;
	}

	/**
	 * Returns what to send, in order.
	 */
	List<Order> orders() {
		return Collections.unmodifiableList(this.orders);
	}

	/**
	 * Returns the orders of one phase, in order.
	 */
	List<Order> phase(int number) {
		return this.orders.stream().filter((order) -> order.phase() == number).toList();
	}

	/**
	 * Returns the deletes of users that race with tasks.
	 */
	Set<UUID> contestedDeletes() {
		return Collections.unmodifiableSet(this.contestedDeletes);
	}

	/**
	 * Returns an order of what was received that agrees with all that is certain: phases
	 * one after the other, partitions as they are; and users first, so that whom a task
	 * names is there.
	 */
	Comparator<Evidence.Received> legalOrder() {
		return Comparator.<Evidence.Received>comparingInt(
				(received) -> Objects.requireNonNull(received.order()).phase())
			.thenComparing((received) -> !received.record().topic().equals(this.topics.commands(Users.TYPE)))
			.thenComparingInt((received) -> received.record().partition())
			.thenComparingLong((received) -> received.record().offset());
	}

	int duplicates() {
		return this.duplicates;
	}

	private List<String> names(String kind, int count) {
		return IntStream.range(0, count).mapToObj((number) -> Texts.username(this.random, kind, number)).toList();
	}

	// phases

	private void registerUsers() {
		this.phase = 1;
		for (List<String> names : List.of(this.residents, this.leavers, this.owners, this.contested)) {
			names.forEach(this::register);
		}
	}

	private void workOnTasks(int count) {
		this.phase = 2;
		for (String owner : this.owners) {
			ask(create(randomUuid(), owner));
		}
		List<String> coming = new ArrayList<>(this.newcomers);
		for (int i = 0; i < count; i++) {
			if (!coming.isEmpty() && this.random.nextInt(count) < this.newcomers.size() * 2) {
				register(coming.removeLast());
			}
			workOnTask();
		}
		coming.forEach(this::register);
	}

	private void letUsersComeAndGo(int count) {
		this.phase = 3;
		List<Runnable> events = new ArrayList<>();
		this.latecomers.forEach((name) -> events.add(() -> register(name)));
		this.leavers.forEach((name) -> events.add(() -> leave(name)));
		this.owners.forEach((name) -> events.add(() -> ask(new DeleteUser(name))));
		this.contested.forEach((name) -> events.add(() -> contest(name)));
		for (int i = 0; i < count; i++) {
			if (this.random.nextInt(count) < events.size() * 2 && !events.isEmpty()) {
				events.remove(this.random.nextInt(events.size())).run();
			}
			workOnTask();
		}
		events.forEach(Runnable::run);
	}

	private void settle(int count) {
		this.phase = 4;
		List<Order> earlier = List.copyOf(this.orders);
		this.contested.forEach(this::register);
		for (int i = 0; i < count; i++) {
			if (this.random.nextInt(4) == 0) {
				duplicateElsewhere(any(earlier));
			}
			else {
				workOnTask();
			}
		}
	}

	private void nameStrangers(int count) {
		this.phase = EXPIRY;
		for (int i = 0; i < count; i += 5) {
			UUID taskId = (this.random.nextBoolean() && !this.tasks.isEmpty()) ? any(this.tasks) : newTask();
			String stranger = any((this.random.nextInt(4) == 0) ? this.leavers : this.strangers);
			if (this.preview.user(stranger) != null) {
				continue;
			}
			ask((this.preview.task(taskId) != null) ? update(taskId, Field.given(stranger)) : create(taskId, stranger));
			for (int behind = this.random.nextInt(5); behind > 0; behind--) {
				ask(anyTaskCommand(taskId));
			}
			workOnTask();
			workOnStray();
		}
	}

	// what happens to users

	private void register(String username) {
		ask(new RegisterUser(username, Texts.passwordHash(this.random)));
	}

	private void leave(String username) {
		Expectation.User user = this.preview.user(username);
		ask(new DeleteUser(username), (user != null) ? user.version() + 1 : null);
		ask(new DeleteUser(username), (user != null && this.random.nextBoolean()) ? user.version() : null);
		if (this.random.nextBoolean()) {
			ask(new DeleteUser(username));
			register(username);
			ask(new RepublishUser(username));
		}
		else if (this.random.nextBoolean()) {
			ask(new RepublishUser(username));
		}
	}

	private void contest(String username) {
		List<Runnable> racers = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			UUID taskId = randomUuid();
			racers.add(() -> {
				ask(create(taskId, username));
				ask(new CompleteTask(taskId));
			});
		}
		racers.add(this.random.nextInt(racers.size()),
				() -> this.contestedDeletes.add(ask(new DeleteUser(username)).id()));
		racers.forEach(Runnable::run);
	}

	private void workOnUser() {
		String username = any((this.random.nextInt(10) == 0) ? this.strangers : this.residents);
		Expectation.User user = this.preview.user(username);
		Long version = (user != null) ? user.version() : null;
		switch (this.random.nextInt(8)) {
			case 0 -> ask((user != null) ? new RegisterUser(username, Texts.passwordHash(this.random))
					: new DeleteUser(username));
			case 1 -> ask(new RepublishUser(username));
			case 2 -> ask(new ChangePassword(username, Texts.passwordHash(this.random)), version);
			case 3 -> ask(new ChangePassword(username, Texts.passwordHash(this.random)), 1L);
			default -> ask(new ChangePassword(username, Texts.passwordHash(this.random)));
		}
	}

	// what happens to tasks

	private void workOnTask() {
		if (this.random.nextDouble() < this.poison) {
			poison();
			return;
		}
		int fate = this.random.nextInt(100);
		if (fate < 6) {
			workOnUser();
		}
		else if (fate < 9) {
			duplicateHere();
		}
		else if (fate < 10) {
			abort();
		}
		else if (fate < 10 + 100 / MISPLACED) {
			workOnStray();
		}
		else if (fate < 40 || this.tasks.isEmpty()) {
			ask(create(newTask(), anyUser()));
		}
		else if (fate < 43) {
			UUID taskId = any(this.tasks);
			for (int i = 0; i < 10; i++) {
				ask(anyTaskCommand(taskId));
			}
		}
		else {
			ask(anyTaskCommand(any(this.tasks)));
		}
	}

	private void workOnStray() {
		if (this.strays.isEmpty() || this.random.nextInt(4) == 0) {
			UUID taskId = randomUuid();
			this.placement.misplace(taskId.toString());
			this.strays.add(taskId);
			ask(create(taskId, anyUserFor(taskId)));
		}
		else {
			ask(anyTaskCommand(any(this.strays)));
		}
	}

	private TaskCommand anyTaskCommand(UUID taskId) {
		return switch (this.random.nextInt(20)) {
			case 0 -> create(taskId, anyUserFor(taskId));
			case 1, 2, 3 -> new CompleteTask(taskId);
			case 4, 5 -> new ReopenTask(taskId);
			case 6, 7, 8 -> new DeleteTask(taskId);
			case 9 -> new RepublishTask(taskId);
			case 10 -> new ResumeTask(taskId);
			case 11, 12 -> update(taskId, Field.given(anyUserFor(taskId)));
			default -> (this.preview.task(taskId) != null) ? update(taskId, Field.absent())
					: create(taskId, anyUserFor(taskId));
		};
	}

	private TaskCommand create(UUID taskId, String username) {
		return new CreateTask(taskId, Texts.title(this.random), username,
				this.random.nextBoolean() ? Texts.description(this.random) : null,
				(this.random.nextInt(3) == 0) ? anyStatus() : TaskStatus.PENDING);
	}

	private TaskCommand update(UUID taskId, Field<String> username) {
		Field<String> title = this.random.nextBoolean() ? Field.given(Texts.title(this.random)) : Field.absent();
		Field<@Nullable String> description = switch (this.random.nextInt(4)) {
			case 0 -> cleared();
			case 1 -> Field.given(Texts.description(this.random));
			default -> Field.absent();
		};
		boolean nothingYet = !title.isGiven() && !description.isGiven() && !username.isGiven();
		Field<TaskStatus> status = (nothingYet || this.random.nextInt(4) == 0) ? Field.given(anyStatus())
				: Field.absent();
		return new UpdateTask(taskId, title, description, status, username);
	}

	@SuppressWarnings("NullAway") // which does not look at what the type argument allows
	private static Field<@Nullable String> cleared() {
		return Field.given(null);
	}

	/**
	 * Returns a user whom a task of this phase may name.
	 */
	private String anyUser() {
		return switch (this.random.nextInt(20)) {
			case 0 -> any((this.phase < EXPIRY - 1) ? this.latecomers : this.residents);
			case 1 -> any(this.newcomers);
			default -> any(this.residents);
		};
	}

	private String anyUserFor(UUID taskId) {
		return this.placement.isMisplaced(taskId.toString()) ? any(this.residents) : anyUser();
	}

	private TaskStatus anyStatus() {
		return any(List.of(TaskStatus.values()));
	}

	private UUID newTask() {
		UUID taskId = randomUuid();
		this.tasks.add(taskId);
		return taskId;
	}

	// orders

	private Intent.Ask ask(Command command) {
		return ask(command, null);
	}

	private Intent.Ask ask(Command command, @Nullable Long version) {
		Long expected = version;
		if (command instanceof TaskCommand task && this.random.nextInt(6) == 0) {
			Expectation.Task row = this.preview.task(task.taskId());
			expected = (row != null && this.random.nextInt(4) != 0) ? row.version() : this.random.nextLong(1, 9);
		}
		Intent.Ask ask = new Intent.Ask(randomUuid(), this.envelopes.anyTime(), expected, this.envelopes.anyPassedOn(),
				command);
		add(ask, false, this.envelopes.record(ask));
		return ask;
	}

	/**
	 * Sends an earlier command of this phase again: the very record, or another one with
	 * its id, to the same partition. One that asks for something else is a dead letter.
	 */
	private void duplicateHere() {
		Order original = any(this.orders);
		if (original.phase() != this.phase || original.aborted() || !(original.intent() instanceof Intent.Ask ask)
				|| ask.command() instanceof ResumeTask) {
			return;
		}
		this.duplicates++;
		ProducerRecord<byte[], byte[]> record = original.record();
		if (this.random.nextBoolean()) {
			add(ask, false, new ProducerRecord<>(record.topic(), record.partition(), record.timestamp(), record.key(),
					record.value(), withoutNumber(record.headers())));
		}
		else {
			Intent.Ask other = new Intent.Ask(ask.id(), this.envelopes.anyTime(), null, this.envelopes.anyPassedOn(),
					reusing(ask.command()));
			add(other, false, this.envelopes.record(other));
		}
	}

	/**
	 * Returns what may come with the id, and under the key, of an earlier command: the
	 * same command; its type with other data; another type.
	 */
	private Command reusing(Command command) {
		return switch (this.random.nextInt(3)) {
			case 0 -> command;
			case 1 -> switch (command) {
				case CreateTask create -> create(create.taskId(), create.username());
				case UpdateTask update -> update(update.taskId(), update.username());
				case RegisterUser register -> new RegisterUser(register.username(), Texts.passwordHash(this.random));
				default -> command;
			};
			default -> (command instanceof TaskCommand task) ? new DeleteTask(task.taskId())
					: new ChangePassword(command.key(), Texts.passwordHash(this.random));
		};
	}

	/**
	 * Sends a command with the id of one of an earlier phase, under any key, to either
	 * topic: a dead letter, unless it happens to be the same.
	 */
	private void duplicateElsewhere(Order original) {
		if (!original.aborted() && original.intent() instanceof Intent.Ask ask
				&& !(ask.command() instanceof ResumeTask)) {
			this.duplicates++;
			Command command = this.random.nextBoolean() ? new DeleteTask(any(this.tasks))
					: new RepublishUser(any(this.residents));
			Intent.Ask other = new Intent.Ask(ask.id(), this.envelopes.anyTime(), null, this.envelopes.anyPassedOn(),
					command);
			add(other, false, this.envelopes.record(other));
		}
	}

	/**
	 * Sends a command in a transaction that is aborted.
	 */
	private void abort() {
		Intent.Ask ask = new Intent.Ask(randomUuid(), this.envelopes.anyTime(), null, Map.of(),
				this.random.nextBoolean() ? create(randomUuid(), any(this.residents))
						: new DeleteUser(any(this.residents)));
		add(ask, true, this.envelopes.record(ask));
	}

	private void poison() {
		Spoiler spoiler = Spoiler.ALL.get(this.nextSpoiler++ % Spoiler.ALL.size());
		Command victim = victim(spoiler.victims());
		Intent.Ask ask = new Intent.Ask(randomUuid(), this.envelopes.anyTime(), null, this.envelopes.anyPassedOn(),
				victim);
		Envelope envelope = this.envelopes.envelope(ask);
		if (this.random.nextInt(4) == 0) {
			envelope.headers.addAll(OddHeaders.ofAnEarlierLetter());
		}
		spoiler.envelope().accept(envelope);
		add(new Intent.Poison(spoiler.kind(), spoiler.reason()), false,
				this.envelopes.record(envelope, victim, spoiler.value().apply(envelope)));
		// The id of a dead letter is not taken.
		if (this.random.nextBoolean()) {
			add(ask, false, this.envelopes.record(ask));
		}
	}

	/**
	 * Returns a command that does no harm should it be sent unspoilt, too.
	 */
	private Command victim(Class<? extends Command> type) {
		UUID taskId = this.tasks.isEmpty() ? newTask() : any(this.tasks);
		if (type == CreateTask.class) {
			return create(taskId, any(this.residents));
		}
		if (type == UpdateTask.class) {
			return update(taskId, Field.absent());
		}
		if (type == RegisterUser.class) {
			return new RegisterUser(any(this.residents), Texts.passwordHash(this.random));
		}
		return this.random.nextBoolean() ? new CompleteTask(taskId) : new RepublishUser(any(this.residents));
	}

	private void add(Intent intent, boolean aborted, ProducerRecord<byte[], byte[]> record) {
		int number = this.orders.size();
		record.headers().add(Order.NUMBER, Integer.toString(number).getBytes(StandardCharsets.UTF_8));
		this.orders.add(new Order(number, this.phase, aborted, this.placement.isMisplaced(record), intent, record));
		if (!aborted && intent instanceof Intent.Ask ask) {
			this.preview.take(number, ask, Instant.ofEpochMilli(record.timestamp()));
		}
	}

	private static Headers withoutNumber(Headers headers) {
		Headers copy = new RecordHeaders(headers.toArray());
		return copy.remove(Order.NUMBER);
	}

	private <T> T any(List<T> list) {
		return list.get(this.random.nextInt(list.size()));
	}

	private UUID randomUuid() {
		// version 4, so that it is one by every reader's rules
		return new UUID((this.random.nextLong() & ~0xF000L) | 0x4000L, (this.random.nextLong() >>> 2) | 1L << 63);
	}

}
