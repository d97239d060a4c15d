package dev.tidemark.worker.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.tidemark.worker.settings.UsageException;

/**
 * The text of a new migration.
 *
 * @param id its id, which is its file's name
 * @param text what is in the file
 * @param notes what its author has to think of
 */
record RevisionFile(String id, String text, List<String> notes) {

	private static final Pattern CREATED_TABLE = Pattern.compile("create table (\\S+) .*", Pattern.DOTALL);

	private static final Pattern ALTERED_TABLE = Pattern.compile("alter table (\\S+) (.*)", Pattern.DOTALL);

	private static final Pattern ADDED_COLUMN = Pattern.compile("alter table (\\S+) add column (\\S+) (.*)",
			Pattern.DOTALL);

	private static final Pattern DROPPED_COLUMN = Pattern.compile("alter table (\\S+) drop column (\\S+)");

	/** A file for an author to fill. */
	static RevisionFile empty(int number, String message) {
		String id = id(number, message);
		return new RevisionFile(id, header(id, Impact.EXPAND, message) + """
				-- Write the change here, and below what takes it back. If it does more than add, so that the previous
				-- worker could not run on it, the label is contract. An index on a large table goes into a file of its
				-- own: --changeset ... runInTransaction:false, then create index concurrently.

				--rollback
				""", List.of());
	}

	/** A file that does what was found to be missing. */
	static RevisionFile of(int number, String message, List<String> upgrade, List<String> downgrade) {
		String id = id(number, message);
		List<String> notes = notes(upgrade);
		String review = notes.stream().map((note) -> "-- Review: " + note + "\n").collect(Collectors.joining());
		String up = upgrade.stream().map((statement) -> statement + ";\n").collect(Collectors.joining());
		String down = downgrade.stream()
			.flatMap((statement) -> (statement + ";").lines())
			.map((line) -> "--rollback " + line + "\n")
			.collect(Collectors.joining());
		return new RevisionFile(id, header(id, impact(upgrade), message) + review + up + "\n" + down, notes);
	}

	/** This file, with what lint has found, for its author to review. */
	RevisionFile with(List<Finding> findings) {
		List<String> found = findings.stream()
			.filter(Finding::isRefused)
			.flatMap((finding) -> Stream.concat(finding.reasons().stream(),
					finding.ways().stream().map((way) -> "instead: " + way.advice())))
			.distinct()
			.toList();
		String review = found.stream().map((line) -> "-- Lint: " + line + "\n").collect(Collectors.joining());
		return new RevisionFile(this.id,
				this.text.replaceFirst("(?m)(^--comment .*\n)", "$1" + Matcher.quoteReplacement(review)),
				Stream.concat(this.notes.stream(), found.stream()).toList());
	}

	private static String id(int number, String message) {
		String words = message.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
		if (words.isEmpty()) {
			throw new UsageException("A migration needs a message of some letters, and not '%s'".formatted(message));
		}
		return "%04d-%s".formatted(number, words);
	}

	private static String header(String id, Impact impact, String message) {
		return """
				--liquibase formatted sql

				--changeset tidemark:%s labels:%s
				--comment %s
				""".formatted(id, impact.label(), message.strip());
	}

	/** Whatever is not known to only add is taken for the other. */
	private static Impact impact(List<String> upgrade) {
		List<String> newTables = tables(upgrade);
		return upgrade.stream().allMatch((statement) -> onlyAdds(statement, newTables)) ? Impact.EXPAND
				: Impact.CONTRACT;
	}

	private static List<String> tables(List<String> upgrade) {
		return upgrade.stream().map(CREATED_TABLE::matcher).filter(Matcher::matches).map((m) -> m.group(1)).toList();
	}

	private static boolean onlyAdds(String statement, List<String> newTables) {
		Matcher altered = ALTERED_TABLE.matcher(statement);
		if (altered.matches()) {
			Matcher added = ADDED_COLUMN.matcher(statement);
			return newTables.contains(altered.group(1)) || altered.group(2).endsWith("drop not null")
					|| (added.matches() && !isMandatory(added.group(3)));
		}
		return (statement.startsWith("create ") && !statement.startsWith("create unique "))
				|| statement.startsWith("comment on ");
	}

	private static boolean isMandatory(String column) {
		return column.contains(" not null") && !column.contains(" default ") && !column.contains(" generated ");
	}

	private static List<String> notes(List<String> upgrade) {
		List<String> notes = new ArrayList<>();
		for (String statement : upgrade) {
			Matcher dropped = DROPPED_COLUMN.matcher(statement);
			Matcher added = ADDED_COLUMN.matcher(statement);
			if (dropped.matches()) {
				boolean maybeRenamed = upgrade.stream()
					.map(ADDED_COLUMN::matcher)
					.anyMatch((other) -> other.matches() && other.group(1).equals(dropped.group(1)));
				notes.add("%s.%s is dropped, with its data%s".formatted(dropped.group(1), dropped.group(2),
						maybeRenamed ? "; if it was renamed, write: alter table %s rename column %s to ..."
							.formatted(dropped.group(1), dropped.group(2)) : ""));
			}
			else if (statement.startsWith("drop table ")) {
				notes.add("%s is dropped, with its data; if it was renamed, write: alter table ... rename to ..."
					.formatted(statement.substring("drop table ".length())));
			}
			else if (added.matches() && isMandatory(added.group(3))) {
				notes.add("%s.%s is not null: where %s has rows, add it without, fill it, then set not null"
					.formatted(added.group(1), added.group(2), added.group(1)));
			}
			else if (statement.endsWith(" set not null")) {
				notes.add("fill the nulls first: " + statement);
			}
			else if (statement.contains(" using ") && statement.contains(" alter column ")) {
				notes.add("is this how the values are converted? " + statement);
			}
		}
		return List.copyOf(notes);
	}

}
