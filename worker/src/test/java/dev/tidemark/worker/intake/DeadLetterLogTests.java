package dev.tidemark.worker.intake;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.envelope.ReceivedRecord;
import dev.tidemark.worker.publication.Event.DeadLetter;
import dev.tidemark.worker.waiting.LogLines;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each dead letter has its line, but for a flood of them.
 */
class DeadLetterLogTests {

	private static final String ID = "8c0a6dd0-1f9b-4d0c-9a9a-6a3f4f1d2b10";

	private final LogLines log = new LogLines(DeadLetterLog.class);

	private long now = -17;

	private final DeadLetterLog letters = new DeadLetterLog(() -> this.now);

	@AfterEach
	void listenNoMore() {
		this.log.close();
	}

	@Test
	void aLineSaysWhereItIsWhatItWasAndWhatIsWrong() {
		this.letters.published(letter(DeadLetterReason.MALFORMED_DATA, ID));
		assertThat(this.log.said()).containsExactly(
				"WARN task.commands-3@17, command " + ID + ", is a dead letter: MALFORMED_DATA, title: is missing");
		assertThat(this.log.fields("command_id")).containsExactly(ID);
		assertThat(this.log.fields("reason")).containsExactly("MALFORMED_DATA");
		assertThat(this.log.fields("offset")).containsExactly("17");
	}

	@Test
	void whatFailsAloneIsAnError() {
		this.letters.published(letter(DeadLetterReason.UNPROCESSABLE, ID));
		assertThat(this.log.said()).singleElement().asString().startsWith("ERROR ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "hunter2", "\u001b[31m", "8c0a6dd0-1f9b-4d0c-9a9a-6a3f4f1d2b10 " })
	void anIdThatIsNoneIsNotSaid(String id) {
		this.letters.published(letter(DeadLetterReason.NOT_A_CLOUD_EVENT, id));
		this.letters.published(letter(DeadLetterReason.NOT_A_CLOUD_EVENT, null));
		assertThat(this.log.said()).hasSize(2)
			.allSatisfy((line) -> assertThat(line).startsWith("WARN task.commands-3@17, command without an id, is"));
		assertThat(this.log.fields("command_id")).isEmpty();
	}

	@Test
	void ofAFloodTheFirstOfEachMinuteHaveTheirLines() {
		publish(25);
		assertThat(this.log.said()).hasSize(21);
		assertThat(this.log.said().getLast()).startsWith("WARN More dead letters come");
		this.log.clear();
		this.now += Duration.ofMinutes(1).toNanos();
		publish(1);
		assertThat(this.log.said()).as("the minute is not over").isEmpty();
		this.now++;
		publish(1);
		assertThat(this.log.said()).hasSize(2);
		assertThat(this.log.said().getFirst()).isEqualTo("WARN 6 more dead letters were not logged one by one");
		publish(19);
		assertThat(this.log.said()).hasSize(21);
	}

	@Test
	void aMinuteWithFewIsNotSpokenOf() {
		publish(20);
		this.now += Duration.ofMinutes(2).toNanos();
		publish(20);
		assertThat(this.log.said()).hasSize(40);
	}

	private void publish(int count) {
		for (int i = 0; i < count; i++) {
			this.letters.published(letter(DeadLetterReason.MALFORMED_DATA, ID));
		}
	}

	private static DeadLetter letter(DeadLetterReason reason, @Nullable String id) {
		RecordHeaders headers = new RecordHeaders();
		headers.add(EventHeaders.CE_ID, (id != null) ? id.getBytes(StandardCharsets.UTF_8) : null);
		return new DeadLetter(new ReceivedRecord(new Coordinates("task.commands", 3, 17), 0, null, null, headers),
				reason, "title: is missing");
	}

}
