package dev.tidemark.contracts.post;

import java.time.Instant;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Snapshot;

/**
 * A post as a command has left it: the {@code data} of a snapshot event. All times are
 * times of commands. In JSON every member is there, those that are null too; readers
 * ignore members that they don't know.
 *
 * @param postId the id of the post, and the record's key
 * @param title 1 to 1,024 code points
 * @param text at most 65,536 code points, or null for none
 * @param username whose post it is
 * @param createdAt the time of the command that created it, cut to microseconds
 * @param updatedAt the time of the command that changed it last, cut to microseconds
 * @param version how many commands made it what it is: 1 after its creation, one more
 * after each change
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonPropertyOrder({ "postId", "title", "text", "username", "createdAt", "updatedAt", "version" })
public record PostSnapshot(UUID postId, String title, @Nullable String text, String username,
		@JsonFormat(shape = JsonFormat.Shape.STRING) Instant createdAt,
		@JsonFormat(shape = JsonFormat.Shape.STRING) Instant updatedAt, long version) implements Snapshot {

	@Override
	public EventType eventType() {
		return Posts.TYPE.snapshot();
	}

}
