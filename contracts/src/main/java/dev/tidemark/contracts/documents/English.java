package dev.tidemark.contracts.documents;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What becomes of names in sentences, and in names.
 */
final class English {

	/** A user is no vowel to the ear. */
	private static final Pattern VOWEL = Pattern.compile("(?:[aio]|e(?!u|w)|u(?!ni|r[il]|s|ti)).*");

	private English() {
	}

	/** Returns for example {@code a task}. */
	static String a(String noun) {
		return (VOWEL.matcher(noun).matches() ? "an " : "a ") + noun;
	}

	/** Returns for example {@code Task}. */
	static String capital(String name) {
		return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
	}

	/** Returns for example {@code task}. */
	static String small(String name) {
		return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
	}

	/** Returns for example {@code a, b or c}. */
	static String join(List<String> words, String conjunction) {
		int last = words.size() - 1;
		return (last < 1) ? String.join("", words)
				: String.join(", ", words.subList(0, last)) + " " + conjunction + " " + words.get(last);
	}

}
