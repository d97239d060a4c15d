package dev.tidemark.worker.publication;

import java.util.UUID;

import org.springframework.kafka.core.ProducerFactory;
import org.springframework.stereotype.Component;

/**
 * Makes the publishers, each with transactional ids of its own.
 */
@Component
public class Publishers {

	private final ProducerFactory<byte[], byte[]> factory;

	private final EventRecords records;

	/** Other processes must never have the same: they would fence one another off. */
	private final String process = UUID.randomUUID().toString();

	Publishers(ProducerFactory<byte[], byte[]> factory, EventRecords records) {
		this.factory = factory;
		this.records = records;
	}

	/**
	 * Makes a publisher for one thread.
	 * @param name starts the transactional ids, which access control lists may go by
	 * @return the publisher, to be {@linkplain Publisher#renew() renewed} before first
	 * use
	 */
	public Publisher create(String name) {
		return new Publisher(this.factory.getConfigurationProperties(), name + "-" + this.process, this.records);
	}

}
