package dev.tidemark.worker.settings;

import java.util.TimeZone;

/**
 * Has every session of this process be in UTC. pgjdbc begins each one in the JVM's time
 * zone and has no setting for another; where the server does not know that zone, there is
 * no session.
 */
public final class SessionTimeZone {

	private SessionTimeZone() {
	}

	/**
	 * Puts this process into UTC, in which all of its times are. Whoever is about to
	 * connect calls it first.
	 */
	public static void pin() {
		TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
	}

}
