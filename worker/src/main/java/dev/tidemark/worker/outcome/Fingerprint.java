package dev.tidemark.worker.outcome;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Command;

/**
 * What the log remembers of a command's data, to tell a duplicate from another command
 * that came with the same id. It is kept for as long as the log, so it must stay as it
 * is.
 */
final class Fingerprint {

	private Fingerprint() {
	}

	/**
	 * Takes the fingerprint of what a command's data say, in whichever form they came.
	 * @param command the command
	 * @return the CRC32C of its data, each text with its length before it, so that no two
	 * data are the same bytes
	 */
	static int of(Command command) {
		CRC32C crc = new CRC32C();
		command.data().forEach((name, value) -> {
			add(name, crc);
			add(value, crc);
		});
		return (int) crc.getValue();
	}

	private static void add(@Nullable String text, CRC32C crc) {
		if (text == null) {
			addLength(-1, crc);
			return;
		}
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		addLength(bytes.length, crc);
		crc.update(bytes, 0, bytes.length);
	}

	private static void addLength(int length, CRC32C crc) {
		for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
			crc.update(length >>> shift);
		}
	}

}
