package dev.tidemark.worker.proof;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Collects what is not as it must be.
 */
final class Differences {

	private final List<String> lines = new ArrayList<>();

	void add(String line) {
		this.lines.add(line);
	}

	/**
	 * Compares one thing.
	 */
	void compare(String what, @Nullable Object expected, @Nullable Object seen) {
		if (!Objects.equals(expected, seen)) {
			add("%s: expected %s, seen %s".formatted(what, shortened(expected), shortened(seen)));
		}
	}

	/**
	 * Compares whole maps, key by key.
	 */
	<K, V> void compareAll(String what, Map<K, V> expected, Map<K, V> seen) {
		Set<K> keys = new LinkedHashSet<>(expected.keySet());
		keys.addAll(seen.keySet());
		for (K key : keys) {
			compare(what + " " + key, expected.get(key), seen.get(key));
		}
	}

	List<String> lines() {
		return this.lines;
	}

	private static String shortened(@Nullable Object value) {
		String text = String.valueOf(value);
		return (text.length() > 300) ? text.substring(0, 300) + "…" : text;
	}

}
