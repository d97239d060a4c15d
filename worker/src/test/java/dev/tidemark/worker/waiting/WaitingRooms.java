package dev.tidemark.worker.waiting;

import java.time.Duration;

import org.springframework.mock.env.MockEnvironment;

/**
 * Rooms for those who may have to wait.
 */
public final class WaitingRooms {

	static final RetryProperties RETRY = new RetryProperties(Duration.ofMillis(500), Duration.ofSeconds(10));

	private WaitingRooms() {
	}

	/**
	 * Returns a room in which nobody waits.
	 * @return the room
	 */
	public static WaitingRoom empty() {
		return new WaitingRoom(RETRY,
				new MockEnvironment().withProperty("spring.datasource.url", "jdbc:postgresql://db:5432/tidemark")
					.withProperty("spring.kafka.bootstrap-servers", "kafka:9092"));
	}

}
