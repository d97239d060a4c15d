package dev.tidemark.worker.console;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.tidemark.worker.console.Finding.Level;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the console says of what lies in the topics.
 */
class FindingTests {

	private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

	private static final TopicPartition TASKS_3 = new TopicPartition("task.commands", 3);

	private static final TopicPartition USERS_0 = new TopicPartition("user.commands", 0);

	private Map<String, Double> lag = Map.of();

	private Map<String, Double> age = Map.of();

	private Map<String, Double> lost = Map.of();

	private Map<String, Double> misplaced = Map.of();

	private Map<String, Double> waitingSince = Map.of();

	private List<Overview.Part> health = List.of();

	private final List<GroupProgress.Partition> partitions = new ArrayList<>();

	@Test
	void nothingIsSaidWhileAllIsWell() {
		add(TASKS_3, 17, 17, 17, NOON.minusSeconds(3600));
		this.lag = Map.of("task.commands-3", 0.0);
		this.lost = Map.of("task.commands-3", 0.0);
		this.misplaced = Map.of("/me", 0.0);
		this.waitingSince = Map.of("partitions", 0.0);
		assertThat(findings()).isEmpty();
	}

	@Test
	void aTransactionThatWasLeftOpenIsToldWithWhatLiesBehindIt() {
		add(TASKS_3, 17, 17, 57, NOON.minusSeconds(80));
		assertThat(findings()).containsExactly(new Finding(Level.TROUBLE,
				"40 records lie behind a transaction that a sender has left open in task.commands-3",
				NOON.minusSeconds(80)));
	}

	@Test
	void aTransactionOfSomeSecondsIsItsSendersOwnAffair() {
		add(TASKS_3, 17, 17, 57, NOON.minusSeconds(14));
		assertThat(findings()).isEmpty();
	}

	@Test
	void oneThatTakesLongerIsNoticedBeforeItIsTrouble() {
		add(TASKS_3, 17, 17, 18, NOON.minusSeconds(20));
		assertThat(findings()).containsExactly(new Finding(Level.NOTICE,
				"1 record lies behind a transaction that a sender has left open in task.commands-3",
				NOON.minusSeconds(20)));
	}

	@Test
	void whoeverOpensTheConsoleLaterIsToldSinceWhen() {
		add(TASKS_3, 17, 17, 57, NOON);
		this.age = Map.of("task.commands-3", 3600.0);
		assertThat(findings()).extracting(Finding::since).containsExactly(NOON.minusSeconds(3600));
	}

	@Test
	void oneTransactionInManyPartitionsIsOneSentence() {
		add(TASKS_3, 17, 17, 57, NOON.minusSeconds(80));
		add(USERS_0, 5, 5, 1205, NOON.minusSeconds(90));
		assertThat(findings()).containsExactly(new Finding(Level.TROUBLE,
				"1,240 records lie behind a transaction that a sender has left open in task.commands-3 and 1 partition more",
				NOON.minusSeconds(90)));
	}

	@Test
	void aTransactionThatEndsIsForgottenAndTheNextOneBeginsAnew() {
		GroupProgress.Partition first = partition(17, 57, null, NOON);
		assertThat(first.openSince()).isEqualTo(NOON);
		assertThat(partition(17, 60, first, NOON.plusSeconds(10)).openSince()).isEqualTo(NOON);
		assertThat(partition(60, 60, first, NOON.plusSeconds(10)).openSince()).isNull();
		assertThat(partition(58, 60, first, NOON.plusSeconds(10)).openSince()).isEqualTo(NOON.plusSeconds(10));
	}

	private static GroupProgress.Partition partition(long stable, long end, GroupProgress.@Nullable Partition before,
			Instant now) {
		return GroupProgress.Partition.of(TASKS_3, 17, stable, end, null, before, now);
	}

	@Test
	void aPartitionThatCannotBeReadIsNamedWithItsOffset() {
		this.waitingSince = Map.of("partitions", NOON.getEpochSecond() - 30.0, "database", 0.0);
		this.health = List.of(
				new Overview.Part("intake", false,
						Map.of("reason", "PARTITION_UNREADABLE", "partitions", List.of("task.commands-3@17"))),
				new Overview.Part("broker", true, Map.of()));
		assertThat(findings())
			.containsExactly(new Finding(Level.TROUBLE, "task.commands-3@17 cannot be read", NOON.minusSeconds(30)));
		this.health = List.of(new Overview.Part("intake", false, Map.of("reason", "PARTITION_UNREADABLE", "partitions",
				List.of("user.commands-0@3", "task.commands-3@17", "task.commands-4@5"))));
		assertThat(findings()).extracting(Finding::text)
			.containsExactly("task.commands-3@17 and 2 partitions more cannot be read");
	}

	@Test
	void aPartitionThatIsOutOfStepIsNamedAndNotTakenForUnreadable() {
		this.waitingSince = Map.of("position", NOON.getEpochSecond() - 30.0);
		this.health = List.of(new Overview.Part("intake", false,
				Map.of("reason", "OUT_OF_STEP", "partitions", List.of("task.commands-3@17"))));
		assertThat(findings())
			.containsExactly(new Finding(Level.TROUBLE, "task.commands-3@17 waits for realign", NOON.minusSeconds(30)));
	}

	@Test
	void aPartitionThatNobodyTakesFromIsNamed() {
		add(TASKS_3, 17, 57, 57, NOON.minusSeconds(61));
		this.lag = Map.of("task.commands-3", 40.0);
		assertThat(findings()).containsExactly(new Finding(Level.TROUBLE,
				"task.commands-3 stands at 17: 40 records lie there", NOON.minusSeconds(61)));
		// What is known to be ill explains it.
		this.waitingSince = Map.of("database", NOON.getEpochSecond() - 60.0);
		assertThat(findings()).isEmpty();
		// Nothing but markers of transactions: the consumer has gone on, and commits
		// nothing.
		this.waitingSince = Map.of();
		this.lag = Map.of("task.commands-3", 0.0);
		assertThat(findings()).isEmpty();
	}

	@Test
	void whatWasGoneAndWhatIsMisplacedIsCountedAndSaidOfWhom() {
		this.lost = Map.of("task.commands-3", 200.0, "task.commands-4", 0.0);
		this.misplaced = Map.of("/batch", 1.0, "/mobile", 17.0);
		assertThat(findings()).allMatch((finding) -> finding.level() == Level.NOTICE && finding.since() == null)
			.extracting(Finding::text)
			.containsExactly("200 records of task.commands-3 were gone before this worker had read them",
					"18 commands of /mobile and 1 source more lie in partitions that murmur2 would not have chosen, "
							+ "so they have no order to others");
	}

	@Test
	void theWorstIsSaidFirst() {
		this.lost = Map.of("task.commands-3", 1.0);
		add(USERS_0, 17, 17, 57, NOON.minusSeconds(80));
		assertThat(findings()).extracting(Finding::level).containsExactly(Level.TROUBLE, Level.NOTICE);
		assertThat(findings().getLast().text())
			.isEqualTo("1 record of task.commands-3 was gone before this worker had read it");
	}

	private void add(TopicPartition partition, long next, long stable, long end, Instant since) {
		GroupProgress.Partition before = GroupProgress.Partition.of(partition, next, stable, end, "host", null, since);
		this.partitions.add(GroupProgress.Partition.of(partition, next, stable, end, "host", before, NOON));
	}

	private List<Finding> findings() {
		WorkerFigures figures = new WorkerFigures(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), null, null,
				this.waitingSince, null, Map.of(), this.lag, this.age, this.lost, this.misplaced);
		return Finding.all(this.health, figures,
				new Reading<>(NOON, new GroupProgress(1, 0, null, this.partitions), null), NOON);
	}

}
