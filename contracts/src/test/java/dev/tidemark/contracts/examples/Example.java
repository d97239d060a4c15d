package dev.tidemark.contracts.examples;

import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.tidemark.contracts.DeadLetterReason;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka record that shows something of the contract.
 *
 * @param name where it is, for example {@code valid/dev.tidemark.task.create.v1/smallest}
 * @param about what it shows, in one sentence
 * @param topic the topic it is on
 * @param key the record's key, or null if it has none
 * @param timestamp the record's timestamp in milliseconds since 1970, or null if it does
 * not matter
 * @param headers the record's headers, in order
 * @param value the record's value, or null if it has none
 * @param dialect what other libraries, bindings or versions it is a habit of, or null if
 * of none
 * @param reason why it is a dead letter, or null if it is none
 * @param mentions what the detail of its dead letter has in it, or null if that is not
 * settled
 * @param schemaRefuses whether the JSON Schema of its type refuses its data
 * @param causedBy the name of the example that this one comes of, or null if it comes of
 * none
 */
@SuppressWarnings("ArrayRecordComponent") // examples are told apart by name
public record Example(String name, String about, String topic, byte @Nullable [] key, @Nullable Long timestamp,
		List<Header> headers, byte @Nullable [] value, @Nullable String dialect, @Nullable DeadLetterReason reason,
		@Nullable String mentions, boolean schemaRefuses, @Nullable String causedBy) {

	/**
	 * Returns the first header of a name.
	 * @param name the name of the header
	 * @return its value as text, or null if there is none
	 */
	public @Nullable String header(String name) {
		for (Header header : this.headers) {
			if (header.name().equals(name)) {
				return header.text();
			}
		}
		return null;
	}

	/**
	 * Returns the key.
	 * @return its value as text, or null if there is none
	 */
	public @Nullable String keyText() {
		return (this.key != null) ? new String(this.key, StandardCharsets.UTF_8) : null;
	}

	/**
	 * Returns the name, so that reports of tests show it.
	 */
	@Override
	public String toString() {
		return this.name;
	}

	/**
	 * A header of a Kafka record.
	 *
	 * @param name the name, which other headers may have too
	 * @param value the value, or null if it has none
	 */
	public record Header(String name, byte @Nullable [] value) {

		/**
		 * Returns the value.
		 * @return the value as text, or null if there is none
		 */
		public @Nullable String text() {
			return (this.value != null) ? new String(this.value, StandardCharsets.UTF_8) : null;
		}

	}

}
