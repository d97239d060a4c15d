package dev.tidemark.contracts;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Writes the members of a command's {@code data}, in the order in which they are put.
 */
final class DataWriter {

	private final Map<String, @Nullable String> data = new LinkedHashMap<>();

	DataWriter put(Member member, @Nullable String value) {
		this.data.put(member.wireName(), value);
		return this;
	}

	Map<String, @Nullable String> data() {
		return Collections.unmodifiableMap(this.data);
	}

}
