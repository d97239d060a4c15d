package dev.tidemark.worker.envelope;

import java.time.Instant;
import java.util.UUID;

/**
 * The command behind a row or an event.
 *
 * @param commandId the command's id
 * @param time when it was asked for, in whole microseconds: the only clock that rows and
 * events see
 * @param tracing what is passed on
 */
public record Cause(UUID commandId, Instant time, Tracing tracing) {
}
