package dev.tidemark.worker.deadletter;

import dev.tidemark.worker.envelope.Coordinates;

/**
 * A dead letter cannot be sent back: nobody knows for certain where it came from, or it
 * would not be taken there. It stays where it lies.
 */
public final class NotReplayableException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	NotReplayableException(Coordinates place, String why) {
		super(place + " cannot be replayed: " + why);
	}

}
