package dev.tidemark.worker.proof;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * librdkafka, as the program kcat has it.
 * <p>
 * All records of one run of kcat have the same headers, so each order is a run of its
 * own, half of them a transaction of its own. Key and value go through standard input,
 * with delimiters that are in neither, and so may have any bytes; headers are arguments,
 * and so may have only some. kcat chooses the partition by itself, as the contract asks
 * of it, unless it is to choose a wrong one; and the timestamp in any case.
 */
final class KcatSender implements Sender {

	private static final String PROGRAM = "kcat";

	private static final String KEY_END = "<key ends>";

	private static final String VALUE_END = "<value ends>";

	private static final Pattern DELIVERED = Pattern.compile("delivered to partition (\\d+) \\(offset (\\d+)\\)");

	private final String bootstrapServers;

	private final String codec;

	private final String transactionalId;

	private int runs;

	KcatSender(String bootstrapServers, String codec, String transactionalId) {
		this.bootstrapServers = bootstrapServers;
		this.codec = codec;
		this.transactionalId = transactionalId;
	}

	static boolean isInstalled() {
		return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.anyMatch((directory) -> new File(directory, PROGRAM).canExecute());
	}

	@Override
	public String name() {
		return "kcat " + this.codec;
	}

	@Override
	public boolean takes(Order order) {
		ProducerRecord<byte[], byte[]> record = order.record();
		if (order.aborted() || !Senders.fitsUncompressed(record)) {
			return false;
		}
		// Without a key, kcat takes a value of no bytes for no record at all.
		boolean something = record.key() != null || (record.value() != null && record.value().length > 0);
		return something && !text(record.key()).contains(KEY_END) && !text(record.value()).contains(VALUE_END)
				&& Arrays.stream(record.headers().toArray()).allMatch(KcatSender::isArgument);
	}

	private static boolean isArgument(Header header) {
		return !header.key().isEmpty() && !header.key().contains("=") && isArgument(header.key())
				&& (header.value() == null || isArgument(text(header.value())));
	}

	/** ASCII is the same in every locale. */
	private static boolean isArgument(String text) {
		return text.chars().allMatch((character) -> character > 0 && character < 0x80);
	}

	/** A character for each byte. */
	private static String text(byte @Nullable [] bytes) {
		return (bytes != null) ? new String(bytes, StandardCharsets.ISO_8859_1) : "";
	}

	/** A run takes much longer than a record does. */
	@Override
	public int capacity() {
		return 10;
	}

	/** kcat ends when it has lost its last broker. */
	@Override
	public boolean isPatient() {
		return false;
	}

	@Override
	public Map<TopicPartition, Long> send(List<Order> orders) {
		Map<TopicPartition, Long> last = new HashMap<>();
		for (Order order : orders) {
			Matcher delivered = DELIVERED.matcher(run(command(order), input(order.record())));
			if (!delivered.find()) {
				throw new IllegalStateException("kcat does not say where number %d is".formatted(order.number()));
			}
			last.merge(new TopicPartition(order.record().topic(), Integer.parseInt(delivered.group(1))),
					Long.parseLong(delivered.group(2)), Math::max);
		}
		return last;
	}

	private List<String> command(Order order) {
		ProducerRecord<byte[], byte[]> record = order.record();
		List<String> command = new ArrayList<>(List.of(PROGRAM, "-P", "-vv", "-b", this.bootstrapServers, "-t",
				record.topic(), "-z", this.codec, "-D", VALUE_END, "-X"));
		command.add((this.runs++ % 2 == 0) ? "enable.idempotence=true" : "transactional.id=" + this.transactionalId);
		if (order.misplaced()) {
			command.addAll(List.of("-p", record.partition().toString()));
		}
		else {
			command.addAll(List.of("-X", "partitioner=murmur2_random"));
		}
		if (record.key() != null) {
			command.addAll(List.of("-K", KEY_END));
		}
		if (record.value() == null) {
			command.add("-Z");
		}
		record.headers().forEach((header) -> {
			command.add("-H");
			command.add((header.value() != null) ? header.key() + "=" + text(header.value()) : header.key());
		});
		return command;
	}

	private static byte[] input(ProducerRecord<byte[], byte[]> record) {
		ByteArrayOutputStream input = new ByteArrayOutputStream();
		if (record.key() != null) {
			input.writeBytes(record.key());
			input.writeBytes(KEY_END.getBytes(StandardCharsets.US_ASCII));
		}
		if (record.value() != null) {
			input.writeBytes(record.value());
		}
		return input.toByteArray();
	}

	private static String run(List<String> command, byte[] input) {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			try (OutputStream stdin = process.getOutputStream()) {
				stdin.write(input);
			}
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (process.waitFor() != 0) {
				throw new IllegalStateException("kcat could not send a command: " + output);
			}
			return output;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** What was sent is to be seen already. */
	@Override
	public void end(boolean abort) {
		if (abort) {
			throw new UnsupportedOperationException("kcat takes nothing that is to be aborted");
		}
	}

	@Override
	public void close() {
		// Nothing runs between two orders.
	}

}
