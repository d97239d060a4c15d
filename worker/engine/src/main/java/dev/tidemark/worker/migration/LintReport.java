package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import dev.tidemark.worker.migration.Finding.Verdict;

/**
 * What pending migrations mean for those who work beside them, for people.
 *
 * @param findings the findings by migration
 */
record LintReport(Map<Migration, List<Finding>> findings) {

	/**
	 * Tries what is pending on a copy of the schema, which the migrations that have run
	 * make.
	 * @param scratch an empty database
	 * @param state where the live database stands; none of what it has is unknown or
	 * edited
	 * @param sizes how large the live tables are
	 * @param patience for how long others may wait
	 */
	static LintReport of(Connection scratch, SchemaState state, TableSizes sizes, Patience patience)
			throws SQLException {
		Map<Migration, List<Finding>> findings = new LinkedHashMap<>();
		copy(scratch, state);
		Lint lint = new Lint(scratch, sizes, patience.queueFor());
		for (Migration migration : state.pending()) {
			findings.put(migration, lint.examine(migration));
		}
		return new LintReport(findings);
	}

	private static void copy(Connection scratch, SchemaState state) throws SQLException {
		try (Progress progress = Progress.unseen();
				Migrator migrator = new Migrator(scratch, state.changelog(), progress, Migrations.LOCK_TIMEOUT)) {
			migrator.upgrade(state.history().stream().map(state::migrationOf).toList());
		}
		catch (MigrationException ex) {
			throw new MigrationException("A copy of the schema can't be made: " + ex.getMessage(), ex);
		}
	}

	/** Tells whether a label promises what is not so. */
	boolean refuses() {
		return refused() > 0;
	}

	private long refused() {
		return this.findings.values().stream().filter((all) -> all.stream().anyMatch(Finding::isRefused)).count();
	}

	/** The report, of what somebody notices. */
	List<String> lines() {
		List<String> lines = new ArrayList<>();
		this.findings.forEach((migration, all) -> {
			lines.add("%s (%s): %s".formatted(migration,
					(migration.impact() != null) ? migration.impact().label() : "no label", verdict(all)));
			all.stream().filter((finding) -> finding.verdict() != Verdict.FINE).forEach((finding) -> {
				lines.add("  " + LockWatch.shortened(finding.statement()));
				locks(finding, lines);
				finding.reasons().forEach((reason) -> lines.add("    " + reason));
				finding.ways().forEach((way) -> lines.add("    instead: " + way.advice()));
			});
		});
		long refused = refused();
		lines.add((refused == 0) ? "None is refused"
				: "%d of %d refused: the label promises what is not so".formatted(refused, this.findings.size()));
		return lines;
	}

	private static void locks(Finding finding, List<String> lines) {
		if (!finding.locks().isEmpty()) {
			lines.add(finding.locks()
				.entrySet()
				.stream()
				.map((lock) -> "%s on %s".formatted(lock.getValue(), lock.getKey()))
				.collect(Collectors.joining(", ", "    locks: ", "")));
		}
	}

	private static String verdict(List<Finding> findings) {
		if (findings.stream().anyMatch(Finding::isRefused)) {
			return "refused";
		}
		return findings.stream()
			.map(Finding::verdict)
			.max(Verdict::compareTo)
			.orElse(Verdict.FINE)
			.name()
			.toLowerCase(Locale.ROOT);
	}

}
