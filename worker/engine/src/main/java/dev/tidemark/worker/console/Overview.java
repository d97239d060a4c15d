package dev.tidemark.worker.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.health.actuate.endpoint.CompositeHealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.IndicatedHealthDescriptor;
import org.springframework.boot.health.contributor.Status;

import dev.tidemark.worker.deadletter.DeadLetters;
import dev.tidemark.worker.deadletter.Selection;
import dev.tidemark.worker.migration.SchemaStanding;

/**
 * What the page shows: what this process knows of itself, and what broker and database
 * know of all workers.
 */
final class Overview {

	/** A page that polls more often than this sees nothing newer. */
	private static final Duration OFTEN = Duration.ofMillis(1_900);

	private static final Duration NOW_AND_THEN = Duration.ofSeconds(4);

	/**
	 * How long a page waits for what is being asked: then it sees what was found last.
	 */
	private static final Duration PATIENCE = Duration.ofMillis(1_200);

	private static final int NEWEST = 25;

	private final String worker;

	private final MeterRegistry meters;

	private final HealthEndpoint health;

	private final Refreshed<GroupProgress> progress;

	private final Refreshed<ConsoleDatabase.WaitingCommands> deferred;

	private final Refreshed<SchemaStanding> schema;

	private final Refreshed<List<Rejections.Rejected>> rejections;

	private final Refreshed<List<Letter>> deadLetters;

	Overview(String worker, MeterRegistry meters, HealthEndpoint health, ConsumerGroup group, ConsoleDatabase database,
			Rejections rejections, DeadLetters deadLetters) {
		this.worker = worker;
		this.meters = meters;
		this.health = health;
		this.progress = new Refreshed<>("progress", OFTEN, group::progress);
		this.deferred = new Refreshed<>("deferred", OFTEN, database::deferred);
		this.schema = new Refreshed<>("schema", OFTEN, database::schema);
		this.rejections = new Refreshed<>("rejections", NOW_AND_THEN, () -> rejections.newest(NEWEST));
		this.deadLetters = new Refreshed<>("dead-letters", NOW_AND_THEN,
				() -> deadLetters.newest(Selection.ALL, NEWEST).stream().map(Letter::of).toList());
	}

	/**
	 * All that the page shows.
	 *
	 * @param worker which process answers
	 * @param now its clock
	 * @param health what its readiness is made of
	 * @param figures what it has counted
	 * @param findings what is to be said of what lies in the topics, the worst first
	 * @param progress how far all workers have come
	 * @param deferred what waits in the database
	 * @param schema where the database's schema stands
	 * @param rejections the newest rejections of all workers
	 * @param deadLetters the newest dead letters of all workers
	 */
	record State(String worker, Instant now, List<Part> health, WorkerFigures figures, List<Finding> findings,
			Reading<GroupProgress> progress, Reading<ConsoleDatabase.WaitingCommands> deferred,
			Reading<SchemaStanding> schema, Reading<List<Rejections.Rejected>> rejections,
			Reading<List<Letter>> deadLetters) {
	}

	/**
	 * A part of the readiness.
	 *
	 * @param name which
	 * @param well whether it is as it should be
	 * @param details what the probe does not tell
	 */
	record Part(String name, boolean well, Map<String, Object> details) {
	}

	State now() throws InterruptedException {
		List<Refreshed<?>> all = List.of(this.progress, this.deferred, this.schema, this.rejections, this.deadLetters);
		all.forEach(Refreshed::refresh);
		Patience patience = new Patience(PATIENCE);
		List<Part> readiness = readiness();
		WorkerFigures figures = WorkerFigures.of(this.meters);
		Reading<GroupProgress> found = this.progress.get(patience.left());
		Instant now = Instant.now();
		return new State(this.worker, now, readiness, figures, Finding.all(readiness, figures, found, now), found,
				this.deferred.get(patience.left()), this.schema.get(patience.left()),
				this.rejections.get(patience.left()), this.deadLetters.get(patience.left()));
	}

	/** Has the next to look see what a replay has changed. */
	void replayed() {
		this.deadLetters.invalidate();
		this.rejections.invalidate();
	}

	private List<Part> readiness() {
		List<Part> parts = new ArrayList<>();
		Map<String, HealthDescriptor> components = (this.health
			.healthForPath("readiness") instanceof CompositeHealthDescriptor readiness) ? readiness.getComponents()
					: null;
		if (components != null) {
			components.forEach((name, part) -> parts.add(new Part(name, part.getStatus().equals(Status.UP),
					(part instanceof IndicatedHealthDescriptor indicated) ? indicated.getDetails() : Map.of())));
		}
		return parts;
	}

	/** Time that is shared among several who wait. */
	private record Patience(long until) {

		Patience(Duration whole) {
			this(System.nanoTime() + whole.toNanos());
		}

		Duration left() {
			return Duration.ofNanos(this.until - System.nanoTime());
		}

	}

}
