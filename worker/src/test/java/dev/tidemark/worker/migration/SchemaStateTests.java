package dev.tidemark.worker.migration;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tidemark.worker.settings.UsageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a history means to a worker that has these files, and where one can go from there.
 */
class SchemaStateTests {

	private static final List<String> ALL = List.of("0001-create-users", "0002-create-tasks", "0003-create-dones",
			"0004-create-command-log", "0005-create-intake-position", "0006-create-deferred-command");

	/** A checksum of Liquibase's that no file here has. */
	private static final String OTHER = "9:00000000000000000000000000000000";

	private static @Nullable Changelog changelog;

	@BeforeAll
	static void read(@TempDir Path directory) throws IOException {
		changelog = SourceTree.ofFirstRelease(directory).changelog();
	}

	@Test
	void whereNothingHasRunEverythingIsPending() {
		SchemaState state = state(0);
		assertThat(state.pending()).extracting(Migration::id).isEqualTo(ALL);
		assertThat(state.current()).isNull();
		assertThat(state.objection()).startsWith("The schema is behind this worker: 0001-create-users, ")
			.endsWith(" are missing; run 'migrate upgrade'");
	}

	@Test
	void whereOneIsMissingItIsNamed() {
		assertThat(state(5).objection()).isEqualTo(
				"The schema is behind this worker: 0006-create-deferred-command is missing; run 'migrate upgrade'");
	}

	@Test
	void whereAllHaveRunThereIsNothingToObject() {
		SchemaState state = state(6);
		assertThat(state.objection()).isNull();
		assertThat(state.pending()).isEmpty();
		assertThat(state.current()).hasToString("0006-create-deferred-command");
	}

	@Test
	void whatANewerReleaseHasOnlyAddedIsNoObjection() {
		SchemaState state = with(state(6), applied("0007-more", null, "expand"));
		assertThat(state.objection()).isNull();
		assertThat(state.unknown()).extracting(AppliedMigration::id).containsExactly("0007-more");
	}

	@ParameterizedTest
	@CsvSource(nullValues = "none", value = { "contract", "none", "''", "'expand,contract'" })
	void whatANewerReleaseMayHaveTakenAwayIsOne(@Nullable String labels) {
		assertThat(with(state(6), applied("0007-less", null, labels)).objection()).isEqualTo(
				"The schema is newer than this worker, and not compatible with it: 0007-less; start a newer worker");
	}

	@Test
	void aFileThatIsNotWhatItWasWhenItRanIsOne() {
		List<AppliedMigration> history = new ArrayList<>(state(6).history());
		history.set(1, applied(ALL.get(1), OTHER, "expand"));
		SchemaState state = new SchemaState(changelog(), history);
		assertThat(state.edited()).extracting(Migration::id).containsExactly("0002-create-tasks");
		assertThat(state.objection()).contains("0002-create-tasks changed after it ran");
		assertRefused(state, "0002-create-tasks changed after it ran", () -> upgrade(state, null));
		assertRefused(state, "0002-create-tasks changed after it ran", () -> downgrade(state, "base"));
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = {
			// how many have run, target, which run then
			"0, -, 1 2 3 4 5 6", "0, head, 1 2 3 4 5 6", "4, head, 5 6", "6, head, ''", "0, +1, 1", "2, +3, 3 4 5",
			"0, 0003, 1 2 3", "2, 0003-create-dones, 3", "4, 0003, ''", "5, 0006, 6" })
	void upGoesAsFarAsItIsAsked(int ran, @Nullable String target, String runs) {
		assertThat(numbers(upgrade(state(ran), target))).isEqualTo(runs);
	}

	@ParameterizedTest
	@CsvSource({
			// how many have run, target, which are undone then
			"6, base, 6 5 4 3 2 1", "0, base, ''", "6, -1, 6", "6, -6, 6 5 4 3 2 1", "6, 0006, ''",
			"6, 0001, 6 5 4 3 2", "3, 0002-create-tasks, 3" })
	void downGoesAsFarAsItIsAsked(int ran, String target, String undone) {
		assertThat(numbers(downgrade(state(ran), target))).isEqualTo(undone);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "4 | +3 | There are no 3 pending migrations, but 2",
			"6 | +1 | There are no 1 pending migrations, but 0" })
	void upGoesNoFurtherThanThereAreFiles(int ran, String target, String message) {
		assertThatExceptionOfType(MigrationException.class).isThrownBy(() -> upgrade(state(ran), target))
			.withMessage(message);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "2 | -3 | No 3 migrations have run, but 2", "2 | 0003 | 0003-create-dones has not run" })
	void downGoesNoFurtherThanWhatHasRun(int ran, String target, String message) {
		assertThatExceptionOfType(MigrationException.class).isThrownBy(() -> downgrade(state(ran), target))
			.withMessage(message);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "no-such-id | There is no migration or tag no-such-id",
			"++1 | There is no migration or tag ++1", "+1234567 | There is no migration or tag +1234567",
			"00 | 00 could be any of [0001-create-users, 0002-create-tasks, 0003-create-dones, 0004-create-command-log, "
					+ "0005-create-intake-position, 0006-create-deferred-command]" })
	void aTargetThatIsNoneIsWrongUsage(String target, String message) {
		assertThatExceptionOfType(UsageException.class).isThrownBy(() -> upgrade(state(0), target))
			.withMessage(message);
	}

	@Test
	void downWantsToKnowHowFar() {
		assertThatExceptionOfType(UsageException.class).isThrownBy(() -> DowngradeTarget.parse(null))
			.withMessage("downgrade wants to know how far: -N, an id, a tag, or base");
	}

	@Test
	void whatAnotherReleaseHasRunIsItsToUndo() {
		SchemaState state = with(state(6), applied("0007-more", null, "expand"));
		assertRefused(state, "This version does not know how to undo 0007-more", () -> downgrade(state, "-1"));
		assertThat(downgrade(state, "0007-more")).isEmpty();
	}

	@Test
	void upDoesNotMixTwoReleases() {
		SchemaState state = with(state(5), applied("0007-more", null, "expand"));
		assertRefused(state, "has migrations that this version does not know (0007-more), and lacks some that it does",
				() -> upgrade(state, "head"));
		assertThat(upgrade(with(state(6), applied("0007-more", null, "expand")), "head")).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(nullValues = "none", value = { "none, null", "'', ''''''", "text, '''text'''", "it's, '''it''''s'''" })
	void textIsQuotedForPostgres(@Nullable String text, String literal) {
		assertThat(Sql.literal(text)).isEqualTo(literal);
	}

	private static void assertRefused(SchemaState state, String message, ThrowingCallable going) {
		assertThatExceptionOfType(MigrationException.class).as("from %s", state.history())
			.isThrownBy(going)
			.withMessageContaining(message);
	}

	private static List<Migration> upgrade(SchemaState state, @Nullable String target) {
		return UpgradeTarget.parse(target, changelog()).of(state);
	}

	private static List<Migration> downgrade(SchemaState state, String target) {
		return DowngradeTarget.parse(target).of(state);
	}

	private static String numbers(List<Migration> migrations) {
		return String.join(" ",
				migrations.stream().map((migration) -> Integer.toString(ALL.indexOf(migration.id()) + 1)).toList());
	}

	/** After so many of the migrations have run. */
	private static SchemaState state(int ran) {
		return new SchemaState(changelog(),
				ALL.subList(0, ran).stream().map((id) -> applied(id, null, "expand")).toList());
	}

	private static SchemaState with(SchemaState state, AppliedMigration... more) {
		List<AppliedMigration> history = new ArrayList<>(state.history());
		history.addAll(Arrays.asList(more));
		return new SchemaState(state.changelog(), history);
	}

	private static AppliedMigration applied(String id, @Nullable String checksum, @Nullable String labels) {
		return new AppliedMigration(id, LocalDateTime.of(2026, 11, 20, 10, 0), checksum, null, labels, null);
	}

	private static Changelog changelog() {
		return Objects.requireNonNull(changelog);
	}

}
