package dev.tidemark.worker.intake;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

/**
 * A record's key or value as a poll holds it: its bytes, or, of one that no command can
 * have, only what it was.
 *
 * @param bytes the bytes; null if they have been left out
 * @param size how many bytes there were
 * @param sha256 of bytes that have been left out, in hexadecimal digits
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes that pass through, and are never
											// compared.
record Payload(byte @Nullable [] bytes, int size, @Nullable String sha256) {

	static Payload of(ByteBuffer buffer) {
		byte[] bytes = new byte[buffer.remaining()];
		buffer.duplicate().get(bytes);
		return new Payload(bytes, bytes.length, null);
	}

	static Payload leftOut(ByteBuffer buffer) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update(buffer.duplicate());
			return new Payload(null, buffer.remaining(), HexFormat.of().formatHex(digest.digest()));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
