package dev.tidemark.worker.settings;

import java.util.Collection;
import java.util.Comparator;

import org.jspecify.annotations.Nullable;

/**
 * Finds what somebody has meant who mistyped a name.
 */
final class Spelling {

	private Spelling() {
	}

	/**
	 * Finds the nearest of the names there are.
	 * @param name what was written
	 * @param names what may have been meant
	 * @return the nearest, or null if none is near
	 */
	static @Nullable String nearest(String name, Collection<String> names) {
		int far = Math.max(2, name.length() / 4);
		return names.stream()
			.filter((other) -> distance(name, other) <= far)
			.min(Comparator.<String>comparingInt((other) -> distance(name, other))
				.thenComparing(Comparator.naturalOrder()))
			.orElse(null);
	}

	/** Counts the letters to add, to leave out or to change (Levenshtein). */
	private static int distance(String one, String other) {
		int[] last = new int[other.length() + 1];
		for (int j = 0; j <= other.length(); j++) {
			last[j] = j;
		}
		for (int i = 1; i <= one.length(); i++) {
			int[] row = new int[other.length() + 1];
			row[0] = i;
			for (int j = 1; j <= other.length(); j++) {
				int change = last[j - 1] + ((one.charAt(i - 1) == other.charAt(j - 1)) ? 0 : 1);
				row[j] = Math.min(change, Math.min(last[j], row[j - 1]) + 1);
			}
			last = row;
		}
		return last[other.length()];
	}

}
