package dev.tidemark.worker.deferral;

import java.util.List;
import java.util.UUID;

import org.hibernate.SessionFactory;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.observability.WorkerMeters;
import dev.tidemark.worker.publication.Resumes;
import dev.tidemark.worker.waiting.Waiting;
import dev.tidemark.worker.waiting.WaitingRoom;

/**
 * Looks, now and then, for tasks that can go on although nobody has said so, and says so.
 */
@Component
public class DeferralSweep {

	private final SessionFactory sessions;

	private final Deferrals deferrals;

	private final Resumes resumes;

	private final TaskScheduler scheduler;

	private final DeferralProperties properties;

	private final Waiting waiting;

	private final WorkerMeters meters;

	DeferralSweep(SessionFactory sessions, Deferrals deferrals, Resumes resumes, TaskScheduler scheduler,
			DeferralProperties properties, WaitingRoom waitingRoom, WorkerMeters meters) {
		this.sessions = sessions;
		this.deferrals = deferrals;
		this.resumes = resumes;
		this.scheduler = scheduler;
		this.properties = properties;
		this.waiting = waitingRoom.place("The sweep of deferred commands");
		this.meters = meters;
	}

	/**
	 * Begins to look. To be called once, when there is something to look at.
	 */
	public void start() {
		var _ = this.scheduler.scheduleWithFixedDelay(this::sweep, this.properties.deferSweep());
	}

	private void sweep() {
		try {
			Deferrals.Queued found = this.deferrals.queued(this.sessions);
			this.meters.deferred(found.count(), found.oldestAge());
			List<UUID> overdue = this.deferrals.overdue(this.sessions);
			if (!overdue.isEmpty()) {
				this.resumes.send(overdue);
			}
			this.waiting.succeeded();
		}
		catch (RuntimeException ex) {
			// The next sweep is the next attempt.
			var _ = this.waiting.failed(ex);
		}
	}

}
