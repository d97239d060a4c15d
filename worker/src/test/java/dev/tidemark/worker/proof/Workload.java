package dev.tidemark.worker.proof;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.Verb;
import dev.tidemark.contracts.post.PostCommand.CreatePost;
import dev.tidemark.contracts.post.PostCommand.UpdatePost;
import dev.tidemark.contracts.post.Posts;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.user.UserCommand;
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
 * <li>tasks and posts live and die; some name users who come in this phase or in the
 * next;</li>
 * <li>those users come; users who have nothing are deleted, and come again; those who
 * have tasks, posts or both are not; a few deletes race with the first tasks and posts of
 * their user (each end is legal, and the model asks which);</li>
 * <li>everyone who was raced for is registered again; duplicates under other keys;</li>
 * <li>tasks and posts name users who never come.</li>
 * </ol>
 * Within a phase no command's outcome depends on another topic or partition: a task or a
 * post names users who are there for the whole phase, or who come and do not go; a user
 * who goes has tasks and posts that nobody touches, or none; a duplicate lies behind its
 * original in the same partition.
 */
final class Workload {

	/** The number of the phase in which users are named who never come. */
	static final int EXPIRY = 5;

	/** One of so many residents, tasks and posts is in the wrong partition. */
	private static final int MISPLACED = 20;

	/** One of so many that have a user is a post. */
	private static final int POSTS = 3;

	/** One of so many has the id of one of another type. */
	private static final int TWINS = 10;

	private final SplittableRandom random;

	private final double poison;

	private final TopicNames topics;

	private final Placement placement;

	private final Envelopes envelopes;

	/** Says how the state stands at each point, for commands that make sense. */
	private final Model preview = new Model(Map.of());

	private final List<Order> orders = new ArrayList<>();

	private final Map<UUID, Set<RejectionReason>> contestedDeletes = new LinkedHashMap<>();

	private int phase;

	private int duplicates;

	/** Each in its turn, so that none is left out. */
	private int nextSpoiler;

	/** Users who are there from the first phase on, and stay. */
	private final List<String> residents;

	/** Users who come while they are named already. */
	private final List<String> newcomers;

	/** Users who come in the phase after. */
	private final List<String> latecomers;

	/** Users who have nothing, and go. */
	private final List<String> leavers;

	/** Users who have something, and cannot go. */
	private final List<String> owners;

	/** Users whose delete races with their first tasks and posts. */
	private final List<String> contested;

	/** Users who never come. */
	private final List<String> strangers;

	/** Makes the commands of tasks. */
	private final Children tasks;

	/** Makes the commands of posts. */
	private final Children posts;

	/** Tasks and posts that any command may touch. */
	private final List<Key> children = new ArrayList<>();

	/**
	 * Tasks and posts whose sender has another partitioner. They do not wait for anybody:
	 * what wakes them up would come in the partition in which they belong, and so in no
	 * certain order to their commands.
	 */
	private final List<Key> strays = new ArrayList<>();

	private Workload(long seed, int commands, int partitions, double poison, TopicNames topics) {
		this.random = new SplittableRandom(seed);
		this.poison = poison;
		this.topics = topics;
		this.placement = new Placement(partitions);
		this.nextSpoiler = this.random.nextInt(Spoiler.ALL.size());
		this.envelopes = new Envelopes(this.random, this.placement, topics);
		this.tasks = Children.tasks(this.random);
		this.posts = Children.posts(this.random);
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
		workload.workOnChildren(commands * 55 / 100);
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
	 * Returns the deletes of users that race with tasks and posts, and the reasons for
	 * which each may be rejected.
	 */
	Map<UUID, Set<RejectionReason>> contestedDeletes() {
		return Collections.unmodifiableMap(this.contestedDeletes);
	}

	/**
	 * Returns an order of what was received that agrees with all that is certain: phases
	 * one after the other, partitions as they are; and users first, so that whoever is
	 * named is there.
	 */
	Comparator<Evidence.Received> legalOrder() {
		return Comparator.<Evidence.Received>comparingInt(
				(received) -> Objects.requireNonNull(received.order()).phase())
			.thenComparing((received) -> !received.record().topic().equals(this.topics.commands(Users.TYPE)))
			.thenComparing((received) -> received.record().topic())
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

	private void workOnChildren(int count) {
		this.phase = 2;
		for (int i = 0; i < this.owners.size(); i++) {
			for (Children kind : possessions(i)) {
				ask(kind.create(randomUuid(), this.owners.get(i)));
			}
		}
		List<String> coming = new ArrayList<>(this.newcomers);
		for (int i = 0; i < count; i++) {
			if (!coming.isEmpty() && this.random.nextInt(count) < this.newcomers.size() * 2) {
				register(coming.removeLast());
			}
			workOnChild();
		}
		coming.forEach(this::register);
	}

	private void letUsersComeAndGo(int count) {
		this.phase = 3;
		List<Runnable> events = new ArrayList<>();
		this.latecomers.forEach((name) -> events.add(() -> register(name)));
		this.leavers.forEach((name) -> events.add(() -> leave(name)));
		this.owners.forEach((name) -> events.add(() -> ask(new DeleteUser(name))));
		for (int i = 0; i < this.contested.size(); i++) {
			String name = this.contested.get(i);
			List<Children> kinds = possessions(i);
			events.add(() -> contest(name, kinds));
		}
		for (int i = 0; i < count; i++) {
			if (this.random.nextInt(count) < events.size() * 2 && !events.isEmpty()) {
				events.remove(this.random.nextInt(events.size())).run();
			}
			workOnChild();
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
				workOnChild();
			}
		}
	}

	private void nameStrangers(int count) {
		this.phase = EXPIRY;
		for (int i = 0; i < count; i += 5) {
			Key child = (this.random.nextBoolean() && !this.children.isEmpty()) ? any(this.children) : newChild();
			String stranger = any((this.random.nextInt(4) == 0) ? this.leavers : this.strangers);
			if (this.preview.row(Key.user(stranger)) != null) {
				continue;
			}
			ask((this.preview.row(child) != null) ? update(child, Field.given(stranger)) : create(child, stranger));
			for (int behind = this.random.nextInt(5); behind > 0; behind--) {
				ask(anyCommand(child));
			}
			workOnChild();
			workOnStray();
		}
	}

	// what happens to users

	private void register(String username) {
		ask(new RegisterUser(username, Texts.passwordHash(this.random)));
	}

	private void leave(String username) {
		Expectation.Row user = this.preview.row(Key.user(username));
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

	private void contest(String username, List<Children> kinds) {
		List<Runnable> racers = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			Children kind = kinds.get(i % kinds.size());
			UUID id = randomUuid();
			racers.add(this.random.nextInt(racers.size() + 1), () -> {
				ask(kind.create(id, username));
				ask(kind.change(id));
			});
		}
		Set<RejectionReason> reasons = new LinkedHashSet<>();
		kinds.forEach((kind) -> reasons.add(Users.TYPE.has(kind.type())));
		racers.add(this.random.nextInt(racers.size()),
				() -> this.contestedDeletes.put(ask(new DeleteUser(username)).id(), reasons));
		racers.forEach(Runnable::run);
	}

	/**
	 * Returns what one of the users has who have something: posts, both, or tasks.
	 */
	private List<Children> possessions(int number) {
		return switch (number % 3) {
			case 0 -> List.of(this.posts);
			case 1 -> List.of(this.tasks, this.posts);
			default -> List.of(this.tasks);
		};
	}

	private void workOnUser() {
		String username = any((this.random.nextInt(10) == 0) ? this.strangers : this.residents);
		Expectation.Row user = this.preview.row(Key.user(username));
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

	// what happens to tasks and posts

	private void workOnChild() {
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
		else if (fate < 40 || this.children.isEmpty()) {
			ask(create(newChild(), anyUser()));
		}
		else if (fate < 43) {
			Key child = any(this.children);
			for (int i = 0; i < 10; i++) {
				ask(anyCommand(child));
			}
		}
		else {
			ask(anyCommand(any(this.children)));
		}
	}

	private void workOnStray() {
		if (this.strays.isEmpty() || this.random.nextInt(4) == 0) {
			Key stray = new Key(anyKind().type(), randomUuid().toString());
			this.placement.misplace(stray.text());
			this.strays.add(stray);
			ask(create(stray, anyUserFor(stray)));
		}
		else {
			ask(anyCommand(any(this.strays)));
		}
	}

	private Command anyCommand(Key child) {
		Children kind = kind(child);
		UUID id = id(child);
		return switch (this.random.nextInt(20)) {
			case 0 -> create(child, anyUserFor(child));
			case 1, 2, 3 -> kind.change(id);
			case 4, 5 -> kind.changeBack(id);
			case 6, 7, 8 -> kind.delete(id);
			case 9 -> kind.republish(id);
			case 10 -> kind.resume(id);
			case 11, 12 -> update(child, Field.given(anyUserFor(child)));
			default ->
				(this.preview.row(child) != null) ? update(child, Field.absent()) : create(child, anyUserFor(child));
		};
	}

	private Command create(Key child, String username) {
		return kind(child).create(id(child), username);
	}

	private Command update(Key child, Field<String> username) {
		return kind(child).update(id(child), username);
	}

	private Children kind(Key child) {
		return child.type().equals(Posts.TYPE) ? this.posts : this.tasks;
	}

	private static UUID id(Key child) {
		return UUID.fromString(child.text());
	}

	/**
	 * Returns a user whom a task or a post of this phase may name.
	 */
	private String anyUser() {
		return switch (this.random.nextInt(20)) {
			case 0 -> any((this.phase < EXPIRY - 1) ? this.latecomers : this.residents);
			case 1 -> any(this.newcomers);
			default -> any(this.residents);
		};
	}

	private String anyUserFor(Key child) {
		return this.placement.isMisplaced(child.text()) ? any(this.residents) : anyUser();
	}

	private Children anyKind() {
		return (this.random.nextInt(POSTS) == 0) ? this.posts : this.tasks;
	}

	private Key newChild() {
		return newChild(anyKind());
	}

	private Key newChild(Children kind) {
		Key child = new Key(kind.type(), randomUuid().toString());
		if (!this.children.isEmpty() && this.random.nextInt(TWINS) == 0) {
			Key twin = new Key(kind.type(), any(this.children).text());
			child = this.children.contains(twin) ? child : twin;
		}
		this.children.add(child);
		return child;
	}

	// orders

	private Intent.Ask ask(Command command) {
		return ask(command, null);
	}

	private Intent.Ask ask(Command command, @Nullable Long version) {
		Long expected = version;
		if (!(command instanceof UserCommand) && this.random.nextInt(6) == 0) {
			Expectation.Row row = this.preview.row(Key.of(command));
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
				|| ask.command().type().verb() == Verb.RESUME) {
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
				case CreateTask create -> create(Key.of(create), create.username());
				case CreatePost create -> create(Key.of(create), create.username());
				case UpdateTask update -> update(Key.of(update), update.username());
				case UpdatePost update -> update(Key.of(update), update.username());
				case RegisterUser register -> new RegisterUser(register.username(), Texts.passwordHash(this.random));
				default -> command;
			};
			default ->
				(command instanceof UserCommand) ? new ChangePassword(command.key(), Texts.passwordHash(this.random))
						: kind(Key.of(command)).delete(id(Key.of(command)));
		};
	}

	/**
	 * Sends a command with the id of one of an earlier phase, under any key, to any
	 * topic: a dead letter, unless it happens to be the same.
	 */
	private void duplicateElsewhere(Order original) {
		if (!original.aborted() && original.intent() instanceof Intent.Ask ask
				&& ask.command().type().verb() != Verb.RESUME) {
			this.duplicates++;
			Key child = any(this.children);
			Command command = this.random.nextBoolean() ? kind(child).delete(id(child))
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
				this.random.nextBoolean() ? anyKind().create(randomUuid(), any(this.residents))
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
		if (type == RegisterUser.class) {
			return new RegisterUser(any(this.residents), Texts.passwordHash(this.random));
		}
		if (type == CreateTask.class || type == CreatePost.class) {
			return create(anyOf((type == CreatePost.class) ? this.posts : this.tasks), any(this.residents));
		}
		if (type == UpdateTask.class || type == UpdatePost.class) {
			return update(anyOf((type == UpdatePost.class) ? this.posts : this.tasks), Field.absent());
		}
		Key child = anyOf(anyKind());
		return this.random.nextBoolean() ? kind(child).change(id(child)) : new RepublishUser(any(this.residents));
	}

	private Key anyOf(Children kind) {
		List<Key> some = this.children.stream().filter((child) -> child.type().equals(kind.type())).toList();
		return some.isEmpty() ? newChild(kind) : any(some);
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
