package dev.tidemark.benchmark;

import java.time.Instant;
import java.util.UUID;

/**
 * A command, ready to be sent.
 *
 * @param id the command id
 * @param type the type on the wire
 * @param taskId the task's key
 * @param time when it was asked for
 * @param data the data, as JSON
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes to be sent, never compared.
record TimedCommand(UUID id, String type, UUID taskId, Instant time, byte[] data) {
}
