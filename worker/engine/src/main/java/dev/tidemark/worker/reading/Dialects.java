package dev.tidemark.worker.reading;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Bounds;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.worker.envelope.ReceivedRecord;

/**
 * What other libraries, bindings and versions make of a CloudEvent, so that who sends it
 * is told how to mend it. None of it is read; it is looked at when a record has been
 * found unreadable, and only then. Each hint is put behind what is wrong, and is empty
 * where nothing is recognized. None repeats what was sent.
 */
final class Dialects {

	private static final String NONE = "";

	private static final String CE = "ce_";

	private static final int REGISTRY_HEADER = 5;

	private static final String STRUCTURED = "the value is a whole CloudEvent, and structured mode needs the header "
			+ EventHeaders.CONTENT_TYPE + ": " + EventHeaders.CLOUDEVENTS_JSON;

	private static final Pattern URN = Pattern.compile("(?i)urn:uuid:.*");

	private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{32}");

	private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(?:\\.\\d+)?(?:[eE]\\d+)?");

	private static final Pattern RFC_1123 = Pattern.compile("(?:[A-Za-z]{3}, ?)?\\d{1,2} [A-Za-z]{3} \\d{4} .*");

	private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

	private static final Pattern NO_SECONDS = Pattern.compile("\\d{4}-\\d{2}-\\d{2}[Tt ]\\d{2}:\\d{2}(?![:\\d]).*");

	private static final Pattern NO_OFFSET = Pattern
		.compile("\\d{4}-\\d{2}-\\d{2}[Tt ]\\d{2}:\\d{2}:\\d{2}(?:[.,]\\d+)?");

	private static final Pattern SHORT_OFFSET = Pattern.compile(".*\\d[+-]\\d{2}(?:\\d{2})?");

	private Dialects() {
	}

	/** Of a required attribute that is not there, or is empty. */
	static String ofMissing(String name, ReceivedRecord record) {
		return isStructured(record) ? ofMissingMember(name, record) : ofMissingHeader(name, record);
	}

	private static String ofMissingMember(String name, ReceivedRecord record) {
		for (String member : members(record.value())) {
			if (member.equalsIgnoreCase(name) && !member.equals(name)) {
				return hint("its member must be named " + name + ", in lower case");
			}
		}
		return (record.headers().lastHeader(CE + name) != null) ? hint(
				"it is in a header, as in binary mode, whose " + EventHeaders.CONTENT_TYPE + " is " + EventHeaders.JSON)
				: NONE;
	}

	private static String ofMissingHeader(String name, ReceivedRecord record) {
		boolean anyAttribute = false;
		boolean otherSpelling = false;
		for (Header header : record.headers()) {
			String key = header.key();
			String prefix = prefix(key, name);
			if (key.equals(CE + name)) {
				return hint("its header is empty");
			}
			if (prefix != null) {
				return hint("its header must be named " + CE + name + switch (prefix) {
					case CE -> ", in lower case";
					case "ce-" -> ", as the prefix ce- is of HTTP";
					case "" -> ", with the prefix";
					default -> ", as the prefix cloudEvents is of AMQP";
				});
			}
			anyAttribute |= key.startsWith(CE);
			otherSpelling |= key.equals(CE + "datacontenttype") || (!key.equals(EventHeaders.CONTENT_TYPE)
					&& key.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "").equals("contenttype"));
		}
		if (members(record.value()).contains("specversion")) {
			return hint(STRUCTURED + (otherSpelling ? ", in exactly this spelling" : NONE));
		}
		if (anyAttribute) {
			return NONE;
		}
		String ofBytes = ofBytes(record.value());
		return !ofBytes.isEmpty() ? ofBytes
				: hint("no header's name begins with " + CE + ", and the value is no CloudEvent");
	}

	/**
	 * What a header's name has before an attribute's; null if it is not that attribute.
	 */
	private static @Nullable String prefix(String header, String attribute) {
		int length = header.length() - attribute.length();
		if (length < 0 || !header.regionMatches(true, length, attribute, 0, attribute.length())) {
			return null;
		}
		String prefix = header.substring(0, length).toLowerCase(Locale.ROOT);
		return switch (prefix) {
			case CE, "ce-", "cloudevents:", "cloudevents_", "" -> prefix;
			default -> null;
		};
	}

	/** Of a content type that is none of a command's. */
	static String ofContentType(String contentType, ReceivedRecord record) {
		String text = contentType.strip().toLowerCase(Locale.ROOT);
		if (text.startsWith("\"")) {
			return ofText(contentType);
		}
		if (text.startsWith("application/cloudevents-batch")) {
			return hint("batch mode is not read, and each event needs a record of its own");
		}
		if (text.startsWith("application/cloudevents")) {
			return hint("of structured mode's formats only JSON is read");
		}
		if (record.headers().lastHeader(CE + "datacontenttype") != null) {
			return hint("the attribute datacontenttype is not a ce_ header but " + EventHeaders.CONTENT_TYPE
					+ ", and only JSON is read");
		}
		return NONE;
	}

	/** Of a text that is not as it must be. */
	static String ofText(String text) {
		if (text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")) {
			return hint("it is in JSON quotes, which do not belong to it");
		}
		return !text.equals(text.strip()) ? hint("there is white space around it") : NONE;
	}

	/** Of another version of CloudEvents. */
	static String ofSpecversion(String text) {
		return text.startsWith("0.") ? hint("events of older versions of CloudEvents are not read") : ofText(text);
	}

	/** Of an id that is no UUID. */
	static String ofId(String text) {
		if (URN.matcher(text).matches()) {
			return hint("it must be without urn:uuid:");
		}
		if (text.startsWith("{") && text.endsWith("}")) {
			return hint("it must be without braces");
		}
		return HEX.matcher(text).matches() ? hint("its hyphens are missing") : ofText(text);
	}

	/** Of a type that is not known on its topic. */
	static String ofType(String text) {
		CommandType type = Catalogue.installed().command(text);
		if (type != null) {
			return hint("it is one of the commands for " + type.topic());
		}
		for (CommandType candidate : Catalogue.installed().commands()) {
			if (candidate.wireName().equalsIgnoreCase(text)) {
				return hint("it must be in lower case");
			}
		}
		return ofText(text);
	}

	/** Of a time that is none by RFC 3339. */
	static String ofTime(String text) {
		if (NUMBER.matcher(text).matches()) {
			return hint("it is a number, as since 1970");
		}
		if (RFC_1123.matcher(text).matches()) {
			return hint("it is by RFC 1123");
		}
		if (text.indexOf('[') >= 0) {
			return hint("it names its zone in brackets, which do not belong to it");
		}
		if (text.endsWith("GMT") || text.endsWith("UTC")) {
			return hint("it names its zone, and UTC is Z");
		}
		if (DATE.matcher(text).matches()) {
			return hint("it is a date alone");
		}
		if (NO_SECONDS.matcher(text).matches()) {
			return hint("it has no seconds");
		}
		if (NO_OFFSET.matcher(text).matches()) {
			return hint("it has no offset, and UTC is Z");
		}
		if (text.indexOf(' ') == "yyyy-MM-dd".length()) {
			return hint("it has a space instead of T");
		}
		if (SHORT_OFFSET.matcher(text).matches()) {
			return hint("its offset must be like +00:00");
		}
		return (text.indexOf(',') >= 0) ? hint("its fraction must begin with a full stop") : ofText(text);
	}

	/** Of a value, or data, that is no JSON object in UTF-8. */
	static String ofBytes(byte @Nullable [] bytes) {
		if (bytes == null || bytes.length < 2) {
			return NONE;
		}
		int first = bytes[0] & 0xFF;
		int second = bytes[1] & 0xFF;
		if (first == 0x1F && second == 0x8B) {
			return hint("the bytes are gzip, and must be JSON; let the producer compress them, by compression.type");
		}
		if (first == 0x28 && second == 0xB5) {
			return hint("the bytes are zstd, and must be JSON; let the producer compress them, by compression.type");
		}
		boolean marked = (first == 0xFE && second == 0xFF) || (first == 0xFF && second == 0xFE);
		if (marked || (isJsonStart(first) && second == 0) || (first == 0 && isJsonStart(second))) {
			return hint("the bytes are UTF-16, and must be UTF-8");
		}
		if (first == 0 && bytes.length > REGISTRY_HEADER) {
			return hint("the bytes begin with a schema registry's magic byte and schema id, and must be JSON alone");
		}
		if (first == 'e' && second == 'y') {
			return hint("the bytes are Base64, and must be JSON");
		}
		return ofValue(first == '"', first == '[');
	}

	/** Of JSON that is no object. */
	static String ofValue(boolean text, boolean array) {
		if (array) {
			return hint("batch mode's arrays are not read, and each event needs a record of its own");
		}
		return text ? hint("this is text, as of JSON that has been encoded twice") : NONE;
	}

	private static boolean isJsonStart(int character) {
		return character == '{' || character == '[' || character == '"';
	}

	/** Of data with other members than a command's. */
	static String ofMembers(Set<String> members) {
		if (members.contains("specversion")) {
			return hint(STRUCTURED);
		}
		return (members.contains("schema") && members.contains("payload"))
				? hint("this is Kafka Connect's envelope, which its converter leaves out by schemas.enable=false")
				: NONE;
	}

	/** Of a key that is not the one that the data have. */
	static String ofKey(byte[] key, String expected) {
		String text = new String(key, StandardCharsets.UTF_8);
		if (text.equals('"' + expected + '"')) {
			return hint("it is in JSON quotes, which do not belong to it");
		}
		if (text.strip().equals(expected)) {
			return hint("there is white space around it");
		}
		if (text.equalsIgnoreCase(expected)) {
			return hint("its case is another");
		}
		byte[] bytes = expected.getBytes(StandardCharsets.UTF_8);
		if (key.length == bytes.length + REGISTRY_HEADER && key[0] == 0
				&& Arrays.equals(key, REGISTRY_HEADER, key.length, bytes, 0, bytes.length)) {
			return hint("it begins with a schema registry's magic byte and schema id");
		}
		return isBinary(key, expected) ? hint("it is the 16 bytes of a UUID, and must be its text") : NONE;
	}

	private static boolean isBinary(byte[] key, String expected) {
		if (key.length != 2 * Long.BYTES) {
			return false;
		}
		ByteBuffer bytes = ByteBuffer.wrap(key);
		return new UUID(bytes.getLong(), bytes.getLong()).toString().equals(expected);
	}

	private static boolean isStructured(ReceivedRecord record) {
		Header header = record.headers().lastHeader(EventHeaders.CONTENT_TYPE);
		return header != null && header.value() != null
				&& EventHeaders.CLOUDEVENTS_JSON.equals(CloudEvent.mediaType(text(header)));
	}

	private static String text(Header header) {
		return new String(Objects.requireNonNull(header.value()), StandardCharsets.UTF_8);
	}

	/** The members of a JSON object, as far as it is one. */
	private static Set<String> members(byte @Nullable [] value) {
		Set<String> members = new HashSet<>();
		if (value != null && value.length <= Bounds.VALUE_BYTES) {
			try {
				StrictJson.readObject(new String(value, StandardCharsets.UTF_8), (name, parser) -> {
					members.add(name);
					parser.skipChildren();
				});
			}
			catch (Mistake ex) {
				// What there was before it is enough.
			}
		}
		return members;
	}

	private static String hint(String text) {
		return ": " + text;
	}

}
