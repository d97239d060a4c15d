package dev.tidemark.worker.migration;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.worker.migration.SqlTokens.Statement;
import dev.tidemark.worker.migration.SqlTokens.Token;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A statement ends where {@code psql} says so.
 */
class SqlTokensTests {

	private static final String ATOMIC = """
			create or replace function f(n integer) returns text language sql
			begin atomic
			  insert into t values (n);
			  select case n when 1 then 'end;' else 'case' end;
			end""";

	static Stream<Arguments> texts() {
		return Stream.of(of("", ""), of(" ;; -- nothing; here\n/* nor; here */ ;"), of("select 1", "select 1"),
				of("select 1;select 2 ; ", "select 1", "select 2"), of("select ';';select 2", "select ';'", "select 2"),
				of("select 'it''s;';select 2", "select 'it''s;'", "select 2"),
				of("select '\\';select 2", "select '\\'", "select 2"),
				of("select E'\\';';select 2", "select E'\\';'", "select 2"),
				of("select e'a'\n -- and so on\n '\\';';select 2", "select e'a'\n -- and so on\n '\\';'", "select 2"),
				of("select e'a' '\\';select 2", "select e'a' '\\'", "select 2"),
				of("select U&'\\0061;', N';', x'', b'';select 2", "select U&'\\0061;', N';', x'', b''", "select 2"),
				of("select ename';';select 2", "select ename';'", "select 2"),
				of("select \"a\"\";--\", U&\"b;\";select 2", "select \"a\"\";--\", U&\"b;\"", "select 2"),
				of("select 1 -- it's\n;select 2", "select 1", "select 2"),
				of("select 1 /* it's; /* really; */ \" */;select 2", "select 1", "select 2"),
				of("-- first\nselect 1 -- middle;\n + 2; -- last", "select 1 -- middle;\n + 2"),
				of("select $$;$$;select 2", "select $$;$$", "select 2"),
				of("do $a$ ; $$ ; $b$ $a$;select 2", "do $a$ ; $$ ; $b$ $a$", "select 2"),
				of("do $größe$;$größe$;select 2", "do $größe$;$größe$", "select 2"),
				of("select a$b$c from d$b$;select 2", "select a$b$c from d$b$", "select 2"),
				of("select $1;select $2", "select $1", "select $2"),
				of("create rule r as on insert to t do also (delete from a; delete from b);select 2",
						"create rule r as on insert to t do also (delete from a; delete from b)", "select 2"),
				of(ATOMIC + ";select 2", ATOMIC, "select 2"),
				of("create procedure p() begin atomic delete from a; end;select 2",
						"create procedure p() begin atomic delete from a; end", "select 2"),
				of("begin;select case when true then 1 end;end;", "begin", "select case when true then 1 end", "end"),
				of("create function f(\"begin\" int) returns int language sql return 1;select 2",
						"create function f(\"begin\" int) returns int language sql return 1", "select 2"),
				of("create table begin_table ();select 2", "create table begin_table ()", "select 2"),
				of("select 1e5, 1.5, '{}'::jsonb ? 'a';select 2", "select 1e5, 1.5, '{}'::jsonb ? 'a'", "select 2"));
	}

	private static Arguments of(String text, String... statements) {
		return Arguments.of(text, Stream.of(statements).filter((statement) -> !statement.isEmpty()).toList());
	}

	@ParameterizedTest
	@MethodSource("texts")
	void aStatementEndsWhereItEnds(String text, List<String> statements) {
		assertThat(SqlTokens.statements(text)).extracting(Statement::text).isEqualTo(statements);
	}

	@ParameterizedTest
	@MethodSource("texts")
	void nothingGetsLost(String text, List<String> statements) {
		assertThat(SqlTokens.of(text).stream().map(Token::text).collect(Collectors.joining())).isEqualTo(text);
		assertThat(SqlTokens.of(text)).allMatch(Token::isClosed);
	}

	@ParameterizedTest
	@ValueSource(strings = { "select 'a", "select E'a\\'", "select \"a", "select $a$ $$ ", "select /* /* */ ",
			"select e'a'\n'b" })
	void whatDoesNotEndIsNoticed(String text) {
		assertThat(SqlTokens.of(text)).filteredOn((token) -> !token.isClosed()).hasSize(1);
	}

}
