package dev.tidemark.worker.batch;

/**
 * The database belongs to another consumer group, which would publish everything once
 * more. The message says in one line what helps.
 */
public final class OtherGroupException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	OtherGroupException(String group, String other) {
		super(("the database belongs to the consumer group '%s', and TIDEMARK_GROUP_ID is '%s': two groups would publish "
				+ "everything twice. Set it as it was; or, to go on with this one, stop the workers of the other and run "
				+ "'realign'")
			.formatted(other, group));
	}

}
