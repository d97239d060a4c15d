package dev.tidemark.worker.proof;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.worker.stack.TopicNames;

/**
 * Puts commands into envelopes of every form that the contract allows.
 */
final class Envelopes {

	/**
	 * How many bytes an attribute or header that is passed on may have, by the contract.
	 */
	static final int MAX_ATTRIBUTE = 2_048;

	private static final DateTimeFormatter NANOS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX",
			Locale.ROOT);

	private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

	/**
	 * When records were sent: not so long ago that the broker drops them for their age.
	 */
	private final Instant yesterday = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(1));

	private final SplittableRandom random;

	private final Placement placement;

	private final TopicNames topics;

	Envelopes(SplittableRandom random, Placement placement, TopicNames topics) {
		this.random = random;
		this.placement = placement;
		this.topics = topics;
	}

	/**
	 * Returns a record that asks for something; now and then one that is as large as it
	 * may be.
	 */
	ProducerRecord<byte[], byte[]> record(Intent.Ask ask) {
		Envelope envelope = envelope(ask);
		return record(envelope, ask.command(),
				(this.random.nextInt(1_000) == 0) ? envelope.padded(Envelope.MAX_VALUE) : envelope.value());
	}

	ProducerRecord<byte[], byte[]> record(Envelope envelope, Command command, byte @Nullable [] value) {
		long timestamp = this.yesterday.plusMillis(this.random.nextLong(80_000_000)).toEpochMilli();
		return envelope.record(topic(command), this.placement.partition(envelope.key), timestamp, value);
	}

	private String topic(Command command) {
		return this.topics.commands(command.type().aggregate());
	}

	Envelope envelope(Intent.Ask ask) {
		Envelope envelope = new Envelope(ask.command());
		envelope.structured = this.random.nextBoolean();
		envelope.ascii = this.random.nextBoolean();
		String id = ask.id().toString();
		envelope.attributes.put("specversion", "1.0")
			.put("id", (this.random.nextInt(10) == 0) ? id.toUpperCase(Locale.ROOT) : id)
			.put("source", source(ask.command()))
			.put("type", ask.command().type().wireName());
		if (!envelope.structured || this.random.nextBoolean()) {
			envelope.attributes.put("datacontenttype", EventHeaders.JSON);
		}
		if (ask.time() != null) {
			envelope.attributes.put("time", anyForm(ask.time()));
		}
		if (ask.expectedVersion() != null) {
			envelope.attributes.put("expectedversion", ask.expectedVersion());
		}
		if (this.random.nextInt(5) == 0) {
			envelope.attributes.put("unheardof", "ignore me");
		}
		ask.passedOn().forEach((name, value) -> {
			if (name.startsWith("ce_")) {
				envelope.attributes.put(name.substring("ce_".length()),
						new String(value.get(), StandardCharsets.UTF_8));
			}
			else {
				if (this.random.nextInt(40) == 0) {
					// Of one that comes twice it is the last.
					envelope.headers.add(Envelope.header(name, "the first"));
				}
				envelope.headers.add(new RecordHeader(name, value.get()));
			}
		});
		envelope.headers.addAll(OddHeaders.any(this.random));
		return envelope;
	}

	private String source(Command command) {
		List<String> sources = this.placement.isMisplaced(command.key()) ? List.of(Placement.SOURCE)
				: List.of("/proof", "urn:proof", "https://example.org/a?b=c#d", "proof");
		return sources.get(this.random.nextInt(sources.size()));
	}

	/**
	 * Returns attributes and headers that are passed on. The plain headers may be any
	 * bytes.
	 */
	Map<String, Bytes> anyPassedOn() {
		Map<String, Bytes> passedOn = new LinkedHashMap<>();
		for (String name : List.of(EventHeaders.CE_CORRELATIONID, EventHeaders.CE_TRACEPARENT,
				EventHeaders.CE_TRACESTATE, EventHeaders.TRACEPARENT, EventHeaders.TRACESTATE)) {
			if (this.random.nextInt(6) == 0) {
				boolean plain = !name.startsWith("ce_");
				passedOn.put(name,
						Bytes.wrap((plain && this.random.nextInt(4) == 0)
								? OddHeaders.bytes(this.random, this.random.nextInt(60))
								: anyText(name).getBytes(StandardCharsets.UTF_8)));
			}
		}
		return passedOn;
	}

	private String anyText(String name) {
		if (name.endsWith("traceparent")) {
			return "00-%016x%016x-%016x-01".formatted(this.random.nextLong(), this.random.nextLong(),
					this.random.nextLong());
		}
		String text = Texts.username(this.random, "of=", this.random.nextInt(1_000));
		boolean longest = name.equals(EventHeaders.CE_CORRELATIONID) && this.random.nextInt(20) == 0;
		return longest ? text + "~".repeat(MAX_ATTRIBUTE - text.getBytes(StandardCharsets.UTF_8).length) : text;
	}

	/**
	 * Returns a time with nanoseconds, or null to let the record's timestamp count.
	 */
	@Nullable Instant anyTime() {
		return (this.random.nextInt(10) == 0) ? null
				: EPOCH.plusSeconds(this.random.nextInt(20_000_000)).plusNanos(this.random.nextInt(1_000_000_000));
	}

	private String anyForm(Instant time) {
		return this.random.nextBoolean() ? time.toString()
				: NANOS.format(OffsetDateTime.ofInstant(time, ZoneOffset.ofHoursMinutes(5, 30)));
	}

}
