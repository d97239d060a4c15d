package dev.tidemark.testcontainers;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Rejection;

/**
 * All that Tidemark has published, in the order in which it was read.
 */
final class PublishedEvents {

	private static final JsonMapper JSON = JsonMapper.shared();

	private final List<ConsumerRecord<String, byte @Nullable []>> records = new ArrayList<>();

	void add(ConsumerRecord<String, byte @Nullable []> record) {
		this.records.add(record);
	}

	<S> @Nullable S snapshot(AggregateType type, String key, Class<S> snapshot, Predicate<? super S> condition) {
		return first(of(type.snapshot(), key), snapshot, condition);
	}

	@Nullable Rejection rejection(UUID commandId) {
		return first(of(EventType.COMMAND_REJECTED), Rejection.class,
				(rejection) -> rejection.commandId().equals(commandId));
	}

	/**
	 * Tells whether the last that was published of a key is its deletion.
	 */
	boolean isDeleted(AggregateType type, String key) {
		EventType deletion = type.tombstone();
		return this.records.stream()
			.filter((record) -> record.topic().equals(deletion.topic()) && record.key().equals(key))
			.reduce((_, later) -> later)
			.filter((last) -> isOf(last, deletion))
			.isPresent();
	}

	private static <T> @Nullable T first(Stream<ConsumerRecord<String, byte @Nullable []>> records, Class<T> type,
			Predicate<? super T> condition) {
		return records.map((record) -> JSON.readValue(Objects.requireNonNull(record.value()), type))
			.filter(condition)
			.findFirst()
			.orElse(null);
	}

	private Stream<ConsumerRecord<String, byte @Nullable []>> of(EventType type, String key) {
		return of(type).filter((record) -> record.key().equals(key));
	}

	private Stream<ConsumerRecord<String, byte @Nullable []>> of(EventType type) {
		return this.records.stream().filter((record) -> isOf(record, type));
	}

	private static boolean isOf(ConsumerRecord<String, byte @Nullable []> record, EventType type) {
		return type.wireName().equals(header(record, EventHeaders.CE_TYPE));
	}

	/**
	 * Returns what was published of a key, for a failure's message: type, cause and, of a
	 * rejection, why.
	 */
	String told(String key) {
		List<String> lines = this.records.stream()
			.filter((record) -> record.key().equals(key))
			.map((record) -> "%s of command %s%s".formatted(header(record, EventHeaders.CE_TYPE),
					header(record, EventHeaders.CE_CAUSATIONID),
					isOf(record, EventType.COMMAND_REJECTED) ? ": " + reason(record) : ""))
			.toList();
		return lines.isEmpty() ? "nothing" : String.join(", ", lines);
	}

	private static String reason(ConsumerRecord<String, byte @Nullable []> record) {
		Rejection rejection = JSON.readValue(Objects.requireNonNull(record.value()), Rejection.class);
		return rejection.reason() + ", " + rejection.detail();
	}

	private static @Nullable String header(ConsumerRecord<String, byte @Nullable []> record, String name) {
		Header header = record.headers().lastHeader(name);
		return (header != null) ? new String(header.value(), StandardCharsets.UTF_8) : null;
	}

}
