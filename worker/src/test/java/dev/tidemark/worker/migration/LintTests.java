package dev.tidemark.worker.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tidemark.worker.migration.Effect.Work;
import dev.tidemark.worker.migration.Finding.Verdict;
import dev.tidemark.worker.migration.TableSizes.Size;
import dev.tidemark.worker.stack.Stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Statements that hurt are known, and what hurts nobody is let pass. The statements, and
 * what is to be said of them, are those of {@code LINT.md}.
 * <p>
 * A real database, since its catalog tells.
 */
@TestInstance(Lifecycle.PER_CLASS)
class LintTests {

	private static final Path PAGE = Path.of("LINT.md");

	private static final String HEADER = "| squawk's rule | statement |";

	private static final TableSizes LARGE = new TableSizes(
			Map.of("accounts", new Size(40_000_000, 8_000_000_000L, 12_000_000_000L)), true);

	private final SourceTree sources;

	private final Connection connection;

	private final String tables;

	LintTests(@TempDir Path directory) throws IOException, SQLException {
		this.sources = SourceTree.ofFirstRelease(directory);
		this.connection = Stack.shared().newTenant().database().connect();
		this.tables = Pattern.compile("(?s)```sql\n(create domain.*?)```")
			.matcher(Files.readString(PAGE))
			.results()
			.map((block) -> block.group(1))
			.collect(Collectors.joining());
	}

	static List<Row> statements() throws IOException {
		List<Row> rows = Files.readAllLines(PAGE)
			.stream()
			.dropWhile((line) -> !line.startsWith(HEADER))
			.skip(2)
			.takeWhile((line) -> line.startsWith("|"))
			.map(Row::of)
			.toList();
		assertThat(rows).hasSizeGreaterThan(105);
		return rows;
	}

	@BeforeAll
	void beThere() throws SQLException {
		execute("create schema other");
	}

	@AfterAll
	void close() throws SQLException {
		this.connection.close();
	}

	private void execute(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private List<Finding> examine(String attributes, String sql, TableSizes sizes) throws IOException, SQLException {
		execute("drop schema public cascade; drop schema if exists other, archive cascade; create schema public");
		execute(this.tables);
		this.sources.with("0007-statement", attributes, sql + ";", "empty");
		return new Lint(this.connection, sizes, Patience.DEFAULT.queueFor())
			.examine(this.sources.changelog().find("0007-statement"));
	}

	private Finding worst(String attributes, String sql, TableSizes sizes) throws IOException, SQLException {
		return examine(attributes, sql, sizes).stream().max(Comparator.comparing(Finding::verdict)).orElseThrow();
	}

	@ParameterizedTest
	@MethodSource("statements")
	void aStatementIsKnown(Row row) throws IOException, SQLException {
		String attributes = row.transaction.equals("yes") ? "labels:expand" : "labels:expand runInTransaction:false";

		Finding finding = worst(attributes, row.statement, TableSizes.UNKNOWN);

		String label = switch (finding.verdict()) {
			case FINE, NOTE, WAITS -> "expand";
			case BREAKS -> "contract";
			case WRONG -> "";
		};
		Row found = new Row(row.rule, row.statement, row.transaction, label,
				finding.verdict().name().toLowerCase(Locale.ROOT),
				finding.locks()
					.entrySet()
					.stream()
					.map((lock) -> "%s on %s".formatted(lock.getValue(), lock.getKey()))
					.collect(Collectors.joining(", ")),
				finding.ways().stream().map(SafeWay::title).collect(Collectors.joining("; ")));
		assertThat(found.line()).as("%s", finding.reasons()).isEqualTo(row.line());
		assertThat(finding.isRefused()).isEqualTo(finding.verdict().compareTo(Verdict.NOTE) > 0);
	}

	@Test
	void aContractIsToldAndOnlyRefusedWhatIsWrong() throws IOException, SQLException {
		assertThat(worst("labels:contract", "alter table accounts drop column note", TableSizes.UNKNOWN).isRefused())
			.isFalse();
		assertThat(worst("labels:contract", "create index on accounts (score)", TableSizes.UNKNOWN).isRefused())
			.isFalse();
		assertThat(worst("labels:contract", "commit", TableSizes.UNKNOWN).isRefused()).isTrue();
	}

	@Test
	void theSizeOfTheTableSaysForHowLong() throws IOException, SQLException {
		assertThat(worst("labels:expand", "create index on accounts (score)", LARGE).reasons())
			.containsExactly("accounts gets an index built (40 million rows, 12 GB): "
					+ "nobody writes to accounts for about 2 min 40 s");
		assertThat(worst("labels:expand", "alter table accounts alter column note set not null", LARGE).reasons())
			.containsExactly("accounts.note takes no null, which the previous worker may write",
					"accounts is scanned (40 million rows, 12 GB): nobody reads or writes accounts for about 40 s");
		assertThat(worst("labels:expand", "update accounts set note = ''", LARGE).reasons())
			.containsExactly("accounts has its rows changed, which stay locked until the end "
					+ "(40 million rows, 12 GB): who writes these rows waits for about 8 min");
	}

	@Test
	void whatIsDoneInBatchesKeepsNobodyWaiting() throws IOException, SQLException {
		assertThat(worst("labels:expand runInTransaction:false", "--in-batches\nupdate accounts set note = ''", LARGE))
			.satisfies((finding) -> {
				assertThat(finding.verdict()).isEqualTo(Verdict.FINE);
				assertThat(finding.reasons()).singleElement().asString().endsWith("nobody waits for more than a batch");
			});
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> examine("labels:expand runInTransaction:false",
					"--in-batches\nupdate remarks set text = ''", TableSizes.UNKNOWN))
			.withMessage("In batches, rows go in the order of their primary key, and remarks has none of one column");
	}

	@Test
	void whatIsOverAtOnceIsNotRefused() throws IOException, SQLException {
		TableSizes small = new TableSizes(Map.of("accounts", new Size(3000, 300_000, 600_000)), true);
		assertThat(worst("labels:expand", "create index on accounts (score)", small)).satisfies((finding) -> {
			assertThat(finding.verdict()).isEqualTo(Verdict.NOTE);
			assertThat(finding.isRefused()).isFalse();
			assertThat(finding.reasons()).containsExactly("accounts gets an index built (3,000 rows, 1 MB): "
					+ "nobody writes to accounts for less than 1500 ms");
		});
	}

	@Test
	void timesGrowWithTheTable() {
		assertThat(LARGE.timeOf(new Work(Work.Kind.SCAN, "accounts"))).isEqualTo(Duration.ofSeconds(40));
		assertThat(LARGE.timeOf(new Work(Work.Kind.REWRITE, "accounts"))).isEqualTo(Duration.ofMinutes(8));
		assertThat(LARGE.timeOf(new Work(Work.Kind.REWRITE, "another"))).isZero();
	}

	@Test
	void aMigrationThatFailsOnTheCopyIsNamed() {
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> examine("labels:expand", "alter table nowhere add column a text", TableSizes.UNKNOWN))
			.withMessage("0007-statement fails on a copy of the schema: ERROR: relation \"nowhere\" does not exist");
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(
					() -> examine("labels:expand", "update accounts set note = 'a', note = 'b'", TableSizes.UNKNOWN))
			.withMessageContaining("multiple assignments to same column \"note\"");
		assertThatExceptionOfType(MigrationException.class)
			.isThrownBy(() -> examine("labels:expand", "alter tabel accounts add column a text", TableSizes.UNKNOWN))
			.withMessageContaining("syntax error at or near \"tabel\"");
	}

	@Test
	void everyWayIsOnThePage() throws IOException {
		List<String> titles = statements().stream().flatMap((row) -> Stream.of(row.instead.split("; "))).toList();
		assertThat(Stream.of(SafeWay.values()).map(SafeWay::title)).isSubsetOf(titles);
	}

	/**
	 * A row of the page's table.
	 */
	record Row(String rule, String statement, String transaction, String label, String verdict, String locks,
			String instead) {

		static Row of(String line) {
			String[] cells = line.substring(1, line.length() - 1).split("\\|", -1);
			return new Row(cells[0].strip(), cells[1].strip().replaceAll("^`|`$", ""), cells[2].strip(),
					cells[3].strip(), cells[4].strip(), cells[5].strip(), cells[6].strip());
		}

		String line() {
			return Stream
				.of(this.rule, "`" + this.statement + "`", this.transaction, this.label, this.verdict, this.locks,
						this.instead)
				.map((cell) -> cell.isEmpty() ? "| " : "| " + cell + " ")
				.collect(Collectors.joining("", "", "|"));
		}

		@Override
		public String toString() {
			return this.statement;
		}

	}

}
