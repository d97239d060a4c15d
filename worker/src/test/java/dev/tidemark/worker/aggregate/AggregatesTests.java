package dev.tidemark.worker.aggregate;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.Snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What has been declared is looked at as a whole.
 */
class AggregatesTests {

	@Test
	void parentsComeBeforeThoseThatReferToThem() {
		Aggregates aggregates = StoredAggregates.declared();
		assertThat(aggregates.all()).extracting(Aggregate::type)
			.containsExactly(AggregateType.USER, AggregateType.TASK);
		assertThat(aggregates.rank(AggregateType.USER)).isLessThan(aggregates.rank(AggregateType.TASK));
		assertThat(aggregates.parents()).containsExactly(AggregateType.USER);
		assertThat(aggregates.mayWait(AggregateType.TASK)).isTrue();
		assertThat(aggregates.mayWait(AggregateType.USER)).isFalse();
	}

	@Test
	void everyTypeIsDeclaredOnce() {
		assertThatIllegalStateException().isThrownBy(() -> declared(new Declared(AggregateType.USER)))
			.withMessage("There is no aggregate of type task");
		assertThatIllegalStateException()
			.isThrownBy(() -> declared(new Declared(AggregateType.USER), new Declared(AggregateType.TASK),
					new Declared(AggregateType.TASK)))
			.withMessageStartingWith("There are two aggregates of type task: ");
	}

	@Test
	void referencesDoNotGoRoundInACircle() {
		assertThatIllegalStateException()
			.isThrownBy(() -> declared(new Declared(AggregateType.USER, AggregateType.TASK),
					new Declared(AggregateType.TASK, AggregateType.USER)))
			.withMessage("The references of [task, user] go round in a circle");
	}

	@Test
	void aReferenceNeedsAReasonForWhichItsParentCannotGo() {
		assertThatIllegalArgumentException().isThrownBy(
				() -> declared(new Declared(AggregateType.USER), new Declared(AggregateType.TASK, AggregateType.TASK)));
	}

	private static Aggregates declared(Aggregate<?, ?, ?>... aggregates) {
		return new Aggregates(List.of(aggregates));
	}

	/** A row of nothing. */
	private record Row(long getVersion) implements AggregateRow {

		@Override
		public void commanded(Instant at) {
			throw new UnsupportedOperationException();
		}

	}

	/** Declares references only. */
	private static final class Declared extends Aggregate<Row, Command, Command> {

		private final List<Reference<Row, Command, Command>> references;

		Declared(AggregateType type, AggregateType... parents) {
			super(type, Row.class);
			this.references = Arrays.stream(parents)
				.map((parent) -> new Reference<Row, Command, Command>(parent, "parent", Declared::none, Declared::none,
						Declared::none))
				.toList();
		}

		private static @Nullable String none(Object any) {
			return null;
		}

		@Override
		protected List<Reference<Row, Command, Command>> references() {
			return this.references;
		}

		@Override
		protected Object rowKey(String key) {
			return key;
		}

		@Override
		protected Object rowKey(Row row) {
			throw new UnsupportedOperationException();
		}

		@Override
		protected Row create(Command create, Instant at) {
			throw new UnsupportedOperationException();
		}

		@Override
		protected void change(Row row, Command change, Instant at) {
			throw new UnsupportedOperationException();
		}

		@Override
		protected Snapshot snapshot(Row row) {
			throw new UnsupportedOperationException();
		}

	}

}
