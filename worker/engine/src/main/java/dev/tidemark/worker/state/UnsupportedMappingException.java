package dev.tidemark.worker.state;

/**
 * An entity, or the table that it is mapped to, is not what the engine needs to read and
 * write its rows in sets. The message names each attribute or column, and what is the
 * matter with it.
 */
public final class UnsupportedMappingException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Says what is in the way.
	 * @param message all of it
	 */
	public UnsupportedMappingException(String message) {
		super(message);
	}

}
