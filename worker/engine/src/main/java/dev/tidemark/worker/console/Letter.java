package dev.tidemark.worker.console;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.worker.deadletter.DeadLetterRecord;
import dev.tidemark.worker.deadletter.DeadLetterRecord.ShownHeader;

/**
 * A dead letter as it is shown. Secrets are masked; whatever else is hostile in it is the
 * page's to show as text.
 *
 * @param place where it lies, {@code TOPIC-PARTITION@OFFSET}
 * @param at when it was set aside
 * @param from where it came from; null if it does not say so
 * @param replayedFrom the dead letter that it was before it was replayed, if it was
 * @param commandId the command id that it has in its headers, whatever that is worth
 * @param type the command's type, likewise
 * @param key the record's key
 * @param reason what is wrong with it
 * @param detail the same for people
 * @param headers the headers as received
 * @param value the value, cut where it is long
 */
record Letter(String place, Instant at, @Nullable String from, @Nullable String replayedFrom,
		@Nullable String commandId, @Nullable String type, @Nullable String key, @Nullable String reason,
		@Nullable String detail, List<ShownHeader> headers, @Nullable String value) {

	private static final int SHOWN = 4_000;

	static Letter of(DeadLetterRecord record) {
		List<ShownHeader> headers = record.headers();
		return new Letter(record.place().toString(), record.time(), text(record.original()),
				text(record.replayedFrom()), header(headers, EventHeaders.CE_ID), header(headers, EventHeaders.CE_TYPE),
				cut(record.key()), record.reason(), cut(record.detail()),
				headers.stream()
					.limit(50)
					.map((header) -> new ShownHeader(header.name(), cut(header.value())))
					.toList(),
				cut(record.value()));
	}

	private static @Nullable String header(List<ShownHeader> headers, String name) {
		return headers.stream()
			.filter((header) -> header.name().equals(name))
			.map(ShownHeader::value)
			.findFirst()
			.orElse(null);
	}

	private static @Nullable String text(@Nullable Object place) {
		return (place != null) ? place.toString() : null;
	}

	private static @Nullable String cut(@Nullable String text) {
		if (text == null || text.length() <= SHOWN) {
			return text;
		}
		int end = Character.isHighSurrogate(text.charAt(SHOWN - 1)) ? SHOWN - 1 : SHOWN;
		return text.substring(0, end) + " … (" + text.length() + " characters)";
	}

}
