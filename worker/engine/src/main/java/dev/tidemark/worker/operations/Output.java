package dev.tidemark.worker.operations;

import java.io.PrintStream;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SequenceWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a tool says what there is to say: data to standard output, the rest to standard
 * error. Whatever somebody has sent is safe on a terminal when it has come through here.
 */
final class Output {

	/**
	 * In ASCII, which needs no agreement on an encoding, and has no character that a
	 * terminal obeys.
	 */
	private static final ObjectWriter JSON = JsonMapper
		.builder(JsonFactory.builder()
			.enable(JsonWriteFeature.ESCAPE_NON_ASCII)
			.disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
			.build())
		.build()
		.writer();

	private static final long REWRITE_NANOS = 200_000_000L;

	private static final long LINE_NANOS = 10_000_000_000L;

	private final PrintStream out;

	private final PrintStream err;

	private final boolean terminal;

	private long lastProgress = System.nanoTime();

	private int progressLength;

	/**
	 * Writes to streams.
	 * @param out takes data
	 * @param err takes errors and progress
	 * @param terminal whether somebody watches progress on a terminal
	 */
	Output(PrintStream out, PrintStream err, boolean terminal) {
		this.out = out;
		this.err = err;
		this.terminal = terminal;
	}

	/** Prints a line of data. */
	void line(String text) {
		clear();
		this.out.println(safe(text));
	}

	/**
	 * Prints a line of a list, which may be long.
	 * @throws OutputGoneException if nobody takes it any more
	 */
	void entry(String text) {
		line(text);
		check();
	}

	/**
	 * Has what has been written so far go out.
	 * @throws OutputGoneException if nobody takes it any more
	 */
	void check() {
		if (this.out.checkError()) {
			throw new OutputGoneException();
		}
	}

	/** Prints lines as they are, which nobody else has had a hand in. */
	void block(String lines) {
		this.out.print(lines);
	}

	/** Prints a line that is no data. */
	void error(String text) {
		clear();
		this.err.println(safe(text.lines().map(String::strip).reduce((first, next) -> first + "; " + next).orElse("")));
	}

	/** Prints a value for programs. */
	void json(Object value) {
		clear();
		this.out.println(JSON.writeValueAsString(value));
	}

	/** Begins a list for programs, to be closed. */
	SequenceWriter jsonList() {
		clear();
		return JSON.writeValuesAsArray(this.out);
	}

	/** Ends the line of a list for programs. */
	void endList() {
		this.out.println();
	}

	/**
	 * Tells how far it has got: now and then a line, on a terminal always the same one.
	 * @param text makes the text when it is needed
	 */
	void progress(Supplier<String> text) {
		long now = System.nanoTime();
		if (now - this.lastProgress < (this.terminal ? REWRITE_NANOS : LINE_NANOS)) {
			return;
		}
		this.lastProgress = now;
		String line = safe(text.get());
		if (!this.terminal) {
			this.err.println(line);
			return;
		}
		this.err.print("\r" + line + " ".repeat(Math.max(0, this.progressLength - line.length())));
		this.err.flush();
		this.progressLength = line.length();
	}

	private void clear() {
		if (this.progressLength > 0) {
			this.err.print("\r" + " ".repeat(this.progressLength) + "\r");
			this.err.flush();
			this.progressLength = 0;
		}
	}

	/**
	 * Writes what a terminal would obey, or what would change how a line reads, as its
	 * code.
	 */
	static String safe(@Nullable String text) {
		if (text == null) {
			return "-";
		}
		StringBuilder safe = new StringBuilder(text.length());
		text.codePoints().forEach((point) -> {
			switch (Character.getType(point)) {
				case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
						Character.PARAGRAPH_SEPARATOR, Character.UNASSIGNED, Character.PRIVATE_USE ->
					safe.append("\\u{%x}".formatted(point));
				default -> safe.appendCodePoint(point);
			}
		});
		return safe.toString();
	}

}
