package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.tidemark.worker.migration.Effect.Obstacle;
import dev.tidemark.worker.migration.Effect.Work;
import dev.tidemark.worker.migration.SchemaPicture.Index;
import dev.tidemark.worker.migration.SchemaPicture.Table;

/**
 * Runs the statements of migrations on a copy of the schema, and reads from the catalog
 * what each has done. The server tells which locks it took, which tables it wrote anew,
 * and which it scanned: for all kinds of statements, also those within a block of
 * PL/pgSQL, and of every release of PostgreSQL.
 */
final class StatementObserver {

	private static final String NO_ACTIVE_TRANSACTION_ALLOWED = "25001";

	private static final String LOCKS = """
			select relation::bigint, mode from pg_locks
			where pid = pg_backend_pid() and locktype = 'relation' and granted
			  and database = (select oid from pg_database where datname = current_database())""";

	private static final String CHANGES_SERVER = """
			select exists (select from pg_locks
			  where pid = pg_backend_pid() and locktype = 'relation' and database = 0 and mode = 'RowExclusiveLock'
			    and relation in ('pg_authid'::regclass, 'pg_auth_members'::regclass, 'pg_database'::regclass,
			      'pg_db_role_setting'::regclass, 'pg_tablespace'::regclass, 'pg_parameter_acl'::regclass))""";

	private final Connection copy;

	/** What the previous worker knows. */
	private final SchemaPicture base;

	/**
	 * Observes statements.
	 * @param copy a session of its own on a copy of the schema, which nobody else uses
	 * @param base the schema of the previous worker
	 */
	StatementObserver(Connection copy, SchemaPicture base) {
		this.copy = copy;
		this.base = base;
	}

	/**
	 * Runs a migration.
	 * @return what each of its statements has done
	 * @throws SQLException if a statement fails
	 */
	List<Effect> run(Migration migration) throws SQLException {
		List<Effect> effects = new ArrayList<>();
		this.copy.setAutoCommit(false);
		try {
			for (String sql : migration.upgradeStatements()) {
				effects.add(run(sql, migration.isTransactional()));
				if (!migration.isTransactional()) {
					this.copy.commit();
				}
			}
			this.copy.commit();
			return effects;
		}
		finally {
			if (!this.copy.getAutoCommit()) {
				this.copy.rollback();
				this.copy.setAutoCommit(true);
			}
		}
	}

	private Effect run(String sql, boolean isTransactional) throws SQLException {
		if (endsTransaction(sql)) {
			return new Effect(sql, Map.of(), Map.of(), List.of(), List.of(), Obstacle.ENDS_TRANSACTION);
		}
		SchemaPicture before = SchemaPicture.of(this.copy);
		Map<Long, Set<TableLock>> heldBefore = locks();
		Savepoint start = this.copy.setSavepoint();
		try {
			execute(sql);
		}
		catch (SQLException ex) {
			if (!NO_ACTIVE_TRANSACTION_ALLOWED.equals(ex.getSQLState())) {
				throw ex;
			}
			this.copy.rollback(start);
			return runAlone(sql, isTransactional);
		}
		if (changesServer()) {
			this.copy.rollback(start);
			return new Effect(sql, Map.of(), Map.of(), List.of(), List.of(), Obstacle.CHANGES_SERVER);
		}
		Map<Long, Set<TableLock>> held = locks();
		SchemaPicture after = SchemaPicture.of(this.copy);
		return new Effect(sql, strongest(added(heldBefore, held)), strongest(held), work(sql, before, after, held),
				new SchemaComparison(this.copy, this.base, sql).changes(before, after), Obstacle.NONE);
	}

	/**
	 * A statement that runs in no transaction: its locks are gone when it has ended.
	 */
	private Effect runAlone(String sql, boolean isTransactional) throws SQLException {
		if (!concernsTables(sql)) {
			return new Effect(sql, Map.of(), Map.of(), List.of(), List.of(), Obstacle.CHANGES_SERVER);
		}
		this.copy.commit();
		SchemaPicture before = SchemaPicture.of(this.copy);
		this.copy.commit();
		this.copy.setAutoCommit(true);
		execute(sql);
		this.copy.setAutoCommit(false);
		SchemaPicture after = SchemaPicture.of(this.copy);
		List<Work> work = work(sql, before, after, Map.of());
		TableLock lock = isConcurrent(sql) ? TableLock.SHARE_UPDATE_EXCLUSIVE : TableLock.ACCESS_EXCLUSIVE;
		Map<String, TableLock> locks = new TreeMap<>();
		for (Table table : this.base.tables().values()) {
			boolean touched = SqlTokens.of(sql).stream().anyMatch((token) -> token.is(table.name()))
					|| work.stream().anyMatch((done) -> done.table().equals(table.name()))
					|| before.indexesOf(table.id()).count() != after.indexesOf(table.id()).count();
			if (touched) {
				locks.put(table.name(), lock);
			}
		}
		return new Effect(sql, locks, locks, work,
				new SchemaComparison(this.copy, this.base, sql).changes(before, after),
				isTransactional ? Obstacle.NO_TRANSACTION : Obstacle.NONE);
	}

	private static boolean endsTransaction(String sql) {
		SqlTokens.Statement statement = SqlTokens.statements(sql).getFirst();
		boolean toSavepoint = statement.tokens().stream().anyMatch((token) -> token.is("to"));
		return List.of("begin", "start", "commit", "end", "abort").stream().anyMatch(statement::beginsWith)
				|| statement.beginsWith("prepare", "transaction") || (statement.beginsWith("rollback") && !toSavepoint);
	}

	private static boolean concernsTables(String sql) {
		SqlTokens.Statement statement = SqlTokens.statements(sql).getFirst();
		return ConcurrentIndex.isHarmless(sql) || statement.beginsWith("alter", "table")
				|| List.of("vacuum", "reindex", "cluster").stream().anyMatch(statement::beginsWith);
	}

	private static boolean isConcurrent(String sql) {
		SqlTokens.Statement statement = SqlTokens.statements(sql).getFirst();
		return statement.tokens().stream().anyMatch((token) -> token.is("concurrently"))
				|| (statement.beginsWith("vacuum")
						&& statement.tokens().stream().noneMatch((token) -> token.is("full")));
	}

	private List<Work> work(String sql, SchemaPicture before, SchemaPicture after, Map<Long, Set<TableLock>> held) {
		List<Work> work = new ArrayList<>();
		for (Table known : this.base.tables().values()) {
			Table old = before.tables().get(known.id());
			Table now = after.tables().get(known.id());
			if (old == null || now == null) {
				continue;
			}
			if (now.storage() != old.storage()) {
				if (!SqlTokens.statements(sql).getFirst().beginsWith("truncate")) {
					work.add(new Work(Work.Kind.REWRITE, known.name()));
				}
			}
			else if (buildsIndex(old.id(), before, after)) {
				work.add(new Work(Work.Kind.INDEX, known.name()));
			}
			else if (now.scans() > old.scans() || validates(old.id(), before, after)) {
				boolean changesRows = held.getOrDefault(old.id(), Set.of()).contains(TableLock.ROW_EXCLUSIVE);
				work.add(new Work(changesRows ? Work.Kind.ROWS : Work.Kind.SCAN, known.name()));
			}
		}
		return work;
	}

	/** One that is not stored where an index was before. */
	private static boolean buildsIndex(long table, SchemaPicture before, SchemaPicture after) {
		List<Long> storages = before.indexesOf(table).map(Index::storage).toList();
		return after.indexesOf(table).anyMatch((index) -> !storages.contains(index.storage()));
	}

	/** Foreign keys are checked by a query, which may read an index alone. */
	private static boolean validates(long table, SchemaPicture before, SchemaPicture after) {
		return after.constraintsOf(table)
			.filter((key) -> key.kind().equals("f") && key.isValidated())
			.anyMatch((key) -> before.constraintsOf(table)
				.noneMatch((other) -> other.definition().equals(key.definition()) && other.isValidated()));
	}

	/**
	 * By tables. Without their indexes, no query of them can be planned; those that
	 * others do not see yet keep nobody away.
	 */
	private Map<Long, Set<TableLock>> locks() throws SQLException {
		try (Statement statement = this.copy.createStatement(); ResultSet rows = statement.executeQuery(LOCKS)) {
			Map<Long, Set<TableLock>> locks = new LinkedHashMap<>();
			while (rows.next()) {
				Index index = this.base.indexes().get(rows.getLong(1));
				locks
					.computeIfAbsent((index != null) ? index.table() : rows.getLong(1),
							(_) -> EnumSet.noneOf(TableLock.class))
					.add(TableLock.of(rows.getString(2)));
			}
			return locks;
		}
	}

	private static Map<Long, Set<TableLock>> added(Map<Long, Set<TableLock>> before, Map<Long, Set<TableLock>> after) {
		Map<Long, Set<TableLock>> added = new LinkedHashMap<>();
		after.forEach((table, locks) -> {
			Set<TableLock> more = EnumSet.copyOf(locks);
			more.removeAll(before.getOrDefault(table, Set.of()));
			if (!more.isEmpty()) {
				added.put(table, more);
			}
		});
		return added;
	}

	/** Of the tables that the previous worker knows, by the names that it knows. */
	private Map<String, TableLock> strongest(Map<Long, Set<TableLock>> locks) {
		Map<String, TableLock> strongest = new TreeMap<>();
		this.base.tables().forEach((id, table) -> {
			TableLock lock = locks.getOrDefault(id, Set.of()).stream().max(TableLock::compareTo).orElse(null);
			if (lock != null && lock.compareTo(TableLock.ROW_SHARE) >= 0) {
				strongest.put(table.name(), lock);
			}
		});
		return strongest;
	}

	private boolean changesServer() throws SQLException {
		try (Statement statement = this.copy.createStatement();
				ResultSet row = statement.executeQuery(CHANGES_SERVER)) {
			return row.next() && row.getBoolean(1);
		}
	}

	private void execute(String sql) throws SQLException {
		try (Statement statement = this.copy.createStatement()) {
			statement.setEscapeProcessing(false);
			statement.execute(sql);
		}
	}

}
