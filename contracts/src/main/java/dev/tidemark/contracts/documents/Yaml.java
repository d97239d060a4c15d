package dev.tidemark.contracts.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes YAML for people: maps, lists, texts, numbers, true and false.
 */
final class Yaml {

	/** Of a line of 120 characters, where a template puts it further to the right. */
	private static final int WIDTH = 116;

	/** What needs no quotes, wherever it stands. */
	private static final Pattern PLAIN = Pattern.compile("[A-Za-z$][A-Za-z0-9_./+ ();-]*(?<! )");

	/** What needs no quotes but in a list on one line. */
	private static final Pattern PLAIN_SENTENCE = Pattern
		.compile("[A-Za-z](?:[A-Za-z0-9_./+ ();,'-]|:(?! ))*(?<![ :])");

	/** What would be no text without quotes, to some readers. */
	private static final Set<String> WORDS = Set.of("null", "true", "false", "yes", "no", "on", "off", "y", "n");

	private Yaml() {
	}

	/** Writes a map, in lines. */
	static List<String> write(Map<String, ?> map) {
		return write(map, "");
	}

	private static List<String> write(Map<String, ?> map, String indent) {
		List<String> lines = new ArrayList<>();
		map.forEach((name, value) -> member(indent + key(name) + ":", value, indent + "  ", lines));
		return lines;
	}

	private static void member(String start, Object value, String indent, List<String> lines) {
		switch (value) {
			case Map<?, ?> map -> {
				lines.add(start);
				lines.addAll(write(texts(map), indent));
			}
			case List<?> list when list.stream().noneMatch((element) -> element instanceof Map<?, ?>) ->
				list(start, list, indent, lines);
			case List<?> list -> {
				lines.add(start);
				list.forEach((element) -> item(element, indent, lines));
			}
			case String text when isLong(start, text) -> {
				lines.add(start + " >-");
				lines.addAll(wrapped(text, indent));
			}
			case String text -> lines.add(start + " " + text(text, PLAIN_SENTENCE));
			default -> lines.add(start + " " + Json.simple(value));
		}
	}

	private static void list(String start, List<?> list, String indent, List<String> lines) {
		String line = list.stream()
			.map((element) -> scalar(element, PLAIN))
			.collect(Collectors.joining(", ", " [", "]"));
		if (start.length() + line.length() <= WIDTH) {
			lines.add(start + line);
		}
		else {
			lines.add(start);
			list.forEach((element) -> lines.add(indent + "- " + scalar(element, PLAIN_SENTENCE)));
		}
	}

	private static void item(Object element, String indent, List<String> lines) {
		if (!(element instanceof Map<?, ?> map)) {
			throw new IllegalArgumentException("No map: " + element);
		}
		List<String> item = write(texts(map), indent + "  ");
		lines.add(indent + "- " + item.getFirst().strip());
		lines.addAll(item.subList(1, item.size()));
	}

	@SuppressWarnings("unchecked") // as whoever made it says
	private static Map<String, ?> texts(Map<?, ?> map) {
		return (Map<String, ?>) map;
	}

	private static String key(String name) {
		return PLAIN.matcher(name).matches() && !WORDS.contains(name) ? name : quoted(name);
	}

	private static String scalar(Object value, Pattern plain) {
		return (value instanceof String text) ? text(text, plain) : Json.simple(value);
	}

	private static String text(String text, Pattern plain) {
		return plain.matcher(text).matches() && !WORDS.contains(text) ? text : quoted(text);
	}

	private static String quoted(String text) {
		return text.codePoints().allMatch(Json::isPrintable) ? "'" + text.replace("'", "''") + "'" : Json.text(text);
	}

	/**
	 * Tells whether a text is better in lines, and is the same when it is put together.
	 */
	private static boolean isLong(String start, String text) {
		return start.length() + text.length() >= WIDTH && text.indexOf(' ') > 0 && text.equals(text.strip())
				&& !text.contains("  ") && text.codePoints().allMatch(Json::isPrintable);
	}

	private static List<String> wrapped(String text, String indent) {
		List<String> lines = new ArrayList<>();
		StringBuilder line = new StringBuilder(indent);
		for (String word : text.split(" ", -1)) {
			if (line.length() > indent.length()) {
				if (line.length() + 1 + word.length() > WIDTH) {
					lines.add(line.toString());
					line.setLength(indent.length());
				}
				else {
					line.append(' ');
				}
			}
			line.append(word);
		}
		lines.add(line.toString());
		return lines;
	}

}
