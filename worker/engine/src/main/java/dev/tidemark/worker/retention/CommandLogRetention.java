package dev.tidemark.worker.retention;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.hibernate.SessionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.TriggerContext;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.outcome.CommandLog;
import dev.tidemark.worker.topics.TopicLimits;
import dev.tidemark.worker.topics.TopicProperties;
import dev.tidemark.worker.waiting.Waiting;
import dev.tidemark.worker.waiting.WaitingRoom;

/**
 * Lets the log forget commands that are old enough.
 * <p>
 * It walks the table from its first page to its last, some pages a step, each step a
 * short transaction of its own. So a step costs the same however much there is to purge,
 * and the commands pay for no index by time. (A BRIN index would not find the old rows
 * for long: where purged rows were, new ones are written, and the index goes on telling
 * the old time of such a range.) Every worker walks; whoever comes second finds nothing.
 */
@Component
@EnableConfigurationProperties(RetentionProperties.class)
public class CommandLogRetention {

	private static final Logger logger = LoggerFactory.getLogger(CommandLogRetention.class);

	private final SessionFactory sessions;

	private final CommandLog log;

	private final TopicProperties topics;

	private final TopicLimits limits;

	private final TaskScheduler scheduler;

	private final RetentionProperties properties;

	private final Waiting waiting;

	private final MeterRegistry meters;

	private final Counter purged;

	private Walk walk = new Walk();

	/** From the last step's end to the next one's beginning. */
	private Duration rest = Duration.ZERO;

	CommandLogRetention(SessionFactory sessions, CommandLog log, TopicProperties topics, TopicLimits limits,
			TaskScheduler scheduler, RetentionProperties properties, WaitingRoom waitingRoom, MeterRegistry meters) {
		this.sessions = sessions;
		this.log = log;
		this.topics = topics;
		this.limits = limits;
		this.scheduler = scheduler;
		this.properties = properties;
		this.waiting = waitingRoom.place("The purge of the command log");
		this.meters = meters;
		this.purged = Counter.builder("tidemark.command.log.purged")
			.description("Commands that the log has let go of")
			.register(meters);
	}

	/**
	 * Says so if commands are forgotten while they can still be read, and begins to
	 * purge. To be called once, when the topics have been found.
	 */
	public void start() {
		this.topics.commands().forEach(this::compare);
		var _ = this.scheduler.schedule(this::step, this::nextStep);
	}

	private void compare(String topic) {
		Duration retention = this.properties.commandLogRetention();
		Optional<Duration> kept = this.limits.kept(topic);
		double margin = kept.map((time) -> (double) retention.minus(time).toSeconds()).orElse(Double.NEGATIVE_INFINITY);
		Gauge.builder("tidemark.command.log.margin", () -> margin)
			.description("How much longer the log remembers a command than its topic keeps it; "
					+ "if negative, a command that is read again may count twice")
			.baseUnit("seconds")
			.tag("topic", topic)
			.register(this.meters);
		if (margin < 0) {
			logger
				.warn("{} keeps records {}, and the command log only for {}: a command that is read again after that, as "
						+ "when the consumer group is set back, counts twice. Set TIDEMARK_COMMAND_LOG_RETENTION to more, or "
						+ "the topic's retention.ms or segment.ms to less", topic,
						kept.map((time) -> "for up to " + text(time) + " (retention.ms and segment.ms together)")
							.orElse("for ever"),
						text(retention));
		}
	}

	private void step() {
		try {
			if (this.walk.page == 0) {
				this.walk.pages = this.log.pages(this.sessions);
			}
			int gone = this.log.purge(this.sessions, this.properties.commandLogRetention(), this.walk.page,
					this.properties.purge().pages());
			this.purged.increment(gone);
			this.walk.purged += gone;
			this.walk.page += this.properties.purge().pages();
			if (this.walk.page < this.walk.pages) {
				this.rest = this.properties.purge().pause();
			}
			else {
				this.walk.conclude(this.properties.commandLogRetention());
				this.walk = new Walk();
				this.rest = this.properties.purge().every();
			}
			this.waiting.succeeded();
		}
		catch (RuntimeException ex) {
			// The same pages again, when all may be well.
			this.rest = this.waiting.failed(ex);
		}
	}

	private Instant nextStep(TriggerContext context) {
		return context.getClock().instant().plus(this.rest);
	}

	private static String text(Duration duration) {
		return DurationFormatterUtils.print(duration, DurationFormat.Style.COMPOSITE);
	}

	/**
	 * Once over the whole log.
	 */
	private static final class Walk {

		private long page;

		/** As many as there were when it began; what came later is not old. */
		private long pages;

		private long purged;

		void conclude(Duration retention) {
			if (this.purged > 0) {
				logger.info("Purged {} commands older than {} from the log", this.purged, text(retention));
			}
		}

	}

}
