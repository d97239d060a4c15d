package dev.tidemark.worker.reading;

import dev.tidemark.contracts.DeadLetterReason;

/**
 * A record that can never become a command. Checked, as it is no mistake of ours: whoever
 * reads records has to say what becomes of it.
 */
public final class UnreadableRecordException extends Exception {

	private static final long serialVersionUID = 1L;

	private final DeadLetterReason reason;

	/**
	 * Says what is wrong.
	 * @param reason the reason
	 * @param detail names the attribute or the field, and never shows its value
	 */
	UnreadableRecordException(DeadLetterReason reason, String detail) {
		super(detail, null, false, false);
		this.reason = reason;
	}

	/**
	 * Returns what is wrong.
	 * @return the reason
	 */
	public DeadLetterReason reason() {
		return this.reason;
	}

	/**
	 * Returns the same for people.
	 * @return names the attribute or the field, and never shows its value
	 */
	public String detail() {
		return String.valueOf(getMessage());
	}

}
