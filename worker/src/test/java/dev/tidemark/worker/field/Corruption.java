package dev.tidemark.worker.field;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.MutableRecordBatch;

import dev.tidemark.worker.stack.Stack;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A byte on the broker's disk that is not what was written. The broker need not be
 * stopped for it: it hands out what is in the system's page cache, in which every process
 * sees what another has written; so it can be mended under everybody's feet, too.
 */
final class Corruption {

	private static final int FLIPPED = 0xff;

	private final Path segment;

	private final long position;

	private Corruption(Path segment, long position) {
		this.segment = segment;
		this.position = position;
	}

	/**
	 * Flips a byte amid the batch that has a record. The test is skipped if the broker's
	 * disk is out of reach.
	 */
	static Corruption of(Stack stack, RecordMetadata record) {
		Optional<Path> log = stack.log(new TopicPartition(record.topic(), record.partition()));
		assumeTrue(log.isPresent(), "The broker's disk is out of reach: a corrupt batch was NOT tried");
		Corruption corruption = find(segment(log.orElseThrow(), record.offset()), record.offset());
		corruption.flip();
		return corruption;
	}

	/** The last one that begins at the record or before it. */
	private static Path segment(Path log, long offset) {
		try (Stream<Path> files = Files.list(log)) {
			return files.filter((file) -> file.toString().endsWith(".log"))
				.filter((file) -> base(file) <= offset)
				.max((one, other) -> Long.compare(base(one), base(other)))
				.orElseThrow();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static long base(Path segment) {
		return Long.parseLong(segment.getFileName().toString().replace(".log", ""));
	}

	private static Corruption find(Path segment, long offset) {
		try {
			long position = 0;
			for (MutableRecordBatch batch : MemoryRecords.readableRecords(ByteBuffer.wrap(Files.readAllBytes(segment)))
				.batches()) {
				if (batch.baseOffset() <= offset && offset <= batch.lastOffset()) {
					// Behind the header, which says how long the batch is.
					return new Corruption(segment, position + batch.sizeInBytes() - 2);
				}
				position += batch.sizeInBytes();
			}
			throw new IllegalStateException("no batch of %s has offset %d: %s".formatted(segment, offset,
					List.of(segment.toFile().length(), position)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Writes what was there. */
	void mend() {
		flip();
	}

	private void flip() {
		try (RandomAccessFile file = new RandomAccessFile(this.segment.toFile(), "rw")) {
			file.seek(this.position);
			int before = file.read();
			file.seek(this.position);
			file.write(before ^ FLIPPED);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
