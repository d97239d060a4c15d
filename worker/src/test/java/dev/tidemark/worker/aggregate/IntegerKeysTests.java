package dev.tidemark.worker.aggregate;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.Member;
import dev.tidemark.contracts.Snapshot;
import dev.tidemark.contracts.Verb;
import dev.tidemark.sample.CrateRow;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.state.RecordedWrites;
import dev.tidemark.worker.state.UnsupportedMappingException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Keys that are integers: text in records, numbers in JSON and in rows. No aggregate that
 * is shipped has one.
 */
class IntegerKeysTests {

	private static final Member<Long> NUMBER = Member.integer("number", 1, 9_999_999_999L, "Its number.");

	private static final Member<Long> IN = Member.integer("in", 1, 9_999_999_999L, "Where it is.").orNull();

	private static final AggregateType CRATE = AggregateType.named("crate", "crates")
		.commands(CommandType.of(Verb.CREATE, "test.crate.create.v1", "Create", "Asks.", CreateCrate.class, NUMBER, IN),
				CommandType.of(Verb.CHANGE, "test.crate.move.v1", "Move", "Asks.", MoveCrate.class, NUMBER, IN.patch()),
				CommandType.of(Verb.DELETE, "test.crate.delete.v1", "Delete", "Asks.", DeleteCrate.class, NUMBER),
				CommandType.of(Verb.REPUBLISH, "test.crate.republish.v1", "Republish", "Asks.", RepublishCrate.class,
						NUMBER),
				CommandType.of(Verb.RESUME, "test.crate.resume.v1", "Resume", "Asks.", ResumeCrate.class, NUMBER))
		.refersToItself()
		.publishes(CrateSnapshot.class, NUMBER, IN);

	@Test
	void aCommandThatNeedsNothingButTheKeyHasItAsANumber() {
		Command command = new AggregateKey(CRATE, "9999999999").command(Verb.RESUME);
		assertThat(command).isEqualTo(new ResumeCrate(9_999_999_999L));
		assertThat(command.data()).containsEntry("number", new BigDecimal("9999999999"));
		assertThat(command.key()).isEqualTo("9999999999");
		assertThatIllegalArgumentException().isThrownBy(() -> new AggregateKey(CRATE, "crate").command(Verb.RESUME));
		assertThatIllegalArgumentException().isThrownBy(() -> new AggregateKey(CRATE, "0").command(Verb.RESUME));
	}

	@Test
	void aRowHasItAsTheContractDoes() {
		Crates crates = new Crates("in");
		assertThat(crates.rowKey("9999999999")).isEqualTo(9_999_999_999L);
		assertThat(crates.isKey("7")).isTrue();
		assertThat(crates.isKey("07")).isFalse();
		assertThat(crates.isKey("seven")).isFalse();
	}

	@Test
	void aReferenceIsAMemberAFieldOrAnAttribute() {
		assertThat(Reference.key(7L)).isEqualTo("7");
		assertThat(Reference.key(Field.given(7L))).isEqualTo("7");
		assertThat(Reference.key(Field.absent())).isNull();
		assertThat(Reference.key(null)).isNull();
	}

	@Test
	void aColumnOfAnotherTypeIsFoundAtTheStart() {
		assertThatNoException().isThrownBy(() -> verify(new Crates("in")));
		assertThatExceptionOfType(UnsupportedMappingException.class).isThrownBy(() -> verify(new Crates("label")))
			.withMessage("%s.label is a String, and must be a Long, as the keys that it holds"
				.formatted(CrateRow.class.getName()));
		assertThatExceptionOfType(UnsupportedMappingException.class).isThrownBy(() -> verify(new Crates("inn")))
			.withMessageEndingWith("has no column for an attribute inn");
	}

	private static void verify(Crates crates) {
		try (RecordedWrites database = new RecordedWrites(CrateRow.class)) {
			new DeclarationCheck(new Aggregates(Catalogue.of(List.of(CRATE)), List.of(crates)), database.tables(),
					new PGSimpleDataSource())
				.verifyMapping();
		}
	}

	@Test
	void aRowsCommandsAreCountedFromItsCreateOn() {
		CrateRow row = new CrateRow();
		assertThat(row.getVersion()).isZero();
		row.commanded(Instant.parse("2026-01-01T00:00:00Z"));
		row.commanded(Instant.parse("2026-01-02T00:00:00Z"));
		assertThat(row.getVersion()).isEqualTo(2);
		assertThat(row.getCreatedAt()).isEqualTo("2026-01-01T00:00:00Z");
		assertThat(row.getUpdatedAt()).isEqualTo("2026-01-02T00:00:00Z");
	}

	/** A crate may be in another one. */
	sealed interface CrateCommand extends Command {

		@Override
		default CommandType type() {
			return CRATE.typeOf(this);
		}

	}

	public record CreateCrate(long number, @Nullable Long in) implements CrateCommand {
	}

	public record MoveCrate(long number, Field<@Nullable Long> in) implements CrateCommand {
	}

	public record DeleteCrate(long number) implements CrateCommand {
	}

	public record RepublishCrate(long number) implements CrateCommand {
	}

	public record ResumeCrate(long number) implements CrateCommand {
	}

	public record CrateSnapshot(long number, @Nullable Long in, long version) implements Snapshot {

		@Override
		public EventType eventType() {
			return CRATE.snapshot();
		}

	}

	/** Declares crates, and says which attribute refers to another one. */
	private static final class Crates extends Aggregate<CrateRow, CreateCrate, MoveCrate> {

		private final String attribute;

		Crates(String attribute) {
			super(CRATE, CrateRow.class);
			this.attribute = attribute;
		}

		@Override
		protected Object rowKey(CrateRow row) {
			return row.number;
		}

		@Override
		protected CrateRow create(CreateCrate create, Instant at) {
			throw new UnsupportedOperationException();
		}

		@Override
		protected void change(CrateRow row, MoveCrate move, Instant at) {
			throw new UnsupportedOperationException();
		}

		@Override
		protected Snapshot snapshot(CrateRow row) {
			throw new UnsupportedOperationException();
		}

		@Override
		protected List<Reference<CrateRow, CreateCrate, MoveCrate>> references() {
			return List.of(new Reference<>(CRATE, this.attribute, CreateCrate::in, MoveCrate::in, (row) -> row.in));
		}

	}

}
