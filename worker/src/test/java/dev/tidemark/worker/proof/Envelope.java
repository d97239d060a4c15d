package dev.tidemark.worker.proof;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.EventHeaders;

/**
 * A command on its way into a record: CloudEvents' attributes and data, to be spoilt
 * where that is wanted.
 */
final class Envelope {

	/** How many bytes a value may have, by the contract. */
	static final int MAX_VALUE = 1_048_576;

	static final JsonMapper JSON = JsonMapper.builder().build();

	/** The same JSON in other bytes. */
	private static final JsonMapper ASCII_JSON = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

	/** Context attributes by name, text but for {@code expectedversion}. */
	final ObjectNode attributes = JSON.createObjectNode();

	/** Headers that are no attributes. */
	final List<Header> headers = new ArrayList<>();

	/** The members of {@code data}. */
	final ObjectNode data = JSON.createObjectNode();

	/** The record's key; null for none. */
	@Nullable String key;

	/** Whether the whole event is the value, or the data only. */
	boolean structured;

	/** Whether JSON is written with ASCII only. */
	boolean ascii;

	Envelope(Command command) {
		command.data().forEach(this.data::putPOJO);
		this.key = command.key();
	}

	/**
	 * Returns the value that this envelope has unless it is spoilt.
	 */
	byte[] value() {
		if (!this.structured) {
			return write(this.data);
		}
		ObjectNode event = this.attributes.deepCopy();
		event.set("data", this.data);
		return write(event);
	}

	/**
	 * Returns the same, with as many spaces behind it as a length needs.
	 */
	byte[] padded(int length) {
		byte[] value = value();
		byte[] padded = Arrays.copyOf(value, length);
		Arrays.fill(padded, value.length, length, (byte) ' ');
		return padded;
	}

	private byte[] write(ObjectNode node) {
		return (this.ascii ? ASCII_JSON : JSON).writeValueAsBytes(node);
	}

	/**
	 * Returns the record.
	 * @param topic the topic
	 * @param partition the partition
	 * @param timestamp the record's timestamp, in milliseconds
	 * @param value the value, {@link #value()} or something worse
	 */
	ProducerRecord<byte[], byte[]> record(String topic, int partition, long timestamp, byte @Nullable [] value) {
		List<Header> all = new ArrayList<>();
		if (this.structured) {
			all.add(header(EventHeaders.CONTENT_TYPE, EventHeaders.CLOUDEVENTS_JSON));
		}
		else {
			attributes().forEach((name, text) -> all.add(name.equals("datacontenttype")
					? header(EventHeaders.CONTENT_TYPE, text) : header("ce_" + name, text)));
		}
		all.addAll(this.headers);
		byte[] keyBytes = (this.key != null) ? this.key.getBytes(StandardCharsets.UTF_8) : null;
		return new ProducerRecord<>(topic, partition, timestamp, keyBytes, value, all);
	}

	private Map<String, String> attributes() {
		Map<String, String> texts = new LinkedHashMap<>();
		this.attributes.properties().forEach((member) -> texts.put(member.getKey(), member.getValue().asString()));
		return texts;
	}

	static Header header(String name, String text) {
		return new RecordHeader(name, text.getBytes(StandardCharsets.UTF_8));
	}

}
