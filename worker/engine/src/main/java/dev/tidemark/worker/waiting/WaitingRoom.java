package dev.tidemark.worker.waiting;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.settings.ConnectionFailures;

/**
 * All who may have to wait.
 */
@Component
@EnableConfigurationProperties(RetryProperties.class)
public class WaitingRoom {

	private final RetryProperties retry;

	private final ConnectionFailures explanations;

	private final List<Waiting> all = new CopyOnWriteArrayList<>();

	WaitingRoom(RetryProperties retry, Environment environment) {
		this.retry = retry;
		this.explanations = new ConnectionFailures(environment);
	}

	/**
	 * Makes a place for somebody, who is well to begin with.
	 * @param who how the log is to name them
	 * @return their place
	 */
	public Waiting place(String who) {
		Waiting waiting = new Waiting(who, this.retry, this.explanations);
		this.all.add(waiting);
		return waiting;
	}

	/**
	 * Gives a place up, for whoever will never wait again.
	 * @param waiting the place
	 */
	public void leave(Waiting waiting) {
		this.all.remove(waiting);
	}

	/**
	 * Tells since when somebody waits for something.
	 * @param trouble what is wrong
	 * @return when the first of those who wait now fell ill, or null if none waits for
	 * this
	 */
	public @Nullable Instant since(Trouble trouble) {
		return this.all.stream()
			.map(Waiting::illness)
			.filter((illness) -> illness != null && illness.trouble() == trouble)
			.map(Waiting.Illness::since)
			.min(Comparator.naturalOrder())
			.orElse(null);
	}

}
