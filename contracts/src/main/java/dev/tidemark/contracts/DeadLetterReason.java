package dev.tidemark.contracts;

/**
 * Why a record can never be a command, or could not be applied: the text of
 * {@link EventHeaders#DLT_REASON}. The first that holds, in the order of declaration, is
 * the one that is given. The names are the names on the wire.
 */
public enum DeadLetterReason {

	/**
	 * An attribute of the CloudEvent is missing or ill-formed, or there is no CloudEvent
	 * at all.
	 */
	NOT_A_CLOUD_EVENT,

	/** No command of this topic has that type. */
	UNKNOWN_TYPE,

	/** There is no {@code data}, or it breaks a rule. */
	MALFORMED_DATA,

	/** The key of the record is not the one that {@link Command#key()} demands. */
	KEY_MISMATCH,

	/**
	 * Its id is that of a command that came in another record and is not the same:
	 * another type, key or data.
	 */
	ID_REUSED,

	/**
	 * The record could not be read from the log at all, and an operator has passed over
	 * it. There is no key, no value and no header of the record.
	 */
	UNREADABLE,

	/**
	 * Applying it failed, alone too, and after everything transient had been ruled out.
	 */
	UNPROCESSABLE

}
