package dev.tidemark.contracts;

import org.jspecify.annotations.Nullable;

/**
 * Thrown for {@code data} that can never become a command. The message names the member
 * and its rule, never the value, so it may be logged and published:
 * {@code title: must have 1 to 1024 code points}.
 * <p>
 * It is unchecked because the constructors of the commands throw it too, where a broken
 * rule is a programming error.
 */
public final class MalformedDataException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	/** Enough of a misspelt name to find it by, in code points. */
	private static final int NAME_LIMIT = 64;

	private final @Nullable String field;

	/**
	 * Says which member breaks which rule.
	 * @param field the member's name, as the sender wrote it
	 * @param rule the rule, in words that follow the name, without the value:
	 * {@code must be text}
	 */
	public MalformedDataException(String field, String rule) {
		super(printable(field) + ": " + rule);
		this.field = field;
	}

	/**
	 * Says which rule {@code data} as a whole breaks.
	 * @param rule the rule, in words that stand alone, without a value:
	 * {@code data must be a JSON object}
	 */
	public MalformedDataException(String rule) {
		super(rule);
		this.field = null;
	}

	/**
	 * Returns the name of the member that breaks a rule.
	 * @return the name as the sender wrote it, or null if it is {@code data} as a whole
	 */
	public @Nullable String field() {
		return this.field;
	}

	/**
	 * A name that a stranger chose is no place for line breaks, or for half a message.
	 */
	private static String printable(String name) {
		StringBuilder printable = new StringBuilder();
		name.codePoints().limit(NAME_LIMIT).forEach((codePoint) -> {
			boolean harmless = switch (Character.getType(codePoint)) {
				case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
						Character.PARAGRAPH_SEPARATOR, Character.UNASSIGNED, Character.PRIVATE_USE ->
					false;
				default -> true;
			};
			printable.appendCodePoint(harmless ? codePoint : '\uFFFD');
		});
		return (name.codePointCount(0, name.length()) > NAME_LIMIT) ? printable.append('…').toString()
				: printable.toString();
	}

}
