package dev.tidemark.worker.stack;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.EventHeaders;

/**
 * What the worker's neighbours do: sends commands, knows when the worker is done with
 * them, and reads what it has published.
 */
public final class Client implements AutoCloseable {

	private static final JsonMapper JSON = JsonMapper.shared();

	private final Tenant tenant;

	private final KafkaProducer<byte[], byte[]> producer;

	private final KafkaConsumer<byte[], byte[]> consumer;

	private final Admin admin;

	/**
	 * Begins to read at the topics' beginnings.
	 * @param tenant whose topics, which must be there
	 */
	public Client(Tenant tenant) {
		this.tenant = tenant;
		Map<String, Object> settings = Map.of("bootstrap.servers", tenant.bootstrapServers());
		this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
		Map<String, Object> reading = new LinkedHashMap<>(settings);
		reading.put("isolation.level", "read_committed");
		this.consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
		this.admin = Admin.create(settings);
		TopicNames topics = tenant.topics();
		List<TopicPartition> partitions = topics.published()
			.stream()
			.flatMap((topic) -> partitions(topic).stream())
			.map((partition) -> new TopicPartition(partition.topic(), partition.partition()))
			.toList();
		this.consumer.assign(partitions);
		this.consumer.seekToBeginning(partitions);
	}

	/** A broker tells of a topic a little later than it has been made. */
	private List<PartitionInfo> partitions(String topic) {
		return Awaitility.await(topic)
			.until(() -> this.consumer.partitionsFor(topic), (found) -> found != null && !found.isEmpty());
	}

	/**
	 * Sends a command in binary mode.
	 * @param id the command id
	 * @param command the command
	 * @param more further headers, as name and value in turn
	 * @return where it stands
	 */
	public RecordMetadata send(UUID id, Command command, String... more) {
		return send(commandTopic(command.type().topic()), command.key(), headers(id, command.type().wireName(), more),
				JSON.writeValueAsBytes(command.data()));
	}

	/**
	 * Makes the headers of a command in binary mode.
	 * @param id the command id
	 * @param type the command's type on the wire
	 * @param more further headers, as name and value in turn
	 * @return the headers
	 */
	public static Headers headers(UUID id, String type, String... more) {
		Headers headers = new RecordHeaders();
		headers.add(EventHeaders.CE_SPECVERSION, bytes(EventHeaders.SPECVERSION));
		headers.add(EventHeaders.CE_ID, bytes(id.toString()));
		headers.add(EventHeaders.CE_SOURCE, bytes("/client"));
		headers.add(EventHeaders.CE_TYPE, bytes(type));
		headers.add(EventHeaders.CONTENT_TYPE, bytes(EventHeaders.JSON));
		for (int i = 0; i < more.length; i += 2) {
			headers.add(more[i], bytes(more[i + 1]));
		}
		return headers;
	}

	/**
	 * Sends a record.
	 * @param topic the topic as it is really named
	 * @param key the key
	 * @param headers the headers
	 * @param value the value
	 * @return where it stands
	 */
	public RecordMetadata send(String topic, @Nullable String key, Headers headers, byte @Nullable [] value) {
		return send(new ProducerRecord<>(topic, null, (key != null) ? bytes(key) : null, value, headers));
	}

	/**
	 * Sends a record.
	 * @param record the record
	 * @return where it stands
	 */
	public RecordMetadata send(ProducerRecord<byte[], byte[]> record) {
		return get(this.producer.send(record));
	}

	/**
	 * Finds the tenant's name of a command topic.
	 * @param contractName the name that the contract gives
	 * @return the name
	 */
	public String commandTopic(String contractName) {
		return this.tenant.topics().named(contractName);
	}

	/**
	 * Waits until the workers are done with some records: rows and events are durable.
	 * @param sent where the records stand
	 */
	public void awaitConsumed(RecordMetadata... sent) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.pollInterval(Duration.ofMillis(25))
			.until(() -> List.of(sent).stream().allMatch(this::isConsumed));
	}

	private boolean isConsumed(RecordMetadata sent) {
		OffsetAndMetadata offset = get(
				this.admin.listConsumerGroupOffsets(this.tenant.groupId()).partitionsToOffsetAndMetadata())
			.get(new TopicPartition(sent.topic(), sent.partition()));
		return offset != null && offset.offset() > sent.offset();
	}

	/**
	 * Reads, read-committed, whatever has been published since the last call. Of a
	 * transaction that has been committed, each partition learns a little later; so this
	 * reads up to what has been written, not only to what can be seen at once.
	 * @return the records; of one partition, in order
	 */
	public List<ConsumerRecord<byte[], byte[]>> newEvents() {
		List<ConsumerRecord<byte[], byte[]>> events = new ArrayList<>();
		Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
		this.consumer.assignment().forEach((partition) -> latest.put(partition, OffsetSpec.latest()));
		var ends = get(this.admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED)).all());
		while (ends.entrySet()
			.stream()
			.anyMatch((end) -> this.consumer.position(end.getKey()) < end.getValue().offset())) {
			this.consumer.poll(Duration.ofMillis(100)).forEach(events::add);
		}
		return events;
	}

	/**
	 * Returns a header's text.
	 * @param record the record
	 * @param name the header's name
	 * @return its value, or null if there is no such header
	 */
	public static @Nullable String header(ConsumerRecord<?, ?> record, String name) {
		Header header = record.headers().lastHeader(name);
		return (header != null) ? text(header.value()) : null;
	}

	/**
	 * Decodes UTF-8.
	 * @param bytes the bytes
	 * @return the text
	 */
	public static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

	/**
	 * Encodes to UTF-8.
	 * @param text the text
	 * @return the bytes
	 */
	public static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static <T> T get(Future<T> future) {
		try {
			return future.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
	}

	/** Waits for what an administrator has asked for. */
	static <T> T get(KafkaFuture<T> future) {
		return get(future.toCompletionStage().toCompletableFuture());
	}

	@Override
	public void close() {
		this.producer.close();
		this.consumer.close();
		this.admin.close();
	}

}
