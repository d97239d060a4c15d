package dev.tidemark.worker.retention;

import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.hibernate.SessionFactory;
import org.hibernate.exception.JDBCConnectionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.support.SimpleTriggerContext;

import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.outcome.CommandLog;
import dev.tidemark.worker.topics.FoundTopics;
import dev.tidemark.worker.topics.TopicLimits;
import dev.tidemark.worker.waiting.LogLines;
import dev.tidemark.worker.waiting.Trouble;
import dev.tidemark.worker.waiting.WaitingRoom;
import dev.tidemark.worker.waiting.WaitingRooms;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether the log remembers for long enough, and how it is walked.
 */
class CommandLogRetentionTests {

	private static final Duration EVERY = Duration.ofHours(6);

	private static final Duration PAUSE = Duration.ofMillis(250);

	private final LogLines log = new LogLines(CommandLogRetention.class);

	private final MeterRegistry meters = new SimpleMeterRegistry();

	private final WaitingRoom waitingRoom = WaitingRooms.empty();

	private final FakeLog commands = new FakeLog();

	private @Nullable Runnable step;

	private @Nullable Trigger trigger;

	@AfterEach
	void listenNoMore() {
		this.log.close();
	}

	@ParameterizedTest
	@CsvSource(nullValues = "for ever", value = { //
			"P14D, P7D, 604800", //
			"P14D, P14D, 0", //
			"P14D, P14DT1S, -1", //
			"PT1H, P7D, -601200", //
			"P14D, for ever, -Infinity" })
	void theMarginIsHowMuchLongerTheLogRemembersThanTheTopicKeeps(Duration remembered, @Nullable Duration kept,
			double margin) {
		start(remembered, FoundTopics.limits(Tasks.TYPE.commandTopic(), 1_000_000, kept));
		assertThat(
				this.meters.get("tidemark.command.log.margin").tag("topic", Tasks.TYPE.commandTopic()).gauge().value())
			.isEqualTo(margin);
		assertThat(this.log.said().stream().filter((line) -> line.startsWith("WARN " + Tasks.TYPE.commandTopic())))
			.hasSize((margin < 0) ? 1 : 0);
	}

	@Test
	void aMarginThatIsTooSmallIsSaidWithWhatToSet() {
		start(Duration.ofHours(1), FoundTopics.limits(Tasks.TYPE.commandTopic(), 1_000_000, Duration.ofDays(7)));
		assertThat(this.log.said().getFirst())
			.startsWith("WARN task.commands keeps records for up to 7d (retention.ms and segment.ms together), "
					+ "and the command log only for 1h")
			.contains("TIDEMARK_COMMAND_LOG_RETENTION");
		assertThat(this.log.said()).anyMatch((line) -> line.startsWith("WARN user.commands keeps records for ever, "));
	}

	@Test
	void theLogIsWalkedFromItsFirstPageToItsLastAndThenAgain() {
		this.commands.pages = 130;
		start(Duration.ofDays(14), new TopicLimits());
		assertThat(step()).isEqualTo(PAUSE);
		assertThat(step()).isEqualTo(PAUSE);
		assertThat(step()).isEqualTo(EVERY);
		assertThat(step()).isEqualTo(PAUSE);
		assertThat(this.commands.purged).containsExactly("0+64", "64+64", "128+64", "0+64");
	}

	@Test
	void whatComesWhileTheLogIsWalkedIsNotOld() {
		this.commands.pages = 64;
		start(Duration.ofDays(14), new TopicLimits());
		step();
		this.commands.pages = 640;
		assertThat(step()).isEqualTo(PAUSE);
		assertThat(this.commands.purged).containsExactly("0+64", "0+64");
	}

	@Test
	void anEmptyLogIsLookedAtNowAndThen() {
		this.commands.pages = 0;
		start(Duration.ofDays(14), new TopicLimits());
		assertThat(step()).isEqualTo(EVERY);
	}

	@Test
	void whatIsPurgedIsCountedAndToldOnceAWalk() {
		this.commands.pages = 128;
		this.commands.each = 5;
		start(Duration.ofDays(14), FoundTopics.limits(Tasks.TYPE.commandTopic(), 1_000_000, Duration.ofDays(7)));
		step();
		this.log.clear();
		step();
		assertThat(this.log.said()).containsExactly("INFO Purged 10 commands older than 14d from the log");
		assertThat(this.meters.get("tidemark.command.log.purged").counter().count()).isEqualTo(10);
		this.commands.each = 0;
		step();
		step();
		assertThat(this.log.said()).hasSize(1);
	}

	@Test
	void afterAFailureTheSamePagesComeAgain() {
		this.commands.pages = 128;
		start(Duration.ofDays(14), new TopicLimits());
		step();
		this.commands.failure = new JDBCConnectionException("gone", new SQLException("gone", "08006"));
		assertThat(step()).isLessThanOrEqualTo(Duration.ofMillis(500));
		assertThat(this.waitingRoom.since(Trouble.DATABASE_UNREACHABLE)).isNotNull();
		this.commands.failure = null;
		assertThat(step()).isEqualTo(EVERY);
		assertThat(this.waitingRoom.since(Trouble.DATABASE_UNREACHABLE)).isNull();
		assertThat(this.commands.purged).containsExactly("0+64", "64+64");
	}

	private void start(Duration remembered, TopicLimits limits) {
		new CommandLogRetention(fake(SessionFactory.class), this.commands, FoundTopics.names(), limits, scheduler(),
				new RetentionProperties(remembered, new RetentionProperties.Purge(EVERY, 64, PAUSE)), this.waitingRoom,
				this.meters)
			.start();
	}

	/** Makes a step, and tells how long to rest until the next. */
	private Duration step() {
		Objects.requireNonNull(this.step).run();
		Instant now = Instant.parse("2026-11-20T10:00:00Z");
		SimpleTriggerContext context = new SimpleTriggerContext(Clock.fixed(now, ZoneOffset.UTC));
		return Duration.between(now,
				Objects.requireNonNull(Objects.requireNonNull(this.trigger).nextExecution(context)));
	}

	private TaskScheduler scheduler() {
		return (TaskScheduler) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { TaskScheduler.class }, (_, _, arguments) -> {
					this.step = (Runnable) arguments[0];
					this.trigger = (Trigger) arguments[1];
					return null;
				});
	}

	private static <T> T fake(Class<T> type) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (_, method, _) -> {
			throw new UnsupportedOperationException(method.getName());
		}));
	}

	/** A log of so many pages. */
	private static final class FakeLog extends CommandLog {

		private long pages;

		private int each;

		private @Nullable RuntimeException failure;

		private final List<String> purged = new ArrayList<>();

		@Override
		public long pages(SessionFactory sessions) {
			return this.pages;
		}

		@Override
		public int purge(SessionFactory sessions, Duration age, long page, int pages) {
			if (this.failure != null) {
				throw this.failure;
			}
			this.purged.add(page + "+" + pages);
			return this.each;
		}

	}

}
