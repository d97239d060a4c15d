package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tidemark.worker.migration.Cli.Result;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whoever cannot migrate a database is told why, in one line, before anything is made in
 * it.
 * <p>
 * A real database, since it has the rights. Encodings are in {@link EncodingTests}.
 */
class DatabaseCheckTests {

	private static final Changelog CHANGELOG = Changelog.ofThisWorker();

	private static final String[][] CHANGES = { { "upgrade" }, { "downgrade", "base" }, { "stamp", "head" },
			{ "reset", "--yes" } };

	private final DatabaseAddress database = Stack.shared().newTenant().database();

	private final DatabaseAddress other = new DatabaseAddress(this.database.host(), this.database.port(),
			this.database.name(), this.database.name() + "_other", "other");

	DatabaseCheckTests() throws SQLException {
		administer("create role %s login password 'other'".formatted(this.other.user()));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "none",
			value = { "9 | 9.6.24 | UTF8 | PostgreSQL 9.6.24, ",
					"14 | 14.20 (Debian 14.20-1.pgdg13+1) | UTF8 | PostgreSQL 14.20, ",
					"14 | 14.20 | LATIN1 | PostgreSQL 14.20, ", "15 | 15.0 | UTF8 | none", "18 | 18.1 | UTF8 | none",
					"19 | 19beta1 | UTF8 | none", "15 | 15.0 | LATIN1 | encoding is LATIN1, " })
	void oldServersAreRefused(int major, String version, String encoding, @Nullable String words) {
		String objection = DatabaseCheck.objection(major, version, encoding);
		if (words == null) {
			assertThat(objection).isNull();
		}
		else {
			assertThat(objection).contains(words);
		}
	}

	@Test
	void theServerOfTheTestsIsGood() throws SQLException {
		try (Connection connection = this.database.connect()) {
			assertThat(DatabaseCheck.objection(connection)).isNull();
		}
	}

	@Test
	void aRoleThatMayNotCreateIsNamed() throws SQLException {
		assertRefused("The role %s may not create anything in the schema public: grant it create, or "
			.formatted(this.other.user()) + "migrate as the owner (DB_MIGRATION_USER)");
	}

	@Test
	void aSearchPathWithoutASchemaIsNamed() throws SQLException {
		administer("alter role %s set search_path = nowhere, elsewhere".formatted(this.other.user()));
		assertRefused("There is no schema that the role %s may use: none of its search_path (nowhere, elsewhere) "
			.formatted(this.other.user()) + "exists, or it lacks usage");
	}

	@Test
	void aRoleThatMayOnlyReadIsNamed() throws SQLException {
		administer("alter role %s set default_transaction_read_only = on".formatted(this.other.user()));
		assertRefused(
				"The role %s may only read (default_transaction_read_only): let it write, or migrate as another one"
					.formatted(this.other.user()));
	}

	@Test
	void theSchemaOfAnotherRoleIsLeftAlone() throws SQLException {
		assertThat(new Cli(this.database, CHANGELOG).migrate("upgrade").exitCode()).isZero();
		try (Connection owner = this.database.connect(); Statement statement = owner.createStatement()) {
			statement.execute("grant create on schema public to " + this.other.user());
			statement.execute("grant select on databasechangelog to " + this.other.user());
		}
		assertRefused("The schema belongs to the role %s, and %s may not change it: migrate as its owner "
			.formatted(this.database.user(), this.other.user()) + "(DB_MIGRATION_USER)");
		assertThat(new Cli(this.other, CHANGELOG).migrate("status", "--check").exitCode()).isZero();
	}

	private void assertRefused(String line) throws SQLException {
		int before = relations();
		for (String[] change : CHANGES) {
			assertThat(new Cli(this.other, CHANGELOG).migrate(change)).as(String.join(" ", change))
				.isEqualTo(new Result(1, "", "migrate: %s%n".formatted(line)));
		}
		assertThat(relations()).isEqualTo(before);
	}

	private int relations() throws SQLException {
		try (Connection connection = this.database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select count(*) from pg_class")) {
			row.next();
			return row.getInt(1);
		}
	}

	private void administer(String sql) throws SQLException {
		try (Connection connection = Stack.shared().database().connect();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
