package dev.tidemark.worker.proof;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.Verb;
import dev.tidemark.contracts.post.Posts;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.UserCommand;
import dev.tidemark.contracts.user.UserCommand.DeleteUser;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.stack.TopicNames;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is certain about a workload, and so may be built on.
 */
class WorkloadTests {

	private static final TopicNames TOPICS = new TopicNames("proof.");

	private static final Workload WORKLOAD = Workload.of(42, 3_000, 4, 0.05, TOPICS);

	@Test
	void isTheSameForTheSameSeed() {
		assertThat(fingerprints(Workload.of(42, 3_000, 4, 0.05, TOPICS))).isEqualTo(fingerprints(WORKLOAD));
	}

	@Test
	void putsAllCommandsOfAKeyInOnePartition() {
		Map<Bytes, Set<Integer>> partitions = new HashMap<>();
		WORKLOAD.orders()
			.stream()
			.filter((order) -> order.record().key() != null)
			.forEach((order) -> partitions.computeIfAbsent(Bytes.wrap(order.record().key()), (_) -> new HashSet<>())
				.add(order.record().partition()));

		assertThat(partitions.values()).allSatisfy((all) -> assertThat(all).hasSize(1));
	}

	@Test
	void keepsGoodCommandsWithinTheBounds() {
		assertThat(good()).allSatisfy((order) -> {
			Header[] headers = order.record().headers().toArray();
			assertThat(headers).hasSizeLessThanOrEqualTo(OddHeaders.MAX_COUNT);
			assertThat(OddHeaders.size(order.record().headers())).isLessThanOrEqualTo(OddHeaders.MAX_BYTES);
			assertThat(order.record().value()).hasSizeLessThanOrEqualTo(Envelope.MAX_VALUE);
		});
	}

	@Test
	void hasSomethingOfEverything() {
		assertThat(WORKLOAD.orders()).anyMatch(Order::aborted).anyMatch(Order::misplaced);
		assertThat(good()).anyMatch((order) -> order.record().value().length == Envelope.MAX_VALUE)
			.anyMatch((order) -> order.record().headers().toArray().length > 100)
			.anyMatch((order) -> Arrays.stream(order.record().headers().toArray())
				.anyMatch((header) -> header.value() == null));
		assertThat(WORKLOAD.orders()).map(Order::intent)
			.filteredOn(Intent.Poison.class::isInstance)
			.map((intent) -> ((Intent.Poison) intent).kind())
			.containsAll(Spoiler.ALL.stream().map(Spoiler::kind).collect(Collectors.toSet()));
	}

	@Test
	void asksForEverythingThatCanBeAskedFor() {
		assertThat(good()).map((order) -> ((Intent.Ask) order.intent()).command().type())
			.containsAll(
					Stream.of(Tasks.TYPE, Posts.TYPE, Users.TYPE).flatMap((type) -> type.commands().stream()).toList());
	}

	@Test
	void namesATaskAndAPostAlike() {
		Map<String, Set<AggregateType>> types = new HashMap<>();
		good().forEach((order) -> {
			Key key = Key.of(((Intent.Ask) order.intent()).command());
			types.computeIfAbsent(key.text(), (_) -> new HashSet<>()).add(key.type());
		});

		assertThat(types.values()).contains(Set.of(Tasks.TYPE, Posts.TYPE));
	}

	@Test
	void racesDeletesWithTasksWithPostsAndWithBoth() {
		RejectionReason hasTasks = Users.TYPE.has(Tasks.TYPE);
		RejectionReason hasPosts = Users.TYPE.has(Posts.TYPE);

		assertThat(WORKLOAD.contestedDeletes().values()).contains(Set.of(hasTasks), Set.of(hasPosts),
				Set.of(hasTasks, hasPosts));
	}

	/**
	 * So that what the records' timestamps tell of references is so, see
	 * {@link KeepsReferences}.
	 */
	@Test
	void letsNothingGoOfUsersWhoMayGo() {
		List<Command> before = good().stream()
			.filter((order) -> !order.aborted() && order.phase() < Workload.EXPIRY)
			.map((order) -> ((Intent.Ask) order.intent()).command())
			.toList();
		Set<String> going = before.stream()
			.filter(DeleteUser.class::isInstance)
			.map(Command::key)
			.collect(Collectors.toSet());
		Set<Key> children = before.stream()
			.filter((command) -> going.contains(user(command)))
			.map(Key::of)
			.collect(Collectors.toSet());

		assertThat(children).isNotEmpty();
		assertThat(before).filteredOn((command) -> children.contains(Key.of(command)))
			.noneMatch((command) -> command.type().verb() == Verb.DELETE)
			.allMatch((command) -> user(command).isEmpty() || going.contains(user(command)));
	}

	/** The user whom a command of a task or a post names, or nothing. */
	private static String user(Command command) {
		return (command instanceof UserCommand) ? "" : String.valueOf(command.data().getOrDefault("username", ""));
	}

	private static List<Integer> fingerprints(Workload workload) {
		return workload.orders()
			.stream()
			.map(Order::record)
			.map((record) -> Objects.hash(record.topic(), record.partition(), record.headers(),
					Arrays.hashCode(record.key()), Arrays.hashCode(record.value())))
			.toList();
	}

	private static List<Order> good() {
		return WORKLOAD.orders().stream().filter((order) -> order.intent() instanceof Intent.Ask).toList();
	}

}
