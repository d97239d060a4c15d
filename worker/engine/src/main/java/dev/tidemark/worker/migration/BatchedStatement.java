package dev.tidemark.worker.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.migration.SqlTokens.Kind;
import dev.tidemark.worker.migration.SqlTokens.Token;

/**
 * An update or a delete that is done for some rows at a time. It is an ordinary
 * statement, which would do it for all rows at once.
 *
 * @param sql the statement
 * @param table the table, as the statement has it
 * @param alias what the statement calls it
 * @param condition where its condition begins; the statement's end if it has none
 * @param hasCondition whether it has one
 */
record BatchedStatement(String sql, String table, String alias, int condition, boolean hasCondition) {

	/** The line of a file that asks for it. */
	static final String MARK = "--in-batches";

	/**
	 * Reads a statement.
	 * @param sql one statement
	 * @return the statement, or null if it can't be done for some rows at a time
	 */
	static @Nullable BatchedStatement of(String sql) {
		List<Token> tokens = SqlTokens.statements(sql).getFirst().tokens();
		int at;
		if (is(tokens, 0, "update")) {
			at = 1;
		}
		else if (is(tokens, 0, "delete") && is(tokens, 1, "from")) {
			at = 2;
		}
		else {
			return null;
		}
		at += is(tokens, at, "only") ? 1 : 0;
		StringBuilder table = new StringBuilder();
		while (at < tokens.size() && (isName(tokens.get(at)) || is(tokens, at, "."))
				&& (table.isEmpty() || is(tokens, at, ".") || table.charAt(table.length() - 1) == '.')) {
			table.append(tokens.get(at).text());
			at++;
		}
		at += is(tokens, at, "as") ? 1 : 0;
		boolean hasAlias = at < tokens.size() && isName(tokens.get(at))
				&& List.of("set", "using", "where", "returning").stream().noneMatch(tokens.get(at)::is);
		String alias = hasAlias ? tokens.get(at).text() : table.toString();
		List<Token> outermost = outermost(tokens);
		if (table.isEmpty() || outermost.stream().anyMatch((token) -> token.is("returning"))) {
			return null;
		}
		return outermost.stream()
			.filter((token) -> token.is("where"))
			.findFirst()
			.map((where) -> new BatchedStatement(sql, table.toString(), alias, where.end(), true))
			.orElseGet(() -> new BatchedStatement(sql, table.toString(), alias, sql.length(), false));
	}

	private static boolean is(List<Token> tokens, int place, String word) {
		return place < tokens.size() && tokens.get(place).is(word);
	}

	private static boolean isName(Token token) {
		return token.kind() == Kind.NAME || token.kind() == Kind.WORD;
	}

	private static List<Token> outermost(List<Token> tokens) {
		List<Token> outermost = new ArrayList<>();
		int depth = 0;
		for (Token token : tokens) {
			depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
			if (depth == 0) {
				outermost.add(token);
			}
		}
		return outermost;
	}

	/**
	 * Says what is in the way of doing a migration in batches.
	 * @param isTransactional whether it is one transaction
	 * @param statements its statements
	 */
	static List<String> problems(boolean isTransactional, List<String> statements) {
		List<String> problems = new ArrayList<>();
		if (isTransactional) {
			problems.add("in batches, it must say runInTransaction:false");
		}
		if (statements.size() != 1 || of(statements.getFirst()) == null) {
			problems.add("in batches, it must be one update or delete, without a with and a returning");
		}
		return problems;
	}

	/**
	 * The statement for some rows.
	 * @param key the column that rows are counted by
	 * @param after the value behind which they begin; null for the first ones
	 * @param upTo the last value
	 */
	String within(String key, @Nullable String after, String upTo) {
		String range = "%s.%s <= %s".formatted(this.alias, key, upTo)
				+ ((after != null) ? " and %s.%s > %s".formatted(this.alias, key, after) : "");
		String before = this.sql.substring(0, this.condition);
		// A comment at the end would hide the parenthesis.
		return this.hasCondition ? "%s (%s\n) and %s".formatted(before, this.sql.substring(this.condition), range)
				: "%s\nwhere %s".formatted(before, range);
	}

	/**
	 * Finds the last of the next rows.
	 * @param key the column that rows are counted by
	 * @param after the value behind which they begin; null for the first ones
	 * @param rows how many
	 * @return a query of the last row's key, and how many there are
	 */
	String next(String key, @Nullable String after, int rows) {
		return """
				select batch.key, count(*) over () from (select %s as key from %s%s order by %s limit %d) as batch
				order by batch.key desc limit 1""".formatted(key, this.table,
				(after != null) ? " where %s > %s".formatted(key, after) : "", key, rows);
	}

	/**
	 * The same as a block for {@code psql}, which commits after each batch.
	 * @param key the column that rows are counted by
	 * @param batching how many rows, and how often
	 */
	String script(String key, Batching batching) {
		String first = within(key, null, "tidemark_up_to");
		String others = within(key, "tidemark_after", "tidemark_up_to");
		return """
				do $batches$
				declare
				  tidemark_after %1$s.%2$s%%type;
				  tidemark_up_to %1$s.%2$s%%type;
				  tidemark_rows bigint;
				begin
				  loop
				    if tidemark_after is null then
				%3$s into tidemark_up_to, tidemark_rows;
				%4$s;
				    else
				%5$s into tidemark_up_to, tidemark_rows;
				%6$s;
				    end if;
				    exit when tidemark_up_to is null;
				    commit;
				    perform pg_sleep(%7$s);
				    tidemark_after := tidemark_up_to;
				  end loop;
				end
				$batches$""".formatted(this.table, key, indented(next(key, null, batching.rows())), indented(first),
				indented(next(key, "tidemark_after", batching.rows())), indented(others),
				batching.pause().toMillis() / 1000.0);
	}

	private static String indented(String sql) {
		return sql.lines().map((line) -> "      " + line).collect(Collectors.joining("\n"));
	}

}
