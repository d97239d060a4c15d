package dev.tidemark.contracts;

/**
 * A member that the {@code data} of a command can have. A text's rule stands here once,
 * for every command.
 */
enum Member {

	TASK_ID("taskId"), TITLE("title", 1, 1_024), DESCRIPTION("description", 0, 65_536), STATUS("status"),
	USERNAME("username", 1, 255), PASSWORD_HASH("passwordHash");

	private final String wireName;

	private final int fewest;

	private final int most;

	Member(String wireName) {
		this(wireName, 0, Integer.MAX_VALUE);
	}

	/**
	 * A text.
	 * @param fewest code points that it must have
	 * @param most code points that it may have
	 */
	Member(String wireName, int fewest, int most) {
		this.wireName = wireName;
		this.fewest = fewest;
		this.most = most;
	}

	String wireName() {
		return this.wireName;
	}

	/** Whether the value is nobody's to read: no tool, page or log shows it. */
	boolean isSecret() {
		return this == PASSWORD_HASH;
	}

	/**
	 * Refuses a text that breaks this member's rule. The text itself is not in the
	 * message.
	 */
	void check(String text) {
		int codePoints = 0;
		for (int i = 0; i < text.length(); codePoints++) {
			int codePoint = text.codePointAt(i);
			if (codePoint == 0) {
				throw malformed("must not contain U+0000");
			}
			if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
				throw malformed("must not contain a lone surrogate");
			}
			if (this == USERNAME && Character.getType(codePoint) == Character.CONTROL) {
				throw malformed("must not contain a control character");
			}
			i += Character.charCount(codePoint);
		}
		if (codePoints < this.fewest || codePoints > this.most) {
			throw malformed("must have " + this.fewest + " to " + this.most + " code points");
		}
	}

	MalformedDataException malformed(String rule) {
		return new MalformedDataException(this.wireName, rule);
	}

}
