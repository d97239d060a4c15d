package dev.tidemark.worker.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RefreshedTests {

	private static final Duration LONG = Duration.ofHours(1);

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	@Test
	void manyWhoLookAreOneQuestion() throws InterruptedException {
		AtomicInteger questions = new AtomicInteger();
		Refreshed<Integer> refreshed = new Refreshed<>("test", LONG, questions::incrementAndGet);
		List<Thread> viewers = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			viewers.add(Thread.ofVirtual().start(refreshed::refresh));
		}
		for (Thread viewer : viewers) {
			viewer.join();
		}
		assertThat(refreshed.get(PATIENCE).value()).isEqualTo(1);
		assertThat(questions).hasValue(1);
	}

	@Test
	void aQuestionThatHangsHoldsUpNobodyAndIsAskedOnce() throws InterruptedException {
		CountDownLatch hangs = new CountDownLatch(1);
		AtomicInteger questions = new AtomicInteger();
		Refreshed<Integer> refreshed = new Refreshed<>("test", Duration.ZERO, () -> {
			int number = questions.incrementAndGet();
			hangs.await();
			return number;
		});
		for (int i = 0; i < 5; i++) {
			refreshed.refresh();
			assertThat(refreshed.get(Duration.ofMillis(1)).value()).isNull();
		}
		hangs.countDown();
		assertThat(refreshed.get(PATIENCE).value()).isEqualTo(1);
	}

	@Test
	void whatWasFoundIsStillThereWhenNothingCanBeFound() throws InterruptedException {
		AtomicBoolean down = new AtomicBoolean();
		Refreshed<String> refreshed = new Refreshed<>("test", Duration.ZERO, () -> {
			if (down.get()) {
				throw new IllegalStateException("wrapped", new IllegalArgumentException("the reason\nand more"));
			}
			return "found";
		});
		refreshed.refresh();
		Reading<String> before = refreshed.get(PATIENCE);
		down.set(true);
		refreshed.refresh();
		Reading<String> after = refreshed.get(PATIENCE);
		assertThat(after).isEqualTo(new Reading<>(before.at(), "found", "IllegalArgumentException: the reason"));
		down.set(false);
		refreshed.refresh();
		assertThat(refreshed.get(PATIENCE).failure()).isNull();
	}

	@Test
	void whatIsInvalidIsAskedAnewBeforeItsTime() throws InterruptedException {
		AtomicInteger questions = new AtomicInteger();
		Refreshed<Integer> refreshed = new Refreshed<>("test", LONG, questions::incrementAndGet);
		refreshed.refresh();
		assertThat(refreshed.get(PATIENCE).value()).isEqualTo(1);
		refreshed.refresh();
		assertThat(refreshed.get(PATIENCE).value()).isEqualTo(1);
		refreshed.invalidate();
		refreshed.refresh();
		assertThat(refreshed.get(PATIENCE).value()).isEqualTo(2);
	}

}
