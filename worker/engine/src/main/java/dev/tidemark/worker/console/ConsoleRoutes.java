package dev.tidemark.worker.console;

import java.net.URI;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Semaphore;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import dev.tidemark.worker.deadletter.DeadLetters;
import dev.tidemark.worker.deadletter.NotReplayableException;
import dev.tidemark.worker.envelope.Coordinates;

/**
 * The page, what it shows, and the two things that it can be asked to do.
 */
final class ConsoleRoutes {

	private static final Logger logger = LoggerFactory.getLogger(ConsoleRoutes.class);

	private static final int LONGEST_KEY = 255;

	private final Overview overview;

	private final ConsoleDatabase database;

	private final DeadLetters deadLetters;

	/** Each replay opens connections of its own: one at a time. */
	private final Semaphore replaying = new Semaphore(1);

	ConsoleRoutes(Overview overview, ConsoleDatabase database, DeadLetters deadLetters) {
		this.overview = overview;
		this.database = database;
		this.deadLetters = deadLetters;
	}

	RouterFunction<ServerResponse> routes() {
		return RouterFunctions.route()
			.GET(ConsoleSecurity.ROOT, (_) -> ServerResponse.permanentRedirect(URI.create("console/")).build())
			.GET(ConsoleSecurity.ROOT + "/",
					(_) -> ServerResponse.ok().contentType(MediaType.TEXT_HTML).body(page("index.html")))
			.GET(ConsoleSecurity.API + "state", (_) -> ServerResponse.ok().body(this.overview.now()))
			.GET(ConsoleSecurity.API + "look-up", this::lookUp)
			.POST(ConsoleSecurity.API + "replay", this::replay)
			.resources(ConsoleSecurity.ROOT + "/**", page(""))
			.build();
	}

	private static ClassPathResource page(String file) {
		return new ClassPathResource("console/" + file);
	}

	private ServerResponse lookUp(ServerRequest request) {
		String text = request.param("text").orElse("");
		if (text.isEmpty() || text.codePointCount(0, text.length()) > LONGEST_KEY || text.indexOf('\0') >= 0) {
			return problem(HttpStatus.BAD_REQUEST,
					"text: must be a command id, a task id or a username, of 1 to 255 characters");
		}
		try {
			return ServerResponse.ok().body(this.database.find(text));
		}
		catch (SQLException | DataAccessException ex) {
			return problem(HttpStatus.SERVICE_UNAVAILABLE,
					"The database tells nothing just now: " + Refreshed.inOneLine(ex));
		}
	}

	private ServerResponse replay(ServerRequest request) throws Exception {
		Coordinates place = place(request);
		if (place == null) {
			return problem(HttpStatus.BAD_REQUEST, "place: must be TOPIC-PARTITION@OFFSET");
		}
		if (!this.replaying.tryAcquire()) {
			return problem(HttpStatus.CONFLICT, "Another dead letter is being replayed: try again");
		}
		try {
			Coordinates went = this.deadLetters.replay(place);
			if (went == null) {
				return problem(HttpStatus.NOT_FOUND, place + " is there no more");
			}
			logger.info("Dead letter {} was replayed from the console by {}, as {}", place,
					request.remoteAddress().map((address) -> address.getAddress().getHostAddress()).orElse("?"), went);
			this.overview.replayed();
			return ServerResponse.ok().body(Map.of("record", went.toString()));
		}
		catch (NotReplayableException | IllegalArgumentException ex) {
			return problem(HttpStatus.UNPROCESSABLE_CONTENT, String.valueOf(ex.getMessage()));
		}
		catch (KafkaException ex) {
			return problem(HttpStatus.SERVICE_UNAVAILABLE,
					"Kafka does not answer just now; it is not known to be sent. "
							+ "Replay it again: twice is harmless");
		}
		finally {
			this.replaying.release();
		}
	}

	private static @Nullable Coordinates place(ServerRequest request) throws Exception {
		try {
			String place = request.body(Replay.class).place();
			return (place != null) ? Coordinates.parse(place) : null;
		}
		catch (HttpMessageNotReadableException ex) {
			return null;
		}
	}

	private static ServerResponse problem(HttpStatus status, String message) {
		return ServerResponse.status(status).body(Map.of("message", message));
	}

	/** Which dead letter is to be replayed. */
	private record Replay(@Nullable String place) {
	}

}
