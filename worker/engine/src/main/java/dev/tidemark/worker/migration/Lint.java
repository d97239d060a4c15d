package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import dev.tidemark.worker.migration.Effect.Change;
import dev.tidemark.worker.migration.Effect.Obstacle;
import dev.tidemark.worker.migration.Effect.Work;
import dev.tidemark.worker.migration.Finding.Verdict;

/**
 * Judges migrations by what they do to a copy of the schema: whether the previous worker
 * can go on beside them and after them, and for how long somebody waits.
 */
final class Lint {

	private final Connection copy;

	private final StatementObserver observer;

	private final TableSizes sizes;

	private final Duration bearable;

	/**
	 * Judges what comes on top of the schema that the copy has now, which is that of the
	 * previous worker.
	 * @param copy a session of its own on a copy of the schema, which nobody else uses;
	 * it is migrated
	 * @param sizes how large the tables are
	 * @param bearable for how long others may wait: as long as a migration may queue for
	 * a lock
	 */
	Lint(Connection copy, TableSizes sizes, Duration bearable) throws SQLException {
		this.copy = copy;
		this.observer = new StatementObserver(copy, SchemaPicture.of(copy));
		this.sizes = sizes;
		this.bearable = bearable;
	}

	/**
	 * Runs a migration on the copy.
	 * @return a finding for each of its statements
	 * @throws MigrationException if it fails there
	 */
	List<Finding> examine(Migration migration) {
		try {
			List<Finding> findings = new ArrayList<>();
			if (migration.isInBatches()) {
				BackFill.requireKey(this.copy, migration);
			}
			for (Effect effect : this.observer.run(migration)) {
				findings.add(judge(migration, effect));
			}
			return findings;
		}
		catch (SQLException ex) {
			throw new MigrationException("%s fails on a copy of the schema: %s".formatted(migration,
					String.valueOf(ex.getMessage()).lines().map(String::strip).collect(Collectors.joining("; "))), ex);
		}
	}

	private Finding judge(Migration migration, Effect effect) {
		List<String> reasons = new ArrayList<>();
		Set<SafeWay> ways = EnumSet.noneOf(SafeWay.class);
		Verdict verdict = Verdict.FINE;
		if (effect.obstacle() != Obstacle.NONE) {
			verdict = Verdict.WRONG;
			reasons.add(reason(effect.obstacle()));
			ways.add(way(effect.obstacle()));
		}
		for (Change change : effect.changes()) {
			verdict = worse(verdict, change.event().breaks() ? Verdict.BREAKS : Verdict.NOTE);
			reasons.add(change.words());
			if (change.event().breaks()) {
				ways.add(way(change));
			}
		}
		if (!effect.work().isEmpty()) {
			verdict = worse(verdict, judgeWork(migration, effect, reasons, ways));
		}
		return new Finding(migration, effect.statement(), verdict, effect.takes(), List.copyOf(reasons),
				List.copyOf(ways));
	}

	private Verdict judgeWork(Migration migration, Effect effect, List<String> reasons, Set<SafeWay> ways) {
		String work = effect.work()
			.stream()
			.map((done) -> "%s %s".formatted(done.table(), done.kind().words()))
			.collect(Collectors.joining(", "));
		boolean readersWait = effect.holds().values().stream().anyMatch(TableLock::keepsReadersAway);
		String waiting = effect.holds()
			.entrySet()
			.stream()
			.filter((held) -> held.getValue().keepsWritersAway())
			.map(Map.Entry::getKey)
			.collect(Collectors.joining(" and "));
		boolean rowsAreLocked = !migration.isInBatches()
				&& effect.work().stream().anyMatch((done) -> done.kind() == Work.Kind.ROWS);
		if (waiting.isEmpty() && !rowsAreLocked) {
			reasons.add("%s%s: nobody waits%s".formatted(work, size(effect),
					migration.isInBatches() ? " for more than a batch" : ""));
			return Verdict.FINE;
		}
		Duration time = effect.work().stream().map(this.sizes::timeOf).reduce(Duration.ZERO, Duration::plus);
		String who = waiting.isEmpty() ? "who writes these rows waits"
				: "nobody %s %s".formatted(readersWait ? "reads or writes" : "writes to", waiting);
		if (!this.sizes.areKnown()) {
			reasons.add("%s: %s, the longer, the larger the table is".formatted(work, who));
		}
		else if (time.compareTo(this.bearable) <= 0) {
			reasons.add("%s%s: %s for less than %s".formatted(work, size(effect), who, Patience.text(this.bearable)));
			return Verdict.NOTE;
		}
		else {
			reasons.add("%s%s: %s for about %s".formatted(work, size(effect), who,
					Patience.text(Duration.ofSeconds(Math.max(1, time.toSeconds())))));
		}
		if (ways.isEmpty()) {
			ways.addAll(ways(effect));
		}
		return Verdict.WAITS;
	}

	private String size(Effect effect) {
		return !this.sizes.areKnown() ? ""
				: effect.work()
					.stream()
					.map(Work::table)
					.distinct()
					.map((table) -> "%s".formatted(this.sizes.of(table)))
					.collect(Collectors.joining(" and ", " (", ")"));
	}

	private static Verdict worse(Verdict one, Verdict other) {
		return (one.compareTo(other) >= 0) ? one : other;
	}

	private static String reason(Obstacle obstacle) {
		return switch (obstacle) {
			case NONE -> "";
			case NO_TRANSACTION -> "it can't run in a transaction, and the migration is one";
			case ENDS_TRANSACTION -> "it ends or begins a transaction, so that the migration could be left half-way";
			case CHANGES_SERVER -> "it changes the server's roles, databases or settings, so it has not been run";
		};
	}

	private static SafeWay way(Obstacle obstacle) {
		return switch (obstacle) {
			case NONE, NO_TRANSACTION -> SafeWay.ALONE;
			case ENDS_TRANSACTION -> SafeWay.NO_TRANSACTION_CONTROL;
			case CHANGES_SERVER -> SafeWay.ADMINISTRATOR;
		};
	}

	private static SafeWay way(Change change) {
		return switch (change.event()) {
			case TABLE_GONE, COLUMN_GONE, ROWS_GONE, REFERENCE_GONE, DEFAULT_GONE, NO_VALUE, NULLABLE, THING_GONE,
					THING_CHANGED, POLICY, TRIGGER ->
				SafeWay.DROP_LATER;
			case TABLE_EMPTIED -> SafeWay.DELETE_IN_BATCHES;
			case TABLE_RENAMED, COLUMN_RENAMED -> SafeWay.RENAME;
			case TYPE -> SafeWay.NEW_COLUMN;
			case NOT_NULL -> SafeWay.NOT_NULL;
			case MANDATORY_COLUMN -> SafeWay.MANDATORY_LATER;
			case CHECK -> SafeWay.CHECK;
			case FOREIGN_KEY -> SafeWay.FOREIGN_KEY;
			case UNIQUE -> SafeWay.UNIQUE;
			case EXCLUDED -> SafeWay.QUIET_HOURS;
			case INDEX_GONE -> SafeWay.DROP_INDEX;
			case ROWS_HIDDEN -> SafeWay.NO_POLICIES;
		};
	}

	/** What the statement looks like says which other statement there is. */
	private static Set<SafeWay> ways(Effect effect) {
		SqlTokens.Statement statement = SqlTokens.statements(effect.statement()).getFirst();
		List<String> words = statement.words().stream().map((word) -> word.toLowerCase(Locale.ROOT)).toList();
		Set<SafeWay> ways = EnumSet.noneOf(SafeWay.class);
		for (Work work : effect.work()) {
			ways.add(switch (work.kind()) {
				case ROWS -> SafeWay.BATCHES;
				case INDEX -> indexWay(words);
				case REWRITE -> rewriteWay(words);
				case SCAN -> scanWay(words);
			});
		}
		return ways;
	}

	private static SafeWay indexWay(List<String> words) {
		if (words.getFirst().equals("reindex")) {
			return SafeWay.REINDEX;
		}
		if (words.contains("unique") || words.contains("primary")) {
			return SafeWay.UNIQUE;
		}
		if (words.contains("exclude")) {
			return SafeWay.QUIET_HOURS;
		}
		return words.getFirst().equals("create") ? SafeWay.INDEX : SafeWay.NEW_COLUMN;
	}

	private static SafeWay rewriteWay(List<String> words) {
		return switch (words.getFirst()) {
			case "vacuum", "cluster" -> SafeWay.REPACK;
			case "alter" -> (words.contains("add") ? SafeWay.ADD_THEN_FILL
					: words.contains("type") ? SafeWay.NEW_COLUMN : SafeWay.QUIET_HOURS);
			default -> SafeWay.QUIET_HOURS;
		};
	}

	private static SafeWay scanWay(List<String> words) {
		if (words.contains("validate")) {
			return SafeWay.OWN_FILE;
		}
		if (words.contains("references")) {
			return SafeWay.FOREIGN_KEY;
		}
		if (words.contains("check") || words.contains("domain")) {
			return SafeWay.CHECK;
		}
		return words.contains("null") ? SafeWay.NOT_NULL : SafeWay.OWN_FILE;
	}

}
