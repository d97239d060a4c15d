package dev.tidemark.worker.migration;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.settings.UsageException;

/**
 * A {@code migrate} command line, taken apart.
 *
 * @param verb what to do
 * @param target how far, where the verb goes somewhere
 * @param options the options given, without their dashes
 * @param properties settings given as {@code --name=value}, in Spring's way
 */
record MigrateArguments(Verb verb, @Nullable String target, Set<String> options, List<String> properties) {

	/**
	 * Takes a command line apart.
	 * @throws UsageException if it is not one
	 */
	static MigrateArguments parse(List<String> arguments) {
		List<String> words = new ArrayList<>();
		Set<String> options = new LinkedHashSet<>();
		List<String> properties = new ArrayList<>();
		for (String argument : arguments) {
			if (argument.startsWith("--") && argument.contains("=")) {
				properties.add(argument);
			}
			else if (argument.startsWith("--")) {
				options.add(argument.substring(2));
			}
			else {
				words.add(argument);
			}
		}
		if (options.contains("help") || words.equals(List.of("help"))) {
			return new MigrateArguments(Verb.HELP, null, Set.of(), properties);
		}
		if (words.isEmpty()) {
			throw new UsageException("What? One of " + Verb.names() + "; 'migrate --help' explains");
		}
		Verb verb = Verb.of(words.getFirst());
		if (words.size() > (verb.hasTarget ? 2 : 1)) {
			throw new UsageException(
					"%s does not know what to do with '%s'".formatted(words.getFirst(), words.getLast()));
		}
		for (String option : options) {
			if (!verb.allows(option)) {
				throw new UsageException("%s has no option --%s".formatted(words.getFirst(), option));
			}
		}
		return new MigrateArguments(verb, (words.size() > 1) ? words.get(1) : null, options, properties);
	}

	boolean has(String option) {
		return this.options.contains(option);
	}

	/**
	 * What can be done.
	 */
	enum Verb {

		/** Applies what is pending. */
		UPGRADE("upgrade [head | +N | ID] [--sql]", "apply pending migrations: all, the next N, up to and with ID",
				true),

		/** Takes back what ran. */
		DOWNGRADE("downgrade -N | ID | base [--sql]", "undo the last N, all after ID, everything", true),

		/** Tells where the database stands. */
		CURRENT("current [--json]", "where the database stands", false),

		/** Tells what ran. */
		HISTORY("history [--json]", "what ran, when; the latest first", false),

		/** Tells what is pending. */
		STATUS("status [--check] [--json]", "what is pending; with --check, exit 3 if the worker would not start",
				false),

		/** Writes the history without running anything. */
		STAMP("stamp head | ID | base", "record as run without running, up to and with ID; forget what is after it",
				true),

		/** Compares files and history. */
		VALIDATE("validate",
				"are the files well formed, as they were when they ran, and what lint wants; exit 3 if not", false),

		/** Tries what is pending on a copy. */
		LINT("lint", "can the workers go on beside what is pending; tried on a copy of the schema; exit 3 if not",
				false),

		/** Starts from nothing. */
		RESET("reset --yes", "drop everything and build it again; without --yes, say what that would destroy", false),

		/** Explains. */
		HELP("help", "this", false);

		private final String synopsis;

		private final String meaning;

		private final boolean hasTarget;

		Verb(String synopsis, String meaning, boolean hasTarget) {
			this.synopsis = synopsis;
			this.meaning = meaning;
			this.hasTarget = hasTarget;
		}

		static Verb of(String word) {
			for (Verb verb : values()) {
				if (verb.word().equals(word)) {
					return verb;
				}
			}
			throw new UsageException("There is no '%s'; there are %s".formatted(word, names()));
		}

		String word() {
			return this.synopsis.split(" ", 2)[0];
		}

		boolean allows(String option) {
			return List.of(this.synopsis.split("[ \\[\\]]+")).contains("--" + option);
		}

		static String names() {
			return List.of(values()).stream().map(Verb::word).collect(Collectors.joining(", "));
		}

		static String help() {
			return List.of(values())
				.stream()
				.map((verb) -> "  migrate %-34s %s".formatted(verb.synopsis, verb.meaning))
				.collect(Collectors.joining(System.lineSeparator()));
		}

	}

}
