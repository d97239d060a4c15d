package dev.tidemark.worker.intake;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PollBudgetTests {

	private final PollBudget budget = new PollBudget();

	private final Deserializer<Payload> keys = this.budget.keys();

	private final Deserializer<Payload> values = this.budget.values();

	@Test
	void aPollTakesAsManyRecordsAsFit() {
		this.budget.renew();
		for (int i = 0; i < 4; i++) {
			take(10, PollBudget.POLL_BYTES / 4 - 10);
		}
		assertThatThrownBy(() -> take(0, 1)).hasMessageContaining("as many bytes as it may have");
	}

	@Test
	void whatDidNotFitIsTakenByTheNextPoll() {
		this.budget.renew();
		take(10, 600_000);
		assertThatThrownBy(() -> take(10, 600_000)).isInstanceOf(RuntimeException.class);
		this.budget.renew();
		assertThatCode(() -> take(10, 600_000)).doesNotThrowAnyException();
	}

	@Test
	void aPollAlwaysTakesOneRecord() {
		this.budget.renew();
		this.keys.deserialize("topic", new RecordHeaders(), ByteBuffer.allocate(PollBudget.PAYLOAD_BYTES));
		assertThatCode(() -> this.values.deserialize("topic", new RecordHeaders(),
				ByteBuffer.allocate(PollBudget.PAYLOAD_BYTES)))
			.doesNotThrowAnyException();
	}

	@Test
	void headersCountToo() {
		this.budget.renew();
		take(10, 10);
		Headers headers = new RecordHeaders().add("large", new byte[PollBudget.POLL_BYTES]);
		ByteBuffer value = ByteBuffer.allocate(10);
		assertThatThrownBy(() -> this.values.deserialize("topic", headers, value)).isInstanceOf(RuntimeException.class);
	}

	@Test
	void keysOfRecordsWithoutValuesCountWithTheNextRecord() {
		this.budget.renew();
		take(10, 10);
		this.keys.deserialize("topic", new RecordHeaders(), ByteBuffer.allocate(PollBudget.POLL_BYTES));
		assertThatThrownBy(() -> take(10, 10)).isInstanceOf(RuntimeException.class);
	}

	@Test
	void whatNoCommandCanHaveIsNotKeptAndDoesNotCount() {
		this.budget.renew();
		take(10, 10);
		ByteBuffer large = ByteBuffer.allocate(PollBudget.PAYLOAD_BYTES + 1);
		Payload value = value(large);
		assertThat(value.bytes()).isNull();
		assertThat(value.size()).isEqualTo(PollBudget.PAYLOAD_BYTES + 1);
		// printf '\0%.0s' {1..1048577} | sha256sum
		assertThat(value.sha256()).isEqualTo("2cb74edba754a81d121c9db6833704a8e7d417e5b13d1a19f4a52f007d644264");
		assertThat(large.remaining()).isEqualTo(PollBudget.PAYLOAD_BYTES + 1);
	}

	@Test
	void bytesAreThoseThatCame() {
		ByteBuffer buffer = ByteBuffer.wrap("xxvaluexx".getBytes(StandardCharsets.UTF_8), 2, 5).slice();
		this.budget.renew();
		Payload value = value(buffer);
		assertThat(value.bytes()).asString(StandardCharsets.UTF_8).isEqualTo("value");
		assertThat(value(buffer).bytes()).as("again, by the next poll").asString().isEqualTo("value");
	}

	private void take(int keyBytes, int valueBytes) {
		this.keys.deserialize("topic", new RecordHeaders(), ByteBuffer.allocate(keyBytes));
		value(ByteBuffer.allocate(valueBytes));
	}

	private Payload value(ByteBuffer buffer) {
		@Nullable Payload payload = this.values.deserialize("topic", new RecordHeaders(), buffer);
		return Objects.requireNonNull(payload);
	}

}
