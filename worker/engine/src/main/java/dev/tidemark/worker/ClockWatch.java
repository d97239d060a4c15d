package dev.tidemark.worker;

import java.time.Duration;
import java.util.function.LongSupplier;

import jakarta.annotation.PreDestroy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.deferral.DeferralSweep;
import dev.tidemark.worker.intake.Intake;
import dev.tidemark.worker.observability.WorkerMeters;
import dev.tidemark.worker.topics.TopicCheck;

/**
 * Notices when the system's clock is set. Kafka's clients go by it for whatever they do
 * later: once it has been set back, a consumer sends no heartbeat, and no client connects
 * again to a broker that was away, before the clock is where it was. So they are made
 * anew. Once it has been set forward, they take much time to have passed, and recover by
 * themselves.
 */
@Component
class ClockWatch {

	private static final Logger logger = LoggerFactory.getLogger(ClockWatch.class);

	private static final Duration EVERY = Duration.ofSeconds(1);

	private final Runnable renewal;

	private final WorkerMeters meters;

	private @Nullable Thread watching;

	ClockWatch(Intake intake, DeferralSweep sweep, TopicCheck topics, ProducerFactory<?, ?> producers,
			WorkerMeters meters) {
		this.meters = meters;
		this.renewal = () -> {
			intake.renew();
			sweep.renew();
			topics.renew();
			producers.reset();
		};
	}

	/** Begins to look. To be called once, when there are clients. */
	void start() {
		this.watching = Thread.ofVirtual().name("clock-watch").start(() -> {
			Clocks clocks = new Clocks(System::currentTimeMillis, System::nanoTime);
			try {
				while (true) {
					Thread.sleep(EVERY);
					act(clocks.step());
				}
			}
			catch (InterruptedException ex) {
				// The worker ends.
			}
		});
	}

	private void act(Duration step) {
		if (!step.isZero()) {
			this.meters.clockSet();
		}
		if (step.isNegative()) {
			logger.warn("The system's clock was set back by {} s. Kafka's clients, which would wait for so long, "
					+ "are made anew", -step.toSeconds());
			try {
				this.renewal.run();
			}
			catch (RuntimeException ex) {
				logger.warn("Not all of Kafka's clients could be made anew", ex);
			}
		}
		else if (step.isPositive()) {
			logger.warn("The system's clock was set forward by {} s", step.toSeconds());
		}
	}

	@PreDestroy
	void stop() {
		if (this.watching != null) {
			this.watching.interrupt();
		}
	}

	/**
	 * Compares the clock that can be set with the one that only counts.
	 */
	static final class Clocks {

		/** For so short a time, no session ends. */
		static final Duration TOLERANCE = Duration.ofSeconds(5);

		/** Clocks that are not read at once can't be compared. */
		private static final Duration AT_ONCE = Duration.ofMillis(500);

		private final LongSupplier millis;

		private final LongSupplier nanos;

		private long before;

		Clocks(LongSupplier millis, LongSupplier nanos) {
			this.millis = millis;
			this.nanos = nanos;
			this.before = difference();
		}

		/**
		 * Tells by how much the clock has been set since the last call.
		 * @return zero, if it was not, or by so little that it does not matter
		 */
		Duration step() {
			long now = difference();
			Duration step = Duration.ofMillis(now - this.before);
			this.before = now;
			return (step.abs().compareTo(TOLERANCE) > 0) ? step : Duration.ZERO;
		}

		/** The process may be stopped at any place. */
		private long difference() {
			while (true) {
				long first = this.nanos.getAsLong();
				long millisNow = this.millis.getAsLong();
				if (this.nanos.getAsLong() - first < AT_ONCE.toNanos()) {
					return millisNow - first / 1_000_000;
				}
			}
		}

	}

}
