package dev.tidemark.worker.observability;

import java.util.ArrayList;
import java.util.List;

import jakarta.annotation.PreDestroy;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.migration.SchemaCheck;
import dev.tidemark.worker.topics.TopicCheck;
import dev.tidemark.worker.waiting.Trouble;
import dev.tidemark.worker.waiting.WaitingRoom;

/**
 * Keeps an eye on what the worker needs, also while there is nothing to consume.
 */
@Component
public final class Checks {

	private final List<Check> checks;

	private final List<Thread> threads = new ArrayList<>();

	Checks(SchemaCheck schema, TopicCheck topics, WaitingRoom waitingRoom) {
		this.checks = List.of(
				new Check("database-check", schema::verify, Trouble.DATABASE_UNREACHABLE,
						waitingRoom.place("The check of the database")),
				new Check("broker-check", topics::verify, Trouble.BROKER_UNREACHABLE,
						waitingRoom.place("The check of the broker")));
	}

	/**
	 * Begins to look. To be called once, when all has been found well.
	 */
	public void start() {
		this.checks.forEach((check) -> this.threads.add(Thread.ofVirtual().name(check.name()).start(check)));
	}

	@PreDestroy
	void stop() {
		this.threads.forEach(Thread::interrupt);
	}

}
