package dev.tidemark.contracts.user;

import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Snapshot;

/**
 * A user as a command has left it: the {@code data} of a snapshot event. It has no
 * password and no hash. All times are times of commands. In JSON every member is there;
 * readers ignore members that they don't know.
 *
 * @param username the name of the user, and the record's key
 * @param createdAt the time of the command that registered the user, cut to microseconds
 * @param updatedAt the time of the command that changed the user last, cut to
 * microseconds
 * @param version how many commands made the user what it is: 1 after the registration,
 * one more after each change
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonPropertyOrder({ "username", "createdAt", "updatedAt", "version" })
public record UserSnapshot(String username, @JsonFormat(shape = JsonFormat.Shape.STRING) Instant createdAt,
		@JsonFormat(shape = JsonFormat.Shape.STRING) Instant updatedAt, long version) implements Snapshot {

	@Override
	public EventType eventType() {
		return Users.TYPE.snapshot();
	}

}
