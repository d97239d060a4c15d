package dev.tidemark.worker.outcome;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Command;

/**
 * What the log remembers of a command's data, to tell a duplicate from another command
 * that came with the same id. It is kept for as long as the log, so it must stay as it
 * is.
 */
final class Fingerprint {

	private Fingerprint() {
	}

	/** Of FNV-1a with 64 bits. */
	private static final long OFFSET_BASIS = 0xcbf29ce484222325L;

	private static final long PRIME = 0x100000001b3L;

	/** As no text has such a length, and null is -1. */
	private static final int OTHER_THAN_TEXT = -2;

	/**
	 * Takes the fingerprint of what a command's data say, in whichever form they came.
	 * @param command the command
	 * @return FNV-1a of its data, folded; of each text its length and its UTF-16 code
	 * units, so that no two data are the same sequence. No text is encoded for it
	 */
	static int of(Command command) {
		long hash = OFFSET_BASIS;
		for (Map.Entry<String, @Nullable Object> member : command.data().entrySet()) {
			hash = add(member.getKey(), hash);
			Object value = member.getValue();
			// A number is another value than the text of its digits.
			hash = (value == null || value instanceof String) ? add((String) value, hash)
					: add(value.toString(), add(OTHER_THAN_TEXT, hash));
		}
		return Long.hashCode(hash);
	}

	private static long add(@Nullable String text, long before) {
		if (text == null) {
			return add(-1, before);
		}
		long hash = add(text.length(), before);
		for (int i = 0; i < text.length(); i++) {
			hash = add(text.charAt(i), hash);
		}
		return hash;
	}

	private static long add(int unit, long hash) {
		return (hash ^ unit) * PRIME;
	}

}
