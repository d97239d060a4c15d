package dev.tidemark.worker.migration;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.settings.UsageException;

/**
 * Up to where an upgrade goes.
 */
sealed interface UpgradeTarget {

	/**
	 * Reads a target.
	 * @throws UsageException if it is no target
	 */
	static UpgradeTarget parse(@Nullable String text, Changelog changelog) {
		if (text == null || text.equals("head")) {
			return new Head();
		}
		if (text.matches("\\+\\d{1,6}")) {
			return new Steps(Integer.parseInt(text.substring(1)));
		}
		return new UpTo(changelog.find(text));
	}

	/**
	 * Chooses the migrations that have to run, in their order.
	 * @throws MigrationException if the database is not in a state to go there from
	 */
	default List<Migration> of(SchemaState state) {
		if (!state.edited().isEmpty()) {
			throw new MigrationException(
					"%s changed after it ran: put the file back as it was, or see 'A migration was edited' in MIGRATIONS.md"
						.formatted(SchemaState.names(state.edited())));
		}
		List<Migration> migrations = choose(state);
		if (!migrations.isEmpty() && !state.unknown().isEmpty()) {
			throw new MigrationException(
					"The database has migrations that this version does not know (%s), and lacks some that it does (%s)"
						.formatted(SchemaState.names(state.unknown()), SchemaState.names(migrations)));
		}
		return migrations;
	}

	/** Chooses without looking for trouble. */
	List<Migration> choose(SchemaState state);

	/** All that are pending. */
	record Head() implements UpgradeTarget {

		@Override
		public List<Migration> choose(SchemaState state) {
			return state.pending();
		}

	}

	/**
	 * The next ones.
	 *
	 * @param count how many
	 */
	record Steps(int count) implements UpgradeTarget {

		@Override
		public List<Migration> choose(SchemaState state) {
			List<Migration> pending = state.pending();
			if (this.count > pending.size()) {
				throw new MigrationException(
						"There are no %d pending migrations, but %d".formatted(this.count, pending.size()));
			}
			return pending.subList(0, this.count);
		}

	}

	/**
	 * All that are pending, up to one.
	 *
	 * @param last the last one, which runs too
	 */
	record UpTo(Migration last) implements UpgradeTarget {

		@Override
		public List<Migration> choose(SchemaState state) {
			List<Migration> all = state.changelog().migrations();
			List<Migration> wanted = all.subList(0, all.indexOf(this.last) + 1);
			return state.pending().stream().filter(wanted::contains).toList();
		}

	}

}
