package dev.tidemark.worker.operations;

import java.util.HashMap;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.ProducerFactory;

import dev.tidemark.worker.deadletter.DeadLetters;
import dev.tidemark.worker.deadletter.UnreadableRecords;
import dev.tidemark.worker.settings.WorkerEnvironment;
import dev.tidemark.worker.topics.TopicProperties;
import dev.tidemark.worker.topics.TopicReader;

/**
 * Kafka as the worker sees it. Clients are set in the very way in which the worker's are,
 * certificates and logins included, since the same few beans of Spring Boot's are asked;
 * of the worker nothing else is there.
 */
final class KafkaAccess implements AutoCloseable {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	/**
	 * Reads the settings; no broker is asked yet.
	 * @throws org.springframework.beans.BeansException if the settings are not good
	 */
	KafkaAccess(WorkerEnvironment environment) {
		this.context.setEnvironment(environment.environment());
		this.context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor());
		this.context.register(SslAutoConfiguration.class, KafkaAutoConfiguration.class, TopicProperties.class,
				DeadLetters.class, UnreadableRecords.class);
		this.context.refresh();
	}

	TopicProperties topics() {
		return this.context.getBean(TopicProperties.class);
	}

	DeadLetters deadLetters() {
		return this.context.getBean(DeadLetters.class);
	}

	UnreadableRecords unreadableRecords() {
		return this.context.getBean(UnreadableRecords.class);
	}

	TopicReader reader() {
		ConsumerFactory<?, ?> consumers = this.context.getBean(ConsumerFactory.class);
		return new TopicReader(consumers.getConfigurationProperties());
	}

	/** The group that the worker reads in. */
	String groupId() {
		ConsumerFactory<?, ?> consumers = this.context.getBean(ConsumerFactory.class);
		return String.valueOf(consumers.getConfigurationProperties().get(ConsumerConfig.GROUP_ID_CONFIG));
	}

	GroupAccess groups() {
		ConsumerFactory<?, ?> consumers = this.context.getBean(ConsumerFactory.class);
		ProducerFactory<?, ?> producers = this.context.getBean(ProducerFactory.class);
		return new GroupAccess(this.context.getBean(KafkaAdmin.class).getConfigurationProperties(),
				consumers.getConfigurationProperties(), producers.getConfigurationProperties());
	}

	Producer<byte[], byte[]> producer() {
		ProducerFactory<?, ?> producers = this.context.getBean(ProducerFactory.class);
		Map<String, Object> settings = new HashMap<>(producers.getConfigurationProperties());
		settings.put(ProducerConfig.ACKS_CONFIG, "all");
		settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
		return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
	}

	@Override
	public void close() {
		this.context.close();
	}

}
