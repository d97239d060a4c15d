package dev.tidemark.worker.topics;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

import jakarta.annotation.PreDestroy;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.stereotype.Component;

/**
 * Answers whether the broker is there and has every topic, with one request over a
 * connection that is kept.
 */
@Component
public class TopicCheck {

	/** Seldom: it takes an administrator to change it. */
	private static final Duration UNBOUNDED_EVERY = Duration.ofSeconds(30);

	private final KafkaAdmin admin;

	private final TopicCreation topics;

	private @Nullable Admin client;

	/** In nanoseconds, as clocks are set back. */
	private volatile long unboundedNext = System.nanoTime() + UNBOUNDED_EVERY.toNanos();

	TopicCheck(KafkaAdmin admin, TopicCreation topics) {
		this.admin = admin;
		this.topics = topics;
	}

	/**
	 * Makes sure that the topics are there. Now and then, it is looked again whether what
	 * their records unpack to is bounded.
	 * @throws MissingTopicsException if some are missing
	 * @throws org.apache.kafka.common.KafkaException if the broker does not answer
	 * @throws InterruptedException if somebody wants this to end
	 */
	public void verify() throws InterruptedException {
		Set<String> missing = new TreeSet<>();
		this.topics.count(client(), missing);
		if (!missing.isEmpty()) {
			throw new MissingTopicsException(missing);
		}
		if (System.nanoTime() - this.unboundedNext > 0) {
			this.unboundedNext = System.nanoTime() + UNBOUNDED_EVERY.toNanos();
			this.topics.findUnboundedAgain(client());
		}
	}

	private synchronized Admin client() {
		if (this.client == null) {
			this.client = Admin.create(this.admin.getConfigurationProperties());
		}
		return this.client;
	}

	/** Has the next look make a client anew. */
	public synchronized void renew() {
		if (this.client != null) {
			this.client.close(Duration.ZERO);
			this.client = null;
		}
	}

	@PreDestroy
	synchronized void close() {
		if (this.client != null) {
			this.client.close();
		}
	}

}
