package dev.tidemark.worker.intake;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's codecs, each tried before the first record comes. A sender chooses its codec,
 * and two of them are native libraries that have to be loaded from a file. Where that
 * cannot be, the first compressed record would stop its partition, be it in a year.
 */
final class Codecs {

	private static final byte[] SAMPLE = new byte[512];

	private Codecs() {
	}

	/**
	 * Packs and unpacks some bytes with each of Kafka's codecs.
	 * @throws UnusableCodecException if one of them does not work
	 */
	static void verify() {
		for (CompressionType codec : CompressionType.values()) {
			try {
				if (!Arrays.equals(unpack(codec, pack(codec)), SAMPLE)) {
					throw new IOException("what was packed is unpacked as something else");
				}
			}
			catch (IOException | RuntimeException | LinkageError ex) {
				throw new UnusableCodecException(codec, reason(codec, ex), ex);
			}
		}
	}

	private static ByteBuffer pack(CompressionType codec) throws IOException {
		ByteBufferOutputStream packed = new ByteBufferOutputStream(2 * SAMPLE.length);
		try (OutputStream stream = Compression.of(codec)
			.build()
			.wrapForOutput(packed, RecordBatch.CURRENT_MAGIC_VALUE)) {
			stream.write(SAMPLE);
		}
		return packed.buffer().flip();
	}

	private static byte[] unpack(CompressionType codec, ByteBuffer packed) throws IOException {
		try (InputStream stream = Compression.of(codec)
			.build()
			.wrapForInput(packed, RecordBatch.CURRENT_MAGIC_VALUE, BufferSupplier.NO_CACHING)) {
			return stream.readAllBytes();
		}
	}

	private static String reason(CompressionType codec, Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		String said = String.valueOf(root.getMessage()).lines().findFirst().orElse("") + ". ";
		String property = library(codec);
		if (property == null) {
			return said + "Kafka's client and its libraries do not belong together";
		}
		String library = System.getProperty(property);
		if (library != null) {
			return said + "Its library is looked for at %s, by the system property %s".formatted(library, property);
		}
		return said
				+ ("Its library is unpacked into %s, where it must be allowed to write, and to run what was written "
						+ "(a tmpfs of Docker's is mounted noexec): name another directory, "
						+ "by JDK_JAVA_OPTIONS=-Djava.io.tmpdir=DIRECTORY")
					.formatted(System.getProperty("java.io.tmpdir"));
	}

	/** The system property that says where the codec's native library is. */
	private static @Nullable String library(CompressionType codec) {
		return switch (codec) {
			case SNAPPY -> "org.xerial.snappy.lib.path";
			case ZSTD -> "ZstdNativePath";
			// The JDK's, and one that does without its library, though slower.
			case NONE, GZIP, LZ4 -> null;
		};
	}

}
