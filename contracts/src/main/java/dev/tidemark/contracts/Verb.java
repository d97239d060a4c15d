package dev.tidemark.contracts;

/**
 * What can be asked of an aggregate, whatever its type. The set is closed: an aggregate
 * has commands of its own, and each is one of these.
 */
public enum Verb {

	/** Asks for a new aggregate. */
	CREATE,

	/** Asks for another state of one that exists. */
	CHANGE,

	/** Asks for an aggregate to be gone. */
	DELETE,

	/** Asks for how it stands to be published again, whether it exists or not. */
	REPUBLISH,

	/** Asks for what waits to be taken up again. */
	RESUME;

	/**
	 * Tells whether a command can be meant for one version only.
	 * @return whether {@code expectedversion} counts
	 */
	public boolean heedsExpectedVersion() {
		return switch (this) {
			case CHANGE, DELETE -> true;
			case CREATE, REPUBLISH, RESUME -> false;
		};
	}

}
