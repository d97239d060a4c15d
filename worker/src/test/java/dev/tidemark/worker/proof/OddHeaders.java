package dev.tidemark.worker.proof;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

import static dev.tidemark.worker.proof.Envelope.header;

/**
 * Headers that mean nothing to anybody, of all sorts that a sender may think of. Within
 * the bounds of the contract a command is as good with them as without.
 */
final class OddHeaders {

	/** How many headers a record may have, by the contract. */
	static final int MAX_COUNT = 256;

	/** How many bytes the names and values of a record's headers may have. */
	static final int MAX_BYTES = 65_536;

	private static final int BULKY = 40_000;

	private OddHeaders() {
	}

	/**
	 * Returns any headers, mostly none; so few and small that there is room for others.
	 */
	static List<Header> any(SplittableRandom random) {
		return switch (random.nextInt(200)) {
			case 0, 1, 2, 3 -> many(random.nextInt(50, 200));
			case 4 -> List.of(binary("x-bulky", random, BULKY));
			case 5, 6, 7, 8 -> List.of(binary("x-binary", random, random.nextInt(64)));
			case 9, 10, 11, 12 -> List.of(new RecordHeader("x-null", (byte[]) null));
			case 13, 14, 15, 16 ->
				List.of(header("x-again", "one"), header("x-again", "two"), new RecordHeader("x-again", (byte[]) null));
			case 17, 18, 19, 20 -> List.of(header("", "no name"), header("naïve 🌊", "Ünïcode"), header("a=b", "c=d"),
					binary("\"in quotes\"", random, 3));
			case 21, 22, 23, 24 -> ofAnEarlierLetter();
			case 25, 26, 27, 28 -> List.of(header("tidemark-replayed-from", "task.commands-dlt-0@7"));
			default -> List.of();
		};
	}

	static List<Header> many(int count) {
		return IntStream.range(0, count).mapToObj((number) -> header("x-many-" + number, "value " + number)).toList();
	}

	/**
	 * Returns what a record has that was a dead letter before and was sent back by
	 * somebody who does not know how.
	 */
	static List<Header> ofAnEarlierLetter() {
		return List.of(header("kafka_dlt-original-topic", "an.earlier.topic"),
				header("tidemark-dlt-reason", "an earlier reason"), header("twice", "one"), header("twice", "two"));
	}

	/**
	 * Returns bytes that are no UTF-8.
	 */
	static byte[] bytes(SplittableRandom random, int count) {
		byte[] bytes = new byte[count + 1];
		random.nextBytes(bytes);
		bytes[count] = (byte) 0xff;
		return bytes;
	}

	private static Header binary(String name, SplittableRandom random, int count) {
		return new RecordHeader(name, bytes(random, count));
	}

	/**
	 * Returns how many bytes headers have.
	 */
	static int size(Iterable<Header> headers) {
		int size = 0;
		for (Header header : headers) {
			size += header.key().getBytes(StandardCharsets.UTF_8).length
					+ ((header.value() != null) ? header.value().length : 0);
		}
		return size;
	}

}
