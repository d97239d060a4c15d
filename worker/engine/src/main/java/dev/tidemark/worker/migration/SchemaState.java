package dev.tidemark.worker.migration;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.settings.UsageException;

/**
 * Where a database stands, seen from a changelog.
 *
 * @param changelog the migrations that there are
 * @param history the migrations that ran, in the order in which they did
 */
record SchemaState(Changelog changelog, List<AppliedMigration> history) {

	/** The migrations that have not run yet. */
	List<Migration> pending() {
		Set<String> applied = this.history.stream().map(AppliedMigration::id).collect(Collectors.toSet());
		return this.changelog.migrations().stream().filter((migration) -> !applied.contains(migration.id())).toList();
	}

	/**
	 * Tells whether something has run, which a worker may be at work on, and more is to
	 * run.
	 */
	boolean isUpgradeOfSomething() {
		return !this.history.isEmpty() && !pending().isEmpty();
	}

	/** What ran and has no file here: another version's migrations. */
	List<AppliedMigration> unknown() {
		return this.history.stream().filter((applied) -> this.changelog.get(applied.id()) == null).toList();
	}

	/** The migrations whose files are not any more what they were when they ran. */
	List<Migration> edited() {
		return this.history.stream().filter(this::isEdited).map(this::migrationOf).toList();
	}

	private boolean isEdited(AppliedMigration applied) {
		Migration migration = this.changelog.get(applied.id());
		return migration != null && !migration.isUnchangedSince(applied.checksum());
	}

	/** The file of what ran and is not unknown. */
	Migration migrationOf(AppliedMigration applied) {
		return Objects.requireNonNull(this.changelog.get(applied.id()), applied::id);
	}

	/**
	 * Finds what ran by its id, by the beginning of its id, or by a tag.
	 * @throws UsageException if there is no such migration
	 * @throws MigrationException if there is, and it has not run
	 */
	AppliedMigration findApplied(String name) {
		return this.history.stream()
			.filter((applied) -> applied.id().equals(name) || name.equals(applied.tag()))
			.findFirst()
			.orElseGet(() -> {
				Migration migration = this.changelog.find(name);
				return this.history.stream()
					.filter((applied) -> applied.id().equals(migration.id()))
					.findFirst()
					.orElseThrow(() -> new MigrationException(migration + " has not run"));
			});
	}

	/** The migration that ran last, or null if none did. */
	@Nullable AppliedMigration current() {
		return this.history.isEmpty() ? null : this.history.getLast();
	}

	/**
	 * Says why a worker with this changelog can't work with this database, in one line;
	 * null if it can. It can where every migration has run, as it is here, and whatever
	 * else ran only added.
	 */
	@Nullable String objection() {
		List<Migration> edited = edited();
		if (!edited.isEmpty()) {
			return "The schema is not the one that this worker was built for: %s changed after it ran; ".formatted(
					names(edited)) + "put the file back as it was, or see 'A migration was edited' in MIGRATIONS.md";
		}
		List<AppliedMigration> breaking = unknown().stream().filter((applied) -> !applied.onlyAdds()).toList();
		if (!breaking.isEmpty()) {
			return "The schema is newer than this worker, and not compatible with it: %s; start a newer worker"
				.formatted(names(breaking));
		}
		List<Migration> pending = pending();
		if (!pending.isEmpty()) {
			return "The schema is behind this worker: %s %s missing; run 'migrate upgrade'".formatted(names(pending),
					(pending.size() > 1) ? "are" : "is");
		}
		return null;
	}

	static String names(List<?> migrations) {
		return migrations.stream().map(Object::toString).collect(Collectors.joining(", "));
	}

}
