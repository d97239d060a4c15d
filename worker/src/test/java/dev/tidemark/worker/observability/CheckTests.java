package dev.tidemark.worker.observability;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import dev.tidemark.worker.waiting.Trouble;
import dev.tidemark.worker.waiting.Waiting;
import dev.tidemark.worker.waiting.WaitingRooms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a look finds is what everybody is told.
 */
class CheckTests {

	private final Waiting waiting = WaitingRooms.empty().place("The check");

	@Test
	void whatFailsIsToldByItsMeaning() throws InterruptedException {
		Thread checking = run(() -> {
			throw new SQLException("refused", "08001");
		});
		await().pollInterval(Duration.ofMillis(5)).until(() -> this.waiting.illness() != null);
		assertThat(Objects.requireNonNull(this.waiting.illness()).trouble()).isEqualTo(Trouble.DATABASE_UNREACHABLE);
		end(checking);
	}

	@Test
	void whatIsWellAgainIsToldToo() throws InterruptedException {
		var _ = this.waiting.failed(new SQLException("refused", "08001"));
		Thread checking = run(() -> {
		});
		await().pollInterval(Duration.ofMillis(5)).until(() -> this.waiting.illness() == null);
		end(checking);
	}

	@Test
	void whoEndsDoesNotWaitForALookThatHangs() throws InterruptedException {
		CountDownLatch hangs = new CountDownLatch(1);
		Thread checking = run(() -> {
			hangs.countDown();
			new CountDownLatch(1).await();
		});
		assertThat(hangs.await(10, TimeUnit.SECONDS)).isTrue();
		end(checking);
	}

	private Thread run(Check.Look look) {
		return Thread.ofVirtual().start(new Check("check", look, Trouble.BROKER_UNREACHABLE, this.waiting));
	}

	private static void end(Thread checking) throws InterruptedException {
		checking.interrupt();
		assertThat(checking.join(Duration.ofSeconds(10))).isTrue();
	}

}
