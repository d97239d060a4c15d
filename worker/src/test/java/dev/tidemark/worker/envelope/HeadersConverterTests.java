package dev.tidemark.worker.envelope;

import java.nio.charset.StandardCharsets;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a record has while it waits is what it had when it came.
 */
class HeadersConverterTests {

	private final HeadersConverter headers = new HeadersConverter();

	private final TracingConverter tracing = new TracingConverter();

	@Test
	void headersKeepTheirOrderTheirRepetitionsAndTheirBytes() {
		Headers came = new RecordHeaders().add("b", new byte[] { 0, -1, 127 })
			.add("a", new byte[0])
			.add("b", null)
			.add("\u2713 \"", "text".getBytes(StandardCharsets.UTF_8));
		assertThat(this.headers.convertToEntityAttribute(this.headers.convertToDatabaseColumn(came))).isEqualTo(came);
	}

	@Test
	void aRecordMayHaveNoHeaders() {
		assertThat(this.headers.convertToDatabaseColumn(new RecordHeaders())).isEqualTo("[]");
		assertThat(this.headers.convertToEntityAttribute("[]")).isEmpty();
	}

	/** Rows of releases before this one have it. */
	@Test
	void headersAreReadAsTheyWereEverWritten() {
		assertThat(this.headers
			.convertToEntityAttribute("[{\"name\":\"a\",\"value\":\"AP8=\"},{\"name\":\"b\",\"value\":null}]"))
			.isEqualTo(new RecordHeaders().add("a", new byte[] { 0, -1 }).add("b", null));
	}

	@Test
	void nothingToPassOnIsNothingToKeep() {
		assertThat(this.tracing.convertToDatabaseColumn(null)).isNull();
		assertThat(this.tracing.convertToDatabaseColumn(Tracing.NONE)).isNull();
		assertThat(this.tracing.convertToEntityAttribute(null)).isNull();
	}

}
