package dev.tidemark.contracts;

import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * A command that was well formed, but that the state forbade: the {@code data} of
 * {@link EventType#COMMAND_REJECTED}. No row changed. Readers ignore members that they
 * don't know, and take a reason that they don't know for a rejection all the same.
 *
 * @param commandId the id of the command
 * @param commandType the type of the command, as it is on the wire
 * @param key the key of the command's record
 * @param reason why it was rejected
 * @param detail the same for people; its wording may change at any time, and it never has
 * a hash
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonPropertyOrder({ "commandId", "commandType", "key", "reason", "detail" })
public record Rejection(UUID commandId, String commandType, String key, RejectionReason reason, String detail) {

}
