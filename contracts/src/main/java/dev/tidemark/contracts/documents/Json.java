package dev.tidemark.contracts.documents;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes JSON for people: maps, lists, texts, numbers, true and false. A list of simple
 * values is on one line, as is what has one simple member only.
 */
final class Json {

	/** JSON's null, for lists and maps that have none of Java's. */
	static final Object NULL = new Object() {
		@Override
		public String toString() {
			return "null";
		}
	};

	private Json() {
	}

	static String write(Map<String, ?> object) {
		return value(object, "") + "\n";
	}

	private static String value(Object value, String indent) {
		return switch (value) {
			case Map<?, ?> object when object.size() == 1 && isSimple(object.values().iterator().next()) ->
				"{ " + member(object.entrySet().iterator().next(), indent) + " }";
			case Map<?, ?> object -> object.entrySet()
				.stream()
				.map((member) -> indent + "  " + member(member, indent + "  "))
				.collect(Collectors.joining(",\n", "{\n", "\n" + indent + "}"));
			case List<?> list when list.stream().allMatch(Json::isSimple) ->
				list.stream().map((element) -> value(element, indent)).collect(Collectors.joining(", ", "[", "]"));
			case List<?> list -> list.stream()
				.map((element) -> indent + "  " + value(element, indent + "  "))
				.collect(Collectors.joining(",\n", "[\n", "\n" + indent + "]"));
			case String text -> text(text);
			default -> simple(value);
		};
	}

	/** Writes a number, true, false or null, as YAML has them too. */
	static String simple(Object value) {
		return (value instanceof BigDecimal number) ? number.toPlainString() : value.toString();
	}

	private static boolean isSimple(Object value) {
		return !(value instanceof Map<?, ?> || value instanceof List<?>);
	}

	private static String member(Map.Entry<?, ?> member, String indent) {
		return text(String.valueOf(member.getKey())) + ": " + value(member.getValue(), indent);
	}

	/**
	 * Writes a text.
	 * @return the text in double quotes, as YAML has it too
	 */
	static String text(String text) {
		StringBuilder json = new StringBuilder("\"");
		text.codePoints().forEach((codePoint) -> {
			if (codePoint == '"' || codePoint == '\\') {
				json.append('\\').appendCodePoint(codePoint);
			}
			else if (isPrintable(codePoint)) {
				json.appendCodePoint(codePoint);
			}
			else {
				for (char half : Character.toChars(codePoint)) {
					json.append(String.format("\\u%04x", (int) half));
				}
			}
		});
		return json.append('"').toString();
	}

	/** Tells whether a character can be shown as it is. */
	static boolean isPrintable(int codePoint) {
		return switch (Character.getType(codePoint)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
					Character.PARAGRAPH_SEPARATOR, Character.UNASSIGNED, Character.PRIVATE_USE ->
				false;
			default -> true;
		};
	}

}
