package dev.tidemark.worker.envelope;

import org.jspecify.annotations.Nullable;

/**
 * What of a record has not been kept, as no command can have it: it would only fill the
 * memory.
 *
 * @param keyBytes how many bytes the key had; null if it is there
 * @param valueBytes how many bytes the value had; null if it is there
 * @param valueSha256 of the value, in hexadecimal digits; null if it is there
 */
public record LeftOut(@Nullable Integer keyBytes, @Nullable Integer valueBytes, @Nullable String valueSha256) {

	/**
	 * Says what has been left out.
	 * @param keyBytes how many bytes the key had; null if it is there
	 * @param valueBytes how many bytes the value had; null if it is there
	 * @param valueSha256 of the value; null if it is there
	 * @return what has been left out; null if nothing has
	 */
	public static @Nullable LeftOut of(@Nullable Integer keyBytes, @Nullable Integer valueBytes,
			@Nullable String valueSha256) {
		return (keyBytes != null || valueBytes != null) ? new LeftOut(keyBytes, valueBytes, valueSha256) : null;
	}

}
