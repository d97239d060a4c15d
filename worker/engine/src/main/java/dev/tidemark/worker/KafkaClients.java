package dev.tidemark.worker;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.settings.KafkaSettings;

/**
 * Whether Kafka's clients can be made of what was configured. What no waiting mends ends
 * the start; everything else is waited for.
 */
@Component
class KafkaClients {

	private final KafkaSettings settings;

	private final ConsumerFactory<?, ?> consumers;

	private final ProducerFactory<?, ?> producers;

	private final KafkaAdmin admin;

	KafkaClients(ConfigurableEnvironment environment, ConsumerFactory<?, ?> consumers, ProducerFactory<?, ?> producers,
			KafkaAdmin admin) {
		this.settings = new KafkaSettings(environment);
		this.consumers = consumers;
		this.producers = producers;
		this.admin = admin;
	}

	/**
	 * Makes sure that clients can be made; no broker has to answer for it.
	 * @throws dev.tidemark.worker.settings.WrongSettingsException if they cannot
	 */
	void check() {
		this.settings.check(this.consumers.getConfigurationProperties(), this.producers.getConfigurationProperties(),
				this.admin.getConfigurationProperties());
	}

	/**
	 * Makes sure that waiting may mend a failure.
	 * @throws dev.tidemark.worker.settings.WrongSettingsException if it does not
	 */
	void check(Exception failure) {
		this.settings.check(failure);
	}

}
