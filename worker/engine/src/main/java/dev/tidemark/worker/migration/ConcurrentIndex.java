package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.migration.SqlTokens.Kind;
import dev.tidemark.worker.migration.SqlTokens.Statement;
import dev.tidemark.worker.migration.SqlTokens.Token;

/**
 * An index that is built while others write. Whatever ends that early leaves an invalid
 * index, which is kept up to date by every write, and used by nobody.
 *
 * @param name the name, as the catalog has it; empty if PostgreSQL is to make one up
 * @param table the table, as the statement has it
 * @param ifNotExists whether a valid one may be there already
 * @param statement the statement that builds it
 */
record ConcurrentIndex(String name, String table, boolean ifNotExists, String statement) {

	/**
	 * Tells which index a statement builds.
	 * @param sql one statement
	 * @return the index, or null if it builds none, or not while others write
	 */
	static @Nullable ConcurrentIndex of(String sql) {
		Statement statement = statement(sql);
		if (statement == null) {
			return null;
		}
		List<Token> tokens = statement.tokens();
		int at = statement.beginsWith("create", "unique") ? 2 : 1;
		if (!statement.beginsWith("create") || !is(tokens, at, "index") || !is(tokens, at + 1, "concurrently")) {
			return null;
		}
		at += 2;
		boolean ifNotExists = is(tokens, at, "if") && is(tokens, at + 1, "not") && is(tokens, at + 2, "exists");
		if (ifNotExists) {
			at += 3;
		}
		String name = "";
		if (!is(tokens, at, "on")) {
			name = catalogName(tokens.get(at));
			at++;
		}
		at += is(tokens, at + 1, "only") ? 2 : 1;
		StringBuilder table = new StringBuilder();
		while (at < tokens.size()
				&& (tokens.get(at).is(".") || tokens.get(at).kind() == Kind.NAME || tokens.get(at).kind() == Kind.WORD)
				&& !tokens.get(at).is("using")) {
			table.append(tokens.get(at).text());
			at++;
		}
		return new ConcurrentIndex(name, table.toString(), ifNotExists, sql);
	}

	/**
	 * Tells whether nobody waits behind a statement, however long it waits for others: it
	 * keeps away what changes the table, and none of those who read and write.
	 * @param sql one statement
	 */
	static boolean isHarmless(String sql) {
		Statement statement = statement(sql);
		if (statement == null) {
			return false;
		}
		return of(sql) != null || statement.beginsWith("drop", "index", "concurrently")
				|| (statement.beginsWith("reindex")
						&& statement.tokens().stream().anyMatch((t) -> t.is("concurrently")));
	}

	private static @Nullable Statement statement(String sql) {
		List<Statement> statements = SqlTokens.statements(sql);
		return (statements.size() == 1) ? statements.getFirst() : null;
	}

	private static boolean is(List<Token> tokens, int place, String word) {
		return place < tokens.size() && tokens.get(place).is(word);
	}

	private static String catalogName(Token token) {
		String text = token.text();
		return (token.kind() == Kind.NAME) ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
				: text.toLowerCase(Locale.ROOT);
	}

	/**
	 * Says what is in the way of running statements again: whoever is killed may have
	 * built an index, and not said so in the history.
	 * @param statements the statements of a migration
	 */
	static List<String> problems(List<String> statements) {
		List<String> problems = new ArrayList<>();
		Set<String> dropped = new HashSet<>();
		for (String sql : statements) {
			Statement statement = statement(sql);
			ConcurrentIndex index = of(sql);
			if (index != null && index.name.isEmpty()) {
				problems.add("an index that is built concurrently must have a name, so that it is found if that fails");
			}
			else if (index != null && !index.ifNotExists && !dropped.contains(index.name)) {
				problems.add("its index %s must be built if not exists, or dropped before, so that it can run again"
					.formatted(index.name));
			}
			else if (statement != null && statement.beginsWith("drop", "index")) {
				dropped.add(catalogName(statement.tokens().getLast()));
			}
		}
		return problems;
	}

	/**
	 * Finds what an earlier attempt has left.
	 * @param connection a session
	 * @return the statement that drops it, or null if there is no such index, or a valid
	 * one
	 */
	@Nullable String dropStatement(Connection connection) throws SQLException {
		try (PreparedStatement query = connection.prepareStatement("""
				select format('drop index concurrently %s', i.indexrelid::regclass)
				from pg_index i join pg_class c on c.oid = i.indexrelid
				where not i.indisvalid and c.relkind = 'i' and c.relname = ? and i.indrelid = to_regclass(?)""")) {
			query.setString(1, this.name);
			query.setString(2, this.table);
			try (ResultSet row = query.executeQuery()) {
				return row.next() ? row.getString(1) : null;
			}
		}
	}

}
