package dev.tidemark.worker.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.worker.migration.Cli.Result;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A database that could not keep every text is refused before anything is made in it.
 * <p>
 * A real database, since its encoding is looked at.
 */
class EncodingTests {

	private static final Changelog CHANGELOG = Changelog.ofThisWorker();

	@ParameterizedTest
	@ValueSource(strings = { "LATIN1", "SQL_ASCII" })
	void migrateRefusesIt(String encoding) throws SQLException {
		DatabaseAddress database = database(encoding);
		Cli cli = new Cli(database, CHANGELOG);
		for (String[] command : new String[][] { { "upgrade" }, { "upgrade", "head", "--sql" }, { "stamp", "head" },
				{ "reset", "--yes" }, { "status", "--check" } }) {
			Result result = cli.migrate(command);
			assertThat(result.exitCode()).as(String.join(" ", command)).isEqualTo(1);
			assertThat(result.out()).isEmpty();
			assertThat(result.err()).hasLineCount(1)
				.startsWith("migrate: The database's encoding is " + encoding + ", and must be UTF8");
		}
		assertThat(tables(database)).isZero();
		assertThat(cli.migrate("current").exitCode()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "LATIN1", "SQL_ASCII" })
	void theWorkerRefusesItEvenWithASchema(String encoding) throws SQLException {
		DatabaseAddress database = database(encoding);
		try (Connection connection = database.connect()) {
			Migrations.upgrade(connection);
		}
		SchemaCheck check = new SchemaCheck(database.dataSource(), CHANGELOG);
		assertThatExceptionOfType(SchemaMismatchException.class).isThrownBy(check::verify)
			.withMessageStartingWith("The database's encoding is " + encoding + ", and must be UTF8");
	}

	@Test
	void utf8IsGood() throws SQLException {
		DatabaseAddress database = Stack.shared().newTenant().database();
		assertThat(new Cli(database, CHANGELOG).migrate("upgrade").exitCode()).isZero();
		new SchemaCheck(database.dataSource(), CHANGELOG).verify();
	}

	private static DatabaseAddress database(String encoding) throws SQLException {
		DatabaseAddress tenant = Stack.shared().newTenant().database();
		String name = tenant.name() + "_" + encoding.toLowerCase(Locale.ROOT);
		try (Connection connection = Stack.shared().database().connect();
				Statement statement = connection.createStatement()) {
			statement.execute("create database %s owner %s encoding '%s' lc_collate 'C' lc_ctype 'C' template template0"
				.formatted(name, tenant.user(), encoding));
		}
		return new DatabaseAddress(tenant.host(), tenant.port(), name, tenant.user(), tenant.password());
	}

	private static int tables(DatabaseAddress database) throws SQLException {
		try (Connection connection = database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement
					.executeQuery("select count(*) from pg_class where relnamespace = 'public'::regnamespace")) {
			row.next();
			return row.getInt(1);
		}
	}

}
