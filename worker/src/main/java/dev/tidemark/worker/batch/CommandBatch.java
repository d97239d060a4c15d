package dev.tidemark.worker.batch;

import java.util.List;
import java.util.function.Consumer;

import org.hibernate.SessionFactory;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.deferral.Deferrals;
import dev.tidemark.worker.envelope.ReceivedCommand;
import dev.tidemark.worker.outcome.CommandLog;
import dev.tidemark.worker.publication.Event;
import dev.tidemark.worker.publication.SnapshotJson;
import dev.tidemark.worker.task.Tasks;
import dev.tidemark.worker.user.Users;

/**
 * Decides commands, in one database transaction: a few set-based reads, whatever the
 * number of commands; every decision in memory; a write per row that has changed.
 */
@Component
public class CommandBatch {

	private final SessionFactory sessions;

	private final CommandLog log;

	private final Deferrals deferrals;

	private final Tasks tasks;

	private final Users users;

	private final SnapshotJson json;

	CommandBatch(SessionFactory sessions, CommandLog log, Deferrals deferrals, Tasks tasks, Users users,
			SnapshotJson json) {
		this.sessions = sessions;
		this.log = log;
		this.deferrals = deferrals;
		this.tasks = tasks;
		this.users = users;
		this.json = json;
	}

	/**
	 * Decides commands of one poll. When this returns, the transaction has committed;
	 * when it throws, nothing has changed. A crash in between is no different from one
	 * after it: the same records come again, and what came of them is found in the log.
	 * @param commands the commands, in the order of each partition
	 * @param poll the poll that they came in
	 * @return what is to be published, in order
	 */
	public List<Event> decide(List<ReceivedCommand> commands, Poll poll) {
		return inTransaction(commands, poll, (batch) -> commands.forEach(batch::decide));
	}

	/**
	 * Decides a resume without taking anything up: for a queue whose commands fail. They
	 * go on waiting, in their order, until another resume finds that they can go on.
	 * @param resume the resume
	 * @param poll the poll that it came in
	 * @return what is to be published
	 */
	public List<Event> leaveWaiting(ReceivedCommand resume, Poll poll) {
		return inTransaction(List.of(resume), poll, (batch) -> batch.leaveWaiting(resume));
	}

	private List<Event> inTransaction(List<ReceivedCommand> commands, Poll poll, Consumer<Decisions> work) {
		Decisions decisions = this.sessions.fromStatelessTransaction((session) -> {
			Decisions batch = Decisions.load(session, this.log, this.deferrals, this.tasks, this.users, this.json,
					commands, poll);
			work.accept(batch);
			batch.write();
			return batch;
		});
		poll.keep(decisions.shown());
		return decisions.events();
	}

}
