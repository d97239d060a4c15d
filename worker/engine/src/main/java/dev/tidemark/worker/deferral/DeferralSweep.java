package dev.tidemark.worker.deferral;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.worker.aggregate.Aggregates;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.observability.WorkerMeters;
import dev.tidemark.worker.outcome.Decided;
import dev.tidemark.worker.outcome.Verdict;
import dev.tidemark.worker.publication.Resumes;
import dev.tidemark.worker.waiting.Waiting;
import dev.tidemark.worker.waiting.WaitingRoom;

/**
 * Looks for waiting commands that can go on, and wakes up their aggregates: when one has
 * come that others wait for, and now and then, as it may have come in a transaction that
 * crossed the deferral's, or the time to wait may be over.
 * <p>
 * However many wait for one aggregate, only so many resumes are on their way at a time,
 * and never two for one of those: others' commands share the partitions, and no batch
 * grows with what waits. The resumes that are worked off make room for the next.
 */
@Component
public class DeferralSweep {

	private static final Logger logger = LoggerFactory.getLogger(DeferralSweep.class);

	/** How many resumes are sent in one transaction. */
	private static final int AT_ONCE = 250;

	/**
	 * How many resumes may be on their way: no more than one batch takes up, or it would
	 * send some of them again. That is less than a second's work.
	 */
	private static final int UNDER_WAY = 500;

	/** How long to wait at least, for what else there is to wake up. */
	private static final Duration PAUSE = Duration.ofMillis(20);

	private final SessionFactory sessions;

	private final Deferrals deferrals;

	private final Resumes resumes;

	private final LostResumes lostResumes;

	private final Set<AggregateType> parents;

	private final TaskScheduler scheduler;

	private final DeferralProperties properties;

	private final Waiting waiting;

	private final WorkerMeters meters;

	private final AtomicBoolean due = new AtomicBoolean();

	private volatile boolean started;

	private volatile Duration tookLast = Duration.ZERO;

	DeferralSweep(SessionFactory sessions, Deferrals deferrals, Resumes resumes, LostResumes lostResumes,
			Aggregates aggregates, TaskScheduler scheduler, DeferralProperties properties, WaitingRoom waitingRoom,
			WorkerMeters meters) {
		this.sessions = sessions;
		this.deferrals = deferrals;
		this.resumes = resumes;
		this.lostResumes = lostResumes;
		this.parents = aggregates.parents();
		this.scheduler = scheduler;
		this.properties = properties;
		this.waiting = waitingRoom.place("The sweep of deferred commands");
		this.meters = meters;
	}

	/**
	 * Begins to look. To be called once, when there is something to look at.
	 */
	public void start() {
		this.started = true;
		var _ = this.scheduler.scheduleWithFixedDelay(this::sweep, this.properties.deferSweep());
	}

	/** Has the next look make a client of Kafka's anew. */
	public void renew() {
		this.lostResumes.renew();
	}

	/**
	 * Looks soon, if somebody may be able to go on after some commands.
	 * @param decided what has been decided and published
	 */
	public void after(List<Decided> decided) {
		if (decided.stream().anyMatch(this::makesSomebodyGoOn)) {
			soon();
		}
	}

	/** Somebody has come whom others wait for, or a resume has made room for another. */
	private boolean makesSomebodyGoOn(Decided decided) {
		return decided.verdict() == Verdict.APPLIED && switch (decided.type().verb()) {
			case CREATE -> this.parents.contains(decided.type().aggregate());
			case RESUME -> true;
			case CHANGE, DELETE, REPUBLISH -> false;
		};
	}

	private void soon() {
		if (this.started && this.due.compareAndSet(false, true)) {
			// Not more often than half of the time, however much there is to look
			// through.
			Duration pause = (this.tookLast.compareTo(PAUSE) > 0) ? this.tookLast : PAUSE;
			try {
				var _ = this.scheduler.schedule(() -> {
					this.due.set(false);
					quietly(this::wakeUp);
				}, this.scheduler.getClock().instant().plus(pause));
			}
			catch (TaskRejectedException ex) {
				logger.debug("The worker ends; another one's sweep finds what can go on", ex);
			}
		}
	}

	private void sweep() {
		quietly(() -> {
			Deferrals.Queued found = this.deferrals.queued(this.sessions);
			this.meters.deferred(found.count(), found.oldestAge());
			if (found.count() > 0) {
				Map<UUID, Coordinates> lost = this.lostResumes.of(this.deferrals.resumed(this.sessions));
				if (!lost.isEmpty()) {
					this.deferrals.lost(this.sessions, lost);
				}
				wakeUp();
			}
		});
	}

	private void quietly(Runnable work) {
		try {
			work.run();
			this.waiting.succeeded();
		}
		catch (RuntimeException ex) {
			// The next sweep is the next attempt.
			var _ = this.waiting.failed(ex);
		}
	}

	private synchronized void wakeUp() {
		long start = System.nanoTime();
		boolean more = this.sessions.fromStatelessTransaction(this::wakeUpSome);
		this.tookLast = Duration.ofNanos(System.nanoTime() - start);
		if (more) {
			soon();
		}
	}

	/**
	 * Sends resumes while their commands' rows are locked, so that no other worker sends
	 * the same.
	 * @return whether there may be more to send, and room for it
	 */
	private boolean wakeUpSome(StatelessSession session) {
		int room = Math.min(AT_ONCE, UNDER_WAY - this.deferrals.countResumed(session));
		if (room <= 0) {
			return false;
		}
		Map<UUID, AggregateKey> found = this.deferrals.due(session, room);
		if (found.isEmpty()) {
			return false;
		}
		List<UUID> commandIds = List.copyOf(found.keySet());
		List<Coordinates> places = this.resumes.send(found.values());
		Map<UUID, Coordinates> sent = new HashMap<>();
		for (int i = 0; i < places.size(); i++) {
			sent.put(commandIds.get(i), places.get(i));
		}
		this.deferrals.resumed(session, sent);
		return found.size() == room;
	}

}
