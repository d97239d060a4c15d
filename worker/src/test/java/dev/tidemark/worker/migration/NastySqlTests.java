package dev.tidemark.worker.migration;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.worker.migration.Cli.Result;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * A file does what {@code psql} does with it, or is refused with its name and the place.
 * What is compared with {@code psql} itself is skipped where there is none.
 * <p>
 * A real database, since it says what has come of the statements.
 */
class NastySqlTests {

	private static final String HEADER = """
			--liquibase formatted sql

			--changeset tidemark:0007-nasty labels:expand
			create table notes (id integer generated always as identity, note text);
			""";

	private static final String FOOTER = """

			--rollback drop table notes cascade;
			""";

	private static final int FIRST_LINE = 5;

	private final SourceTree sources;

	private final Path directory;

	NastySqlTests(@TempDir Path directory) throws IOException {
		this.directory = directory;
		this.sources = SourceTree.ofFirstRelease(directory);
	}

	static Stream<Arguments> texts() {
		return Stream.of(Arguments.of("a body between dollars", """
				create function f(n integer) returns text language plpgsql as $$
				declare -- it's here; and not elsewhere
				  text text := 'a;b--c';
				begin
				  /* "what; /* is; */ this */
				  insert into notes (note) values (text);
				  return text;
				end;
				$$;
				select f(1);"""), Arguments.of("a body between dollars with a name", """
				create function f() returns text language plpgsql as $body$
				begin
				  execute $$insert into notes (note) values ('x;y')$$;
				  return $q$;$q$;
				end $body$;
				insert into notes (note) select f();"""),
				Arguments.of("a body in SQL",
						"""
								create function f(n integer) returns text language sql
								begin atomic
								  insert into notes (note) values ('one; two');
								  select case n when 1 then 'one' else case when true then 'end;' end end;
								end;
								create procedure p() begin atomic delete from notes where id < 0; insert into notes (note) values ('p'); end;
								insert into notes (note) select f(2);
								call p();"""),
				Arguments.of("literals with what is none", """
						insert into notes (note) values ('a -- b'), ('c; d'), ('e
						-- f
						;
						/* g */
						/
						GO
						\t  h  \t
						\s
						i'), ('/* j'), ('*/ -- k'), ('{fn now()} {d ''x''} ? :name $1 %s \\ \\n');
						insert into notes (note) values ('"'), ('$$'), ('$$');"""),
				Arguments.of("literals with backslashes", """
						insert into notes (note) values (E'it\\'s; --'), (e'\\\\'), ('\\'), (U&'\\0061\\003b;'), (E'a'
						  'b\\';--c');"""), Arguments.of("names in quotes", """
						create table "a;b--c" ("d""e;" text, "f/*" text);
						insert into "a;b--c" values (';', '--');
						insert into notes (note) select "d""e;" || "f/*" from "a;b--c";"""),
				Arguments.of("names with dollars", """
						create table a$b$ (c$b$ text);
						insert into a$b$ values ('d;');
						insert into notes (note) select c$b$ from a$b$;"""), Arguments.of("comments", """
						-- don't; "do
						insert into notes (note) -- it's; this
						  values ('a') /* it's; /* "really */ this */ ;
						-- the property of a comment; comments are not instructions
						;; -- changes
						/* ; */"""), Arguments.of("a rule", """
						create table more (note text);
						create rule r as on insert to more do also
						  (insert into notes (note) values (new.note || ';'); insert into notes (note) values ('--'));
						insert into more values ('a');"""), Arguments.of("operators", """
						insert into notes (note) select '{"a": 1}'::jsonb ? 'a';
						insert into notes (note) select '{"a": 1}'::jsonb ?| array['a', 'b'];
						insert into notes (note) select 3 - -1 where 5 <> -1 and 'a' !~* 'b' and @ -1 = 1;"""),
				Arguments.of("no semicolon at the end", "insert into notes (note) values ('last')"),
				Arguments.of("characters of all kinds", """
						insert into notes (note) values ('größer; 佐藤 😀 \u00a0\u2028\u0085'), ($größe$;$größe$);
						comment on table notes is '\u200b;';"""), Arguments.of("one block", """
						do $$
						begin
						  for i in 1..3 loop
						    insert into notes (note) values (i || ';');
						  end loop;
						end
						$$;"""));
	}

	private String write(String text) throws IOException {
		Files.writeString(this.sources.file("0007-nasty"), text);
		return text;
	}

	private static List<String> whatCameOf(DatabaseAddress database) throws SQLException {
		List<String> found = new ArrayList<>();
		try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
			Catalog.read(connection).objects().forEach((_, object) -> found.add(object.create()));
			for (String query : List.of("select id || ' ' || note from notes order by id",
					"select proname || ' ' || coalesce(prosrc, '') from pg_proc "
							+ "where pronamespace = 'public'::regnamespace order by 1",
					"select rulename || ' ' || definition from pg_rules where schemaname = 'public' order by 1")) {
				try (ResultSet rows = statement.executeQuery(query)) {
					while (rows.next()) {
						found.add(rows.getString(1));
					}
				}
			}
		}
		return found;
	}

	/** The whole first release, and the file on top of it. */
	private DatabaseAddress migrated() throws IOException {
		DatabaseAddress database = Stack.shared().newTenant().database();
		Result result = new Cli(database, this.sources.changelog()).migrate("upgrade");
		assertThat(result.exitCode()).as("%s", result).isZero();
		return database;
	}

	private static Optional<Path> psql() {
		return Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
			.map((directory) -> Path.of(directory, "psql"))
			.filter(Files::isExecutable)
			.findFirst();
	}

	private void runPsql(DatabaseAddress database, Path file, String... options)
			throws IOException, InterruptedException {
		Path output = this.directory.resolve("psql.out");
		List<String> command = new ArrayList<>(List.of(psql().orElseThrow().toString(), "-X", "-q"));
		command.addAll(List.of(options));
		command.addAll(List.of("-f", file.toString(), "-h", database.host(), "-p", Integer.toString(database.port()),
				"-U", database.user(), database.name()));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
		builder.environment().put("PGPASSWORD", database.password());
		builder.environment().put("PGCLIENTENCODING", "UTF8");
		assertThat(builder.start().waitFor()).as("%s", Files.readString(output)).isZero();
	}

	@ParameterizedTest
	@MethodSource("texts")
	void doesWhatPsqlDoes(String what, String text) throws Exception {
		assumeThat(psql()).isPresent();
		write(HEADER + text + FOOTER);
		DatabaseAddress byPsql = Stack.shared().newTenant().database();
		Cli first = new Cli(byPsql, this.sources.changelog());
		assertThat(first.migrate("upgrade", "+6").exitCode()).isZero();
		runPsql(byPsql, this.sources.file("0007-nasty"), "-1", "-v", "ON_ERROR_STOP=1");
		assertThat(whatCameOf(migrated())).isEqualTo(whatCameOf(byPsql));
	}

	@ParameterizedTest
	@MethodSource("texts")
	void theScriptDoesTheSame(String what, String text) throws Exception {
		assumeThat(psql()).isPresent();
		write(HEADER + text + FOOTER);
		DatabaseAddress byScript = Stack.shared().newTenant().database();
		Path script = Files.writeString(this.directory.resolve("script.sql"),
				new Cli(byScript, this.sources.changelog()).migrate("upgrade", "--sql").out());
		runPsql(byScript, script);
		assertThat(whatCameOf(byScript)).isEqualTo(whatCameOf(migrated()));
		assertThat(new Cli(byScript, this.sources.changelog()).migrate("status", "--check").exitCode()).isZero();
	}

	@ParameterizedTest
	@MethodSource("texts")
	void comesAndGoes(String what, String text) throws Exception {
		write(HEADER + text + FOOTER);
		DatabaseAddress database = migrated();
		try (Connection connection = database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select count(*) from notes")) {
			row.next();
			assertThat(row.getInt(1)).isPositive();
		}
		assertThat(new Cli(database, this.sources.changelog()).migrate("downgrade", "-1").exitCode()).isZero();
	}

	/** Attributes that told Liquibase how to cut a file mean nothing any more. */
	@ParameterizedTest
	@ValueSource(
			strings = { "", "splitStatements:false", "splitStatements:true stripComments:false", "stripComments:true" })
	void bodiesAreKeptWithTheirCommentsWhateverTheAttributes(String attributes) throws Exception {
		write(HEADER.replace("labels:expand", "labels:expand " + attributes) + """
				create function f() returns text language plpgsql as $$
				begin -- stays; as it is
				  return 'a'; /* so; does
				-- this */
				end $$;
				insert into notes (note) values (f());""" + FOOTER);
		assertThat(whatCameOf(migrated())).contains("1 a", """
				f\s
				begin -- stays; as it is
				  return 'a'; /* so; does
				-- this */
				end\s""");
	}

	@ParameterizedTest
	@CsvSource({ "\\r\\n, ''", "\\r\\n, '\ufeff'", "\\n, '\ufeff'" })
	void lineEndsAndAByteOrderMarkMakeNoDifference(String lineEnd, String mark) throws Exception {
		String text = write(HEADER + """
				insert into notes (note)
				  values ('a;'); -- it's so
				create function f() returns integer language sql
				begin atomic
				  select 1;
				end;

				/* and
				   so on */""" + FOOTER);
		DatabaseAddress database = migrated();
		List<String> expected = whatCameOf(database);

		write(mark + text.replace("\n", lineEnd.translateEscapes()));

		Cli converted = new Cli(database, this.sources.changelog());
		assertThat(converted.migrate("validate")).isEqualTo(new Result(0, """
				7 migrations, well formed; 7 of them ran, as they are now
				""", ""));
		assertThat(converted.migrate("status", "--check").exitCode()).isZero();
		assertThat(whatCameOf(migrated())).isEqualTo(expected);
	}

	static Stream<Arguments> refused() {
		return Stream.of(
				Arguments.of("insert into notes (note) values ('\n--rollback select 1;\n');", 0,
						"Liquibase reads this statement as another one, or not at all"),
				Arguments.of("select 1;\n\ninsert into notes (note) values ($$\n--changeset a:b\n$$);", 2,
						"Liquibase reads this statement as another one, or not at all"),
				Arguments.of("insert into notes (note) values ('\n--comment x\n');", 0,
						"Liquibase reads this statement as another one"),
				Arguments.of("insert into notes (note) values ('a\r\nb');", 0, "a carriage return within quotes"),
				Arguments.of("select 1;\ncreate function f() returns int language sql as $$\r\nselect 1;\r\n$$;", 1,
						"a carriage return within quotes"),
				Arguments.of("insert into notes (note) values ('a\rb');", 0, "a carriage return within quotes"),
				Arguments.of("select 1;\nselect 'not closed;", 1, "what begins here does not end: 'not closed;"),
				Arguments.of("select 1;\n/* not /* closed */", 1, "what begins here does not end: /* not /* closed */"),
				Arguments.of("do $a$ begin end $b$;", 0, "what begins here does not end: $a$ begin end $b$;"),
				Arguments.of("\\echo hello", 0, "psql's own commands are no SQL: \\echo hello"),
				Arguments.of("copy notes (note) from stdin;\na\n\\.", 2, "psql's own commands are no SQL: \\."),
				Arguments.of("copy notes (note) from stdin;", 0, "rows can't follow a copy from stdin"),
				Arguments.of("-- rollback is not needed here\nselect 1;", 0,
						"Liquibase may take this comment for an instruction: write --rollback at the beginning of the "
								+ "line, without a space, or another word: -- rollback is not needed here"),
				Arguments.of("select 1; --rollback select 2;", 0, "Liquibase may take this comment for an instruction"),
				Arguments.of("  --rollback select 2;\nselect 1;", 0,
						"Liquibase may take this comment for an instruction"),
				Arguments.of("-- Comment: this is one\nselect 1;", 0,
						"Liquibase may take this comment for an instruction"),
				Arguments.of("-- preconditions are none\nselect 1;", 0,
						"Liquibase may take this comment for an instruction"),
				Arguments.of("--ignoreLines:1\nselect 1;\nselect 2;", 1,
						"Liquibase reads this statement as another one"),
				Arguments.of("insert into notes (note) values ('${java.version}');", 0,
						"Liquibase reads this statement as another one"));
	}

	@ParameterizedTest
	@MethodSource("refused")
	void whatPsqlWouldReadInAnotherWayIsRefusedWithThePlace(String text, int line, String problem) throws IOException {
		write(HEADER + text + FOOTER);
		String expected = "0007-nasty.sql, line %d: %s".formatted(FIRST_LINE + line, problem);
		assertThat(this.sources.changelog().problems()).anySatisfy((found) -> assertThat(found).startsWith(expected));
		Result result = new Cli(Stack.shared().newTenant().database(), this.sources.changelog()).migrate("upgrade");
		assertThat(result.exitCode()).isEqualTo(1);
		assertThat(result.err()).hasLineCount(1).contains(expected);
	}

	@Test
	void whatIsNotUtf8IsRefused() throws IOException {
		Files.write(this.sources.file("0007-nasty"),
				(HEADER + "select 'größer';" + FOOTER).getBytes(StandardCharsets.ISO_8859_1));
		assertThat(this.sources.changelog().problems()).contains("0007-nasty.sql, line 5: it must be UTF-8");
	}

	@Test
	void attributesThatLiquibasePassesOverAreNamed() throws IOException {
		write(HEADER.replace("labels:expand", "labels:expand runInTransacton:false") + "select 1;" + FOOTER);
		assertThat(this.sources.changelog().problems()).containsExactly(
				"0007-nasty.sql, line 3: Liquibase knows no attribute runInTransacton, and passes over it");
	}

	@Test
	void otherEndsOfStatementsAreRefused() throws IOException {
		write(HEADER.replace("labels:expand", "labels:expand endDelimiter:/") + "select 1\n/" + FOOTER);
		assertThat(this.sources.changelog().problems())
			.contains("0007-nasty: its statements must end with semicolons, without an endDelimiter");
	}

	@Test
	void aRollbackIsReadInTheSameWay() throws Exception {
		write(HEADER + "\n" + """
				--rollback create function undone() returns text language plpgsql as $$
				--rollback begin -- it's; so
				--rollback   return 'a;
				--rollback   -- b
				--rollback   c';
				--rollback end $$;
				--rollback drop table notes;
				""");
		DatabaseAddress database = migrated();
		assertThat(new Cli(database, this.sources.changelog()).migrate("downgrade", "-1").exitCode()).isZero();
		try (Connection connection = database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select undone()")) {
			row.next();
			assertThat(row.getString(1)).isEqualTo("a;\n  -- b\n  c");
		}
	}

	/** Liquibase leaves it out, which changes the literal. */
	@Test
	void anEmptyLineInALiteralOfARollbackIsRefused() throws IOException {
		write(HEADER + "\n--rollback drop table notes; select 'a\n--rollback\n--rollback b';\n");
		assertThat(this.sources.changelog().problems()).singleElement()
			.asString()
			.startsWith("0007-nasty.sql, line 6: Liquibase reads another rollback: drop table notes; ");
	}

	@Test
	void aRollbackThatDoesNotEndIsRefused() throws IOException {
		write(HEADER + "\n--rollback drop table notes; select 'a\n--rollback b;\n");
		assertThat(this.sources.changelog().problems())
			.containsExactly("0007-nasty.sql, line 6: the rollback ends in the middle of a literal or a comment");
	}

}
