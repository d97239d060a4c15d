package dev.tidemark.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A change of a table that keeps workers waiting if it is made in the simplest way, and
 * what {@code migrate lint} advises instead: one of {@code dangerous-statements.sql}.
 *
 * @param title what is changed
 * @param lint what {@code migrate lint} says of the simplest way: its verdict, and the
 * locks
 * @param naive the simplest way
 * @param advised the other way, step by step
 * @param undo what makes the table as it was, after either; may be empty
 */
record DangerousChange(String title, String lint, Step naive, List<Step> advised, String undo) {

	/** One migration. */
	record Step(String sql, boolean inTransaction, boolean inBatches) {

		private static Step of(String attributes, String sql) {
			return new Step(sql, attributes.isEmpty(), attributes.endsWith("in batches"));
		}

	}

	private static final String RESOURCE = "dangerous-statements.sql";

	/** Whether somebody else has a long transaction on the table meanwhile. */
	boolean isBesideLongTransaction() {
		return this.title.endsWith("beside a long transaction");
	}

	/** Whether the worker can't go on until it is undone. */
	boolean breaksWorker() {
		return this.title.endsWith("breaks the worker");
	}

	/** Returns what makes the table that is changed. */
	static String preparation() {
		return part(text().split("\n-- change: ", 2)[0], "prepare");
	}

	/** Returns all changes. */
	static List<DangerousChange> all() {
		List<DangerousChange> all = new ArrayList<>();
		String[] changes = text().split("\n-- change: ", -1);
		for (int i = 1; i < changes.length; i++) {
			all.add(parse(changes[i]));
		}
		return all;
	}

	private static DangerousChange parse(String change) {
		String title = change.lines().findFirst().orElseThrow();
		String naive = part(change, "naive");
		List<Step> advised = new ArrayList<>();
		for (String step : change.split("\n-- advised", -1)) {
			if (!step.startsWith(title)) {
				String attributes = step.lines().findFirst().orElse("");
				advised.add(Step.of(attributes, statements(step.substring(attributes.length()))));
			}
		}
		boolean inTransaction = !naive.startsWith("vacuum") && !naive.startsWith("cluster");
		return new DangerousChange(title, line(change, "lint: "), new Step(naive, inTransaction, false), advised,
				part(change, "undo"));
	}

	private static String line(String text, String prefix) {
		return text.lines()
			.filter((line) -> line.startsWith("-- " + prefix))
			.map((line) -> line.substring("-- ".length() + prefix.length()))
			.findFirst()
			.orElse("");
	}

	/** The statements behind a line, up to the next such line. */
	private static String part(String text, String name) {
		int begin = text.indexOf("\n-- " + name + "\n");
		return (begin >= 0) ? statements(text.substring(begin + name.length() + "\n-- \n".length())) : "";
	}

	private static String statements(String text) {
		int end = ("\n" + text).indexOf("\n-- ");
		return ((end >= 0) ? text.substring(0, Math.max(0, end - 1)) : text).strip();
	}

	private static String text() {
		try (InputStream resource = Objects.requireNonNull(DangerousChange.class.getResourceAsStream(RESOURCE),
				RESOURCE)) {
			return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
