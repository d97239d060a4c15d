package dev.tidemark.worker.migration;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import dev.tidemark.worker.stack.DatabaseAddress;

/**
 * Runs {@code migrate} commands, as its owner, on a database.
 *
 * @param database the database, and its owner
 * @param changelog the migrations
 */
record Cli(DatabaseAddress database, Changelog changelog) {

	Result migrate(String... arguments) {
		return migrate(new ByteArrayOutputStream(), arguments);
	}

	/**
	 * Runs a command whose output somebody reads meanwhile.
	 * @param out gets what the command writes to standard output, line by line
	 * @param arguments the command
	 */
	Result migrate(ByteArrayOutputStream out, String... arguments) {
		List<String> complete = new ArrayList<>(List.of(arguments));
		complete.add("--spring.datasource.url=" + this.database.jdbcUrl());
		complete.add("--spring.datasource.username=" + this.database.user());
		complete.add("--spring.datasource.password=" + this.database.password());
		ByteArrayOutputStream err = new ByteArrayOutputStream();
		int exitCode = Migrations.run(complete, () -> this.changelog,
				new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
		return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
	}

	/**
	 * What a command left behind.
	 *
	 * @param exitCode its exit code
	 * @param out what it wrote to standard output
	 * @param err what it wrote to standard error
	 */
	record Result(int exitCode, String out, String err) {

	}

}
