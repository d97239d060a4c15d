package dev.tidemark.worker.operations;

import java.util.OptionalLong;
import java.util.UUID;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.tidemark.worker.deadletter.UnreadableRecords;
import dev.tidemark.worker.operations.Standing.Verdict;
import dev.tidemark.worker.outcome.KnownPosition;
import dev.tidemark.worker.outcome.LossMark;
import dev.tidemark.worker.outcome.Position;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The topic goes from 100 to 300 in all of these.
 */
class StandingTests {

	private static final TopicPartition PARTITION = new TopicPartition("some.commands", 3);

	private static final UUID TOPIC = new UUID(1, 1);

	@Test
	void whoStandsWhereTheDatabaseIsIsInStep() {
		assertThat(standing(position(180, 200), offset(200))).isEqualTo(is(Verdict.IN_STEP, 200, 200));
		// Set back: what is known changes nothing.
		assertThat(standing(position(180, 200), offset(120))).isEqualTo(is(Verdict.IN_STEP, 120, 120));
		assertThat(standing(position(180, 300), offset(300))).isEqualTo(is(Verdict.IN_STEP, 300, 300));
	}

	@Test
	void whoHasNoOffsetBeginsWhereTheDatabaseIsOrAtTheBeginning() {
		assertThat(standing(position(180, 200), null)).isEqualTo(is(Verdict.IN_STEP, 180, 180));
		assertThat(standing(null, null)).isEqualTo(is(Verdict.IN_STEP, 100, 100));
	}

	@Test
	void whatTheDatabaseDoesNotKnowIsReadAgain() {
		assertThat(standing(position(180, 200), offset(250))).isEqualTo(is(Verdict.BEHIND, 250, 180));
		assertThat(standing(null, offset(250))).isEqualTo(is(Verdict.BEHIND, 250, 100));
	}

	@Test
	void whatWasPassedOverNeedNotBeKnown() {
		OffsetAndMetadata passedOver = new OffsetAndMetadata(250, UnreadableRecords.PASSED_OVER);
		assertThat(standing(position(180, 200), passedOver)).isEqualTo(is(Verdict.IN_STEP, 250, 250));
		assertThat(standing(null, passedOver)).isEqualTo(is(Verdict.IN_STEP, 250, 250));
	}

	@Test
	void whatIsGoneBeforeItWasReadIsLost() {
		assertThat(standing(position(30, 40), offset(40))).isEqualTo(is(Verdict.LOST, 40, 100))
			.extracting(Standing::text)
			.isEqualTo("60 offsets, 40 to 99, are gone from the topic: they are passed over");
		assertThat(standing(position(30, 40), null)).isEqualTo(is(Verdict.LOST, 30, 100));
		// Told already.
		assertThat(standing(position(30, 40), lost(40, OptionalLong.empty()))).isEqualTo(is(Verdict.LOST, 40, 100));
	}

	@Test
	void whatTheDatabaseHasLostAndTheTopicNoLongerHasIsLost() {
		assertThat(standing(position(30, 40), offset(250))).isEqualTo(is(Verdict.LOST, 30, 100));
	}

	@Test
	void aTopicThatEndsBeforeTheGroupWasCut() {
		assertThat(standing(position(300, 310), offset(310))).isEqualTo(is(Verdict.CUT, 310, 100));
		// It has grown again since, and only who has read it has noticed.
		assertThat(standing(position(200, 220), lost(220, OptionalLong.empty()))).isEqualTo(is(Verdict.CUT, 220, 100));
	}

	@Test
	void whereATopicWasCutIsKnownIfSomebodyHasNoticed() {
		assertThat(standing(position(200, 220), lost(220, OptionalLong.of(190)))).isEqualTo(is(Verdict.CUT, 220, 190));
		// Part of it is gone by now.
		assertThat(standing(position(200, 220), lost(220, OptionalLong.of(90)))).isEqualTo(is(Verdict.CUT, 220, 100));
		// The database has lost more.
		assertThat(standing(position(140, 150), lost(220, OptionalLong.of(190)))).isEqualTo(is(Verdict.CUT, 220, 140));
	}

	@Test
	void inAnotherTopicOffsetsMeanNothing() {
		KnownPosition another = new KnownPosition(new Position(180, 200), new UUID(2, 2), "group");
		assertThat(standing(another, offset(200))).isEqualTo(is(Verdict.REPLACED, 100, 100));
		assertThat(standing(another, offset(5000))).isEqualTo(is(Verdict.REPLACED, 100, 100));
		assertThat(standing(another, null)).isEqualTo(is(Verdict.REPLACED, 100, 100));
	}

	private static Standing standing(@Nullable KnownPosition known, @Nullable OffsetAndMetadata committed) {
		return Standing.of(new Standing.Log(PARTITION, TOPIC, 100, 300), known, committed);
	}

	private static Standing is(Verdict verdict, long stands, long next) {
		return new Standing(PARTITION, verdict, stands, next);
	}

	private static KnownPosition position(long publishedBefore, long readBefore) {
		return new KnownPosition(new Position(publishedBefore, readBefore), TOPIC, "group");
	}

	private static OffsetAndMetadata lost(long offset, OptionalLong wholeBefore) {
		return new OffsetAndMetadata(offset, LossMark.of(wholeBefore));
	}

	private static OffsetAndMetadata offset(long offset) {
		return new OffsetAndMetadata(offset);
	}

}
