package dev.tidemark.worker.deferral;

import java.util.List;
import java.util.UUID;

import org.hibernate.SessionFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.publication.Resumes;
import dev.tidemark.worker.waiting.Waiting;
import dev.tidemark.worker.waiting.WaitingRoom;

/**
 * Looks, now and then, for tasks that can go on although nobody has said so, and says so.
 */
@Component
class DeferralSweep {

	private final SessionFactory sessions;

	private final Deferrals deferrals;

	private final Resumes resumes;

	private final Waiting waiting;

	DeferralSweep(SessionFactory sessions, Deferrals deferrals, Resumes resumes, WaitingRoom waitingRoom) {
		this.sessions = sessions;
		this.deferrals = deferrals;
		this.resumes = resumes;
		this.waiting = waitingRoom.place("The sweep of deferred commands");
	}

	@Scheduled(fixedDelayString = "${tidemark.defer-sweep:5s}", initialDelayString = "${tidemark.defer-sweep:5s}")
	void sweep() {
		try {
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
