package dev.tidemark.worker.operations;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.worker.settings.UsageException;

/**
 * A tool's command line, taken apart.
 *
 * @param words what has no dashes, in order
 * @param flags the switches that are there
 * @param options the options that are there, with their values
 * @param properties settings given as {@code --name=value}, in Spring's way
 * @param help whether only an explanation is wanted
 */
record Arguments(List<String> words, Set<String> flags, Map<String, List<String>> options, List<String> properties,
		boolean help) {

	static Arguments parse(Tool tool, List<String> arguments) {
		List<String> words = new ArrayList<>();
		Set<String> flags = new HashSet<>();
		Map<String, List<String>> options = new HashMap<>();
		List<String> properties = new ArrayList<>();
		boolean help = false;
		for (Iterator<String> rest = arguments.iterator(); rest.hasNext();) {
			String argument = rest.next();
			if (!argument.startsWith("--")) {
				words.add(argument);
				continue;
			}
			int equals = argument.indexOf('=');
			String name = argument.substring(2, (equals < 0) ? argument.length() : equals);
			if (tool.hasOption(name)) {
				if (equals < 0 && !rest.hasNext()) {
					throw new UsageException("--" + name + " wants a value");
				}
				options.computeIfAbsent(name, (_) -> new ArrayList<>())
					.add((equals < 0) ? rest.next() : argument.substring(equals + 1));
			}
			else if (equals < 0 && tool.hasFlag(name)) {
				flags.add(name);
			}
			else if (equals < 0 && name.equals("help")) {
				help = true;
			}
			else if (equals > 0 && name.contains(".")) {
				properties.add(argument);
			}
			else {
				throw new UsageException("there is no option --" + name);
			}
		}
		return new Arguments(words, flags, options, properties, help || words.equals(List.of("help")));
	}

	boolean has(String flag) {
		return this.flags.contains(flag);
	}

	List<String> values(String option) {
		return this.options.getOrDefault(option, List.of());
	}

	@Nullable String value(String option) {
		List<String> values = values(option);
		if (values.size() > 1) {
			throw new UsageException("--" + option + " is there twice");
		}
		return values.isEmpty() ? null : values.getFirst();
	}

	int number(String option, int from, int to, int otherwise) {
		String text = value(option);
		if (text == null) {
			return otherwise;
		}
		try {
			int number = Integer.parseInt(text);
			if (number >= from && number <= to) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// No number is as wrong as one that is out of range.
		}
		throw new UsageException("--%s must be a whole number from %d to %d".formatted(option, from, to));
	}

	/** Refuses options that mean nothing here. */
	void refuse(String verb, String... names) {
		for (String name : names) {
			if (this.flags.contains(name) || this.options.containsKey(name)) {
				throw new UsageException("%s has no option --%s".formatted(verb, name));
			}
		}
	}

	/**
	 * Returns the aggregates that the only word names.
	 * @return their type
	 * @throws UsageException if it names none, or is not the only one
	 */
	AggregateType aggregate() {
		if (words().size() == 1) {
			for (AggregateType type : Catalogue.installed().aggregates()) {
				if (type.plural().equals(words().getFirst())) {
					return type;
				}
			}
		}
		List<String> plurals = Catalogue.installed().aggregates().stream().map(AggregateType::plural).toList();
		String last = plurals.getLast();
		throw new UsageException("wants to know what: " + ((plurals.size() == 1) ? last
				: String.join(", ", plurals.subList(0, plurals.size() - 1)) + " or " + last));
	}

}
