package dev.tidemark.worker.observability;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.IdGenerator;

import dev.tidemark.worker.envelope.Coordinates;

/**
 * Derives a span's id from the command and its record, so that what is published again
 * carries the same id, byte for byte.
 */
final class CommandIds implements IdGenerator {

	/** The step that a command is at, each with a span of its own. */
	enum Step {

		/** Its record has been read. */
		RECEIVED,

		/** It had to wait, and has been taken up. */
		TAKEN_UP

	}

	private static final ScopedValue<String> CHOSEN = ScopedValue.newInstance();

	private static final int TRACE_ID_DIGITS = 32;

	private static final int SPAN_ID_DIGITS = 16;

	/**
	 * Starts a span with ids of its own.
	 * @param commandId the command's id
	 * @param coordinates the command's record
	 * @param step what has happened to it
	 * @param start starts the span, on this thread
	 * @return the span
	 */
	static Span chosenFor(UUID commandId, Coordinates coordinates, Step step,
			ScopedValue.CallableOp<Span, RuntimeException> start) {
		return ScopedValue.where(CHOSEN, hash(commandId + " " + coordinates + " " + step)).call(start);
	}

	private static String hash(String text) {
		try {
			return HexFormat.of()
				.formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every JDK has SHA-256", ex);
		}
	}

	@Override
	public String generateTraceId() {
		return CHOSEN.get().substring(0, TRACE_ID_DIGITS);
	}

	@Override
	public String generateSpanId() {
		return CHOSEN.get().substring(TRACE_ID_DIGITS, TRACE_ID_DIGITS + SPAN_ID_DIGITS);
	}

}
