package dev.tidemark.worker.intake;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import dev.tidemark.worker.observability.PollSpans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DeadLetterGuardTests {

	private final DeadLetterGuard guard = new DeadLetterGuard(new GuardProperties(1000, 0.5, 10_000));

	@Test
	void asManyInARowAsTheLimitSaysArePublishedAndNoMore() {
		publish(dead(600));
		publish(dead(400));
		assertThatThrownBy(() -> this.guard.admit(poll(dead(1)))).isInstanceOf(TooManyDeadLettersException.class)
			.hasMessageContaining("1001 dead letters in a row");
	}

	@Test
	void aGoodRecordAmongThemEndsARunOnlyWhereItStands() {
		List<Boolean> first = new ArrayList<>(List.of(false));
		first.addAll(dead(999));
		publish(first);
		assertThatThrownBy(() -> this.guard.admit(poll(dead(2)))).hasMessageContaining("1001 dead letters in a row");
		List<Boolean> ends = new ArrayList<>(dead(1));
		ends.add(false);
		publish(ends);
		publish(dead(1000));
	}

	@Test
	void aPollThatIsTriedAgainCountsOnce() {
		List<Boolean> poll = dead(501);
		try (DeadLetterGuard.Admission _ = this.guard.admit(poll(poll))) {
			// The broker does not take it.
		}
		publish(poll);
		publish(dead(499));
	}

	@Test
	void tooLargeAPartOfAWindowStopsTheIntake() {
		for (int i = 0; i < 9; i++) {
			publish(mixed(1000, 2));
		}
		List<Boolean> last = new ArrayList<>(mixed(500, 2));
		last.addAll(dead(500));
		assertThatThrownBy(() -> this.guard.admit(poll(last))).hasMessageContaining("among the last 10000 records");
	}

	@Test
	void pollsWithDeadLettersArePublishedOneAtATimeAndOthersWaitForNobody() {
		CompletableFuture<Void> second;
		try (DeadLetterGuard.Admission first = this.guard.admit(poll(dead(600)))) {
			second = CompletableFuture.runAsync(() -> publish(dead(600)));
			publish(List.of(false));
			assertThat(second).isNotDone();
			first.published();
		}
		assertThat(second).failsWithin(java.time.Duration.ofSeconds(10))
			.withThrowableThat()
			.withMessageContaining("1200 dead letters in a row");
	}

	private void publish(List<Boolean> dead) {
		try (DeadLetterGuard.Admission admission = this.guard.admit(poll(dead))) {
			admission.published();
		}
	}

	private static Processed poll(List<Boolean> dead) {
		int letters = (int) dead.stream().filter((letter) -> letter).count();
		return new Processed(List.of(), List.of(), dead.size(), DeadRun.of(letters, dead), Map.of(), PollSpans.NONE);
	}

	private static List<Boolean> dead(int count) {
		return Collections.nCopies(count, true);
	}

	/** The first of so many is good, and half of them are dead. */
	private static List<Boolean> mixed(int count, int every) {
		List<Boolean> mixed = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			mixed.add(i % every != 0);
		}
		return mixed;
	}

}
