package dev.tidemark.worker.proof;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.tidemark.worker.stack.TopicNames;

import static org.assertj.core.api.Assertions.assertThat;

class CountsMisplacedTests {

	private static final List<Order> SENT = Workload.of(42, 1_000, 4, 0.01, new TopicNames("proof."))
		.phase(Workload.EXPIRY);

	private static final long MISPLACED = SENT.stream().filter(Order::misplaced).count();

	@Test
	void addsUpWhatEachWorkerHasCountedBySource() {
		assertThat(CountsMisplaced.counted(List.of("""
				# TYPE tidemark_misplaced_commands_total counter
				tidemark_misplaced_commands_total{application="tidemark",source="/other-partitioner"} 3.0
				tidemark_commands_total{source="/other-partitioner"} 100.0
				""", """
				tidemark_misplaced_commands_total{source="/other-partitioner"} 4.0
				tidemark_misplaced_commands_total{source="(others)"} 1.0
				""", ""))).containsExactly(Map.entry("(others)", 1.0), Map.entry("/other-partitioner", 7.0));
	}

	@Test
	void isContentWithAllOrSome() {
		assertThat(MISPLACED).isPositive();
		assertThat(differences(MISPLACED)).isEmpty();
		assertThat(differences(1)).isEmpty();
	}

	@Test
	void noticesThatNothingIsCounted() {
		assertThat(CountsMisplaced.differences(SENT, Map.of())).hasSize(1);
	}

	@Test
	void noticesThatTooMuchIsCounted() {
		assertThat(differences(MISPLACED + 1)).hasSize(1);
	}

	@Test
	void noticesThatAnotherSourceIsBlamed() {
		assertThat(CountsMisplaced.differences(SENT, Map.of(Placement.SOURCE, 1.0, "/proof", 1.0))).hasSize(1);
	}

	private static List<String> differences(long counted) {
		return CountsMisplaced.differences(SENT, Map.of(Placement.SOURCE, (double) counted));
	}

}
