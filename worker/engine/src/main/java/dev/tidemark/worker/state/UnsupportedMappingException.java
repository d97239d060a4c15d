package dev.tidemark.worker.state;

/**
 * An entity is mapped in a way in which its rows can't be read and written in sets. The
 * message names each attribute that is in the way, and its type.
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
