package dev.tidemark.worker.operations;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.SequenceWriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a tool says is safe on a terminal, and easy for programs.
 */
class OutputTests {

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private final ByteArrayOutputStream err = new ByteArrayOutputStream();

	private final Output output = new Output(new PrintStream(this.out, true, StandardCharsets.UTF_8),
			new PrintStream(this.err, true, StandardCharsets.UTF_8), false);

	@Test
	void textThatPeopleReadStaysAsItIs() {
		assertThat(Output.safe("Grüße, 你好, مراجعة 😀 \"\\\" $1")).isEqualTo("Grüße, 你好, مراجعة 😀 \"\\\" $1");
		assertThat(Output.safe(null)).isEqualTo("-");
		assertThat(Output.safe("")).isEmpty();
	}

	@Test
	void whatATerminalObeysIsWrittenAsItsCode() {
		assertThat(Output.safe("a\u001b[31mb\r\n\tc\u0007\u009b"))
			.isEqualTo("a\\u{1b}[31mb\\u{d}\\u{a}\\u{9}c\\u{7}\\u{9b}");
		assertThat(Output.safe("\u202egnp\u200b\u2028\u2029\ufeff"))
			.isEqualTo("\\u{202e}gnp\\u{200b}\\u{2028}\\u{2029}\\u{feff}");
		assertThat(Output.safe("\ud800 \ue000")).isEqualTo("\\u{d800} \\u{e000}");
	}

	@Test
	void dataAndErrorsGoDifferentWays() {
		this.output.line("data\u001b");
		this.output.error("wrong\n  for two reasons \n");
		assertThat(this.out.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("data\\u{1b}");
		assertThat(this.err.toString(StandardCharsets.UTF_8)).hasLineCount(1)
			.isEqualToIgnoringNewLines("wrong; for two reasons");
	}

	@Test
	void jsonIsInAscii() {
		this.output.json(Map.of("title", "潮\u001b\u202e😀"));
		assertThat(this.out.toString(StandardCharsets.US_ASCII).strip())
			.isEqualToIgnoringCase("{\"title\":\"\\u6f6e\\u001b\\u202e\\ud83d\\ude00\"}");
	}

	@Test
	void aListIsOneArrayAndTheOutputGoesOn() {
		try (SequenceWriter list = this.output.jsonList()) {
			list.write(List.of(1));
			list.write("é");
		}
		this.output.endList();
		this.output.line("more");
		assertThat(this.out.toString(StandardCharsets.UTF_8).lines()).containsExactly("[[1],\"\\u00E9\"]", "more");
	}

	@Test
	void whoHasNobodyToReadGoesNoFurther() {
		Output closed = new Output(new PrintStream(new OutputStream() {

			@Override
			public void write(int b) throws IOException {
				throw new IOException("Broken pipe");
			}

		}, true, StandardCharsets.UTF_8), new PrintStream(this.err, true, StandardCharsets.UTF_8), false);
		assertThatExceptionOfType(OutputGoneException.class).isThrownBy(() -> closed.entry("first"));
	}

	@Test
	void whatIsSoonDoneHasNoProgressToTell() {
		this.output.progress(() -> "1 of 2");
		assertThat(this.err.toString(StandardCharsets.UTF_8)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "PT0.04S, 0.0 s", "PT0.05S, 0.1 s", "PT59.9S, 59.9 s", "PT1M, 1 min 0 s", "PT59M59S, 59 min 59 s",
			"PT1H, 1 h 0 min", "PT26H3M, 26 h 3 min" })
	void aDurationIsAsExactAsOneCaresFor(Duration duration, String text) {
		assertThat(Republish.duration(duration.toNanos())).isEqualTo(text);
	}

	@Test
	void numbersHaveCommasWhereverOneIs() {
		assertThat(Republish.number(1_234_567)).isEqualTo("1,234,567");
	}

}
