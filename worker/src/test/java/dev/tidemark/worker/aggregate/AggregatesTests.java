package dev.tidemark.worker.aggregate;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.Snapshot;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.Users;

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
		assertThat(aggregates.all()).extracting(Aggregate::type).startsWith(Users.TYPE).contains(Tasks.TYPE);
		assertThat(aggregates.rank(Users.TYPE)).isLessThan(aggregates.rank(Tasks.TYPE));
		assertThat(aggregates.parents()).containsExactly(Users.TYPE);
		assertThat(aggregates.mayWait(Tasks.TYPE)).isTrue();
		assertThat(aggregates.mayWait(Users.TYPE)).isFalse();
	}

	@Test
	void everyTypeIsDeclaredOnce() {
		assertThatIllegalStateException().isThrownBy(() -> declared(new Declared(Users.TYPE)))
			.withMessage("There is no aggregate of type task: it needs a bean");
		assertThatIllegalStateException()
			.isThrownBy(() -> declared(new Declared(Users.TYPE), new Declared(Tasks.TYPE), new Declared(Tasks.TYPE)))
			.withMessageStartingWith("There are two aggregates of type task: ");
		assertThatIllegalStateException()
			.isThrownBy(() -> new Aggregates(Catalogue.of(List.of(Users.TYPE)),
					List.of(new Declared(Users.TYPE), new Declared(Tasks.TYPE, Users.TYPE))))
			.withMessage("There are aggregates that are not in the catalogue: [task]");
	}

	@Test
	void referencesAreTheOnesThatTheContractTellsOf() {
		assertThatIllegalStateException().isThrownBy(() -> declared(new Declared(Users.TYPE), new Declared(Tasks.TYPE)))
			.withMessage("The aggregate of type task refers to [], but its declaration to [user]");
		assertThatIllegalStateException()
			.isThrownBy(() -> declared(new Declared(Users.TYPE, Tasks.TYPE), new Declared(Tasks.TYPE, Users.TYPE)))
			.withMessage("The aggregate of type user refers to [task], but its declaration to []");
	}

	private static Aggregates declared(Aggregate<?, ?, ?>... aggregates) {
		return new Aggregates(Catalogue.of(List.of(Tasks.TYPE, Users.TYPE)), List.of(aggregates));
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
