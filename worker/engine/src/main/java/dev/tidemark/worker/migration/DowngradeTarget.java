package dev.tidemark.worker.migration;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.settings.UsageException;

/**
 * Down to where a downgrade goes.
 */
sealed interface DowngradeTarget {

	/**
	 * Reads a target.
	 * @throws UsageException if it is no target
	 */
	static DowngradeTarget parse(@Nullable String text) {
		if (text == null) {
			throw new UsageException("downgrade wants to know how far: -N, an id, a tag, or base");
		}
		if (text.equals("base")) {
			return new Base();
		}
		if (text.matches("-\\d{1,6}")) {
			return new Steps(Integer.parseInt(text.substring(1)));
		}
		return new After(text);
	}

	/**
	 * Chooses the migrations that have to be undone, the last one first.
	 * @throws UsageException if the target is not known
	 * @throws MigrationException if the database is not in a state to go there from
	 */
	default List<Migration> of(SchemaState state) {
		List<AppliedMigration> undone = choose(state).reversed();
		List<AppliedMigration> strangers = undone.stream().filter(state.unknown()::contains).toList();
		if (!strangers.isEmpty()) {
			throw new MigrationException("This version does not know how to undo %s: use the version that applied it"
				.formatted(SchemaState.names(strangers)));
		}
		List<Migration> migrations = undone.stream().map(state::migrationOf).toList();
		List<Migration> edited = migrations.stream().filter(state.edited()::contains).toList();
		if (!edited.isEmpty()) {
			throw new MigrationException(
					"%s changed after it ran, so its rollback may be that of something else: put the file back as it was"
						.formatted(SchemaState.names(edited)));
		}
		return migrations;
	}

	/** Chooses without looking for trouble, in the order in which they ran. */
	List<AppliedMigration> choose(SchemaState state);

	/** Everything. */
	record Base() implements DowngradeTarget {

		@Override
		public List<AppliedMigration> choose(SchemaState state) {
			return state.history();
		}

	}

	/**
	 * The last ones.
	 *
	 * @param count how many
	 */
	record Steps(int count) implements DowngradeTarget {

		@Override
		public List<AppliedMigration> choose(SchemaState state) {
			int size = state.history().size();
			if (this.count > size) {
				throw new MigrationException("No %d migrations have run, but %d".formatted(this.count, size));
			}
			return state.history().subList(size - this.count, size);
		}

	}

	/**
	 * All that ran after one.
	 *
	 * @param name the id, the beginning of the id, or the tag of one that stays
	 */
	record After(String name) implements DowngradeTarget {

		@Override
		public List<AppliedMigration> choose(SchemaState state) {
			AppliedMigration last = state.findApplied(this.name);
			return state.history().subList(state.history().indexOf(last) + 1, state.history().size());
		}

	}

}
