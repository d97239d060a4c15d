package dev.tidemark.contracts;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/**
 * What the value of a member must be. No message shows what was sent.
 *
 * @param <T> what it is in Java
 */
sealed interface MemberRule<T> {

	/**
	 * Whatever a sender may have put in the place of a value that is none of JSON's
	 * simple ones.
	 */
	Object NESTED = Map.of();

	/** Returns what the value is in Java. */
	Class<T> type();

	/**
	 * Reads a value of JSON.
	 * @throws MalformedDataException if it is of another type
	 */
	T read(Object json, Member<T> member);

	/**
	 * Demands what a value of the right type must still be.
	 * @throws MalformedDataException if it is not
	 */
	default void check(T value, Member<T> member) {
	}

	/** Returns JSON's value. */
	Object write(T value);

	/** Returns the rule in the words of JSON Schema. */
	Map<String, Object> schema();

	/**
	 * Returns the rule in the words of JSON Schema, as far as it goes for what is
	 * published.
	 */
	default Map<String, Object> publishedSchema() {
		return schema();
	}

	/** Returns the rule in words for people, in Markdown. */
	String words();

	/** Returns values of JSON at the edges of the rule. */
	List<Object> wellFormed();

	/** Returns values of JSON beyond the edges of the rule. */
	List<Object> illFormed();

	private static String string(Object json, Member<?> member) {
		if (json instanceof String text) {
			return text;
		}
		throw member.malformed("must be text");
	}

	private static String grouped(long number) {
		return String.format(Locale.ROOT, "%,d", number);
	}

	private static Map<String, Object> keywords(Object... keywords) {
		Map<String, Object> map = new LinkedHashMap<>();
		for (int i = 0; i < keywords.length; i += 2) {
			map.put((String) keywords[i], keywords[i + 1]);
		}
		return map;
	}

	/**
	 * A text.
	 *
	 * @param fewest code points
	 * @param most code points
	 * @param controls whether there may be control characters
	 */
	record Text(int fewest, int most, boolean controls) implements MemberRule<String> {

		public Text {
			if (fewest < 0 || most < 1 || fewest > most) {
				throw new IllegalArgumentException("No text has %d to %d code points".formatted(fewest, most));
			}
		}

		@Override
		public Class<String> type() {
			return String.class;
		}

		@Override
		public String read(Object json, Member<String> member) {
			return string(json, member);
		}

		@Override
		public void check(String text, Member<String> member) {
			int codePoints = 0;
			for (int i = 0; i < text.length(); codePoints++) {
				int codePoint = text.codePointAt(i);
				if (codePoint == 0) {
					throw member.malformed("must not contain U+0000");
				}
				if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
					throw member.malformed("must not contain a lone surrogate");
				}
				if (!this.controls && Character.getType(codePoint) == Character.CONTROL) {
					throw member.malformed("must not contain a control character");
				}
				i += Character.charCount(codePoint);
			}
			if (codePoints < this.fewest || codePoints > this.most) {
				throw member.malformed("must have " + this.fewest + " to " + this.most + " code points");
			}
		}

		@Override
		public Object write(String value) {
			return value;
		}

		@Override
		public Map<String, Object> schema() {
			Map<String, Object> schema = keywords("type", "string");
			if (this.fewest > 0) {
				schema.put("minLength", this.fewest);
			}
			schema.put("maxLength", this.most);
			schema.put("pattern", this.controls ? "^[^\\u0000\\ud800-\\udfff]*$"
					: "^[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$");
			return schema;
		}

		@Override
		public String words() {
			String length = (this.fewest == 0) ? "at most " + grouped(this.most) : (this.fewest == this.most)
					? grouped(this.most) : grouped(this.fewest) + " to " + grouped(this.most);
			return length + " code points" + (this.controls ? "" : ", no control characters");
		}

		@Override
		public List<Object> wellFormed() {
			return List.of("a".repeat(this.fewest), "\uD83C\uDF0A".repeat(this.most));
		}

		@Override
		public List<Object> illFormed() {
			// Of a length that is well formed, where there is one.
			String start = "a".repeat(Math.max(this.fewest, 1) - 1);
			List<Object> values = new ArrayList<>(List.of("a".repeat(this.most + 1), start + "\0", start + "\uD83C",
					start + "\uDF0A", BigDecimal.ONE, true, NESTED));
			if (this.fewest > 0) {
				values.add(start);
			}
			if (!this.controls) {
				values.addAll(List.of(start + "\n", start + "\u007F", start + "\u0085"));
			}
			return values;
		}

	}

	/**
	 * A text that has a type of its own, whose constructor enforces the rule.
	 *
	 * @param <T> the type
	 * @param type the type
	 * @param reader makes it of a text
	 * @param writer gives the text back
	 * @param more what JSON Schema says of it
	 */
	record Formatted<T>(Class<T> type, Function<String, T> reader, Function<T, String> writer,
			Map<String, ?> more) implements MemberRule<T> {

		public Formatted {
			// Other maps may have another order the next time, and documents would
			// change.
			more = (more instanceof SequencedMap<String, ?>) ? new LinkedHashMap<>(more) : new TreeMap<>(more);
		}

		@Override
		public T read(Object json, Member<T> member) {
			return this.reader.apply(string(json, member));
		}

		@Override
		public Object write(T value) {
			return this.writer.apply(value);
		}

		@Override
		public Map<String, Object> schema() {
			Map<String, Object> schema = keywords("type", "string");
			schema.putAll(this.more);
			return schema;
		}

		@Override
		public String words() {
			return "text in a form of its own" + ((this.more.get("maxLength") instanceof Number most)
					? ", at most " + grouped(most.longValue()) + " code points" : "");
		}

		@Override
		public List<Object> wellFormed() {
			return List.of();
		}

		@Override
		public List<Object> illFormed() {
			return List.of(BigDecimal.ONE, true, NESTED);
		}

	}

	/** A UUID. */
	record Id() implements MemberRule<UUID> {

		@Override
		public Class<UUID> type() {
			return UUID.class;
		}

		@Override
		public UUID read(Object json, Member<UUID> member) {
			String text = string(json, member);
			try {
				UUID id = UUID.fromString(text);
				// "1-1-1-1-1" is one to Java.
				if (id.toString().equals(text)) {
					return id;
				}
			}
			catch (IllegalArgumentException ex) {
				// As is said below.
			}
			throw member.malformed("must be a UUID in lower case, 8-4-4-4-12 hexadecimal digits");
		}

		@Override
		public Object write(UUID value) {
			return value.toString();
		}

		@Override
		public Map<String, Object> schema() {
			return keywords("type", "string", "format", "uuid", "pattern",
					"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$");
		}

		@Override
		public String words() {
			return "a UUID, 8-4-4-4-12 hexadecimal digits in lower case";
		}

		@Override
		public List<Object> wellFormed() {
			return List.of("0b7e4a0e-6d0a-4f0c-9a51-3f3f0a6b2c11");
		}

		@Override
		public List<Object> illFormed() {
			return List.of("0B7E4A0E-6D0A-4F0C-9A51-3F3F0A6B2C11", "1-1-1-1-1", "", BigDecimal.ONE, true, NESTED);
		}

	}

	/**
	 * A number without a fraction.
	 *
	 * @param least the least
	 * @param most the most
	 */
	record Whole(long least, long most) implements MemberRule<Long> {

		public Whole {
			if (least > most) {
				throw new IllegalArgumentException("No integer is %d to %d".formatted(least, most));
			}
		}

		@Override
		public Class<Long> type() {
			return Long.class;
		}

		@Override
		public Long read(Object json, Member<Long> member) {
			if (!(json instanceof BigDecimal number)) {
				throw member.malformed("must be an integer");
			}
			// First, as the digits of 1e999999999 would fill the memory.
			if (number.compareTo(BigDecimal.valueOf(this.least)) < 0
					|| number.compareTo(BigDecimal.valueOf(this.most)) > 0) {
				throw outside(member);
			}
			BigDecimal plain = number.stripTrailingZeros();
			if (plain.scale() > 0) {
				throw member.malformed("must be an integer");
			}
			return plain.longValueExact();
		}

		@Override
		public void check(Long value, Member<Long> member) {
			if (value < this.least || value > this.most) {
				throw outside(member);
			}
		}

		private MalformedDataException outside(Member<Long> member) {
			return member.malformed("must be " + this.least + " to " + this.most);
		}

		@Override
		public Object write(Long value) {
			return BigDecimal.valueOf(value);
		}

		@Override
		public Map<String, Object> schema() {
			Map<String, Object> schema = keywords("type", "integer");
			// Readers whose numbers are all binary fractions have no such bounds.
			if (this.least > Long.MIN_VALUE) {
				schema.put("minimum", this.least);
			}
			if (this.most < Long.MAX_VALUE) {
				schema.put("maximum", this.most);
			}
			return schema;
		}

		@Override
		public String words() {
			return "an integer, " + grouped(this.least) + " to " + grouped(this.most);
		}

		@Override
		public List<Object> wellFormed() {
			return List.of(BigDecimal.valueOf(this.least), BigDecimal.valueOf(this.most));
		}

		@Override
		public List<Object> illFormed() {
			return List.of(new BigDecimal(BigInteger.valueOf(this.least).subtract(BigInteger.ONE)),
					new BigDecimal(BigInteger.valueOf(this.most).add(BigInteger.ONE)),
					BigDecimal.valueOf(this.least).add(new BigDecimal("0.5")), new BigDecimal("1e999999"), "1", true,
					NESTED);
		}

	}

	/**
	 * A number with digits behind the point.
	 *
	 * @param precision digits
	 * @param scale digits behind the point
	 */
	record Decimal(int precision, int scale) implements MemberRule<BigDecimal> {

		public Decimal {
			if (precision < 1 || scale < 0 || scale > precision) {
				throw new IllegalArgumentException(
						"No number has %d digits, %d of them behind the point".formatted(precision, scale));
			}
		}

		@Override
		public Class<BigDecimal> type() {
			return BigDecimal.class;
		}

		@Override
		public BigDecimal read(Object json, Member<BigDecimal> member) {
			if (!(json instanceof BigDecimal number)) {
				throw member.malformed("must be a number");
			}
			check(number, member);
			// As the column keeps it, so that what is published is what is read back.
			return number.setScale(this.scale);
		}

		@Override
		public void check(BigDecimal value, Member<BigDecimal> member) {
			if (value.abs().compareTo(limit()) >= 0 || value.stripTrailingZeros().scale() > this.scale) {
				throw member.malformed("must have " + digits());
			}
		}

		private String digits() {
			return "at most %d digits before the point and %d behind it".formatted(this.precision - this.scale,
					this.scale);
		}

		private BigDecimal limit() {
			return BigDecimal.ONE.scaleByPowerOfTen(this.precision - this.scale);
		}

		private BigDecimal step() {
			return BigDecimal.ONE.scaleByPowerOfTen(-this.scale);
		}

		@Override
		public Object write(BigDecimal value) {
			return value.setScale(this.scale);
		}

		@Override
		public Map<String, Object> schema() {
			// No multipleOf: to validators whose numbers are binary fractions, 1.15 is no
			// multiple of 0.01, and they would refuse what is well formed.
			return keywords("type", "number", "exclusiveMinimum", limit().negate().toBigInteger(), "exclusiveMaximum",
					limit().toBigInteger());
		}

		@Override
		public String words() {
			return "a number, " + digits();
		}

		@Override
		public List<Object> wellFormed() {
			return List.of(limit().subtract(step()), limit().subtract(step()).negate());
		}

		@Override
		public List<Object> illFormed() {
			return List.of(limit(), limit().negate(), step().movePointLeft(1), new BigDecimal("1e999999"), "1", true,
					NESTED);
		}

	}

	/** True or false. */
	record Bool() implements MemberRule<Boolean> {

		@Override
		public Class<Boolean> type() {
			return Boolean.class;
		}

		@Override
		public Boolean read(Object json, Member<Boolean> member) {
			if (json instanceof Boolean value) {
				return value;
			}
			throw member.malformed("must be true or false");
		}

		@Override
		public Object write(Boolean value) {
			return value;
		}

		@Override
		public Map<String, Object> schema() {
			return keywords("type", "boolean");
		}

		@Override
		public String words() {
			return "`true` or `false`";
		}

		@Override
		public List<Object> wellFormed() {
			return List.of(true, false);
		}

		@Override
		public List<Object> illFormed() {
			return List.of("true", BigDecimal.ONE, NESTED);
		}

	}

	/** A time. */
	record Time() implements MemberRule<Instant> {

		@Override
		public Class<Instant> type() {
			return Instant.class;
		}

		@Override
		public Instant read(Object json, Member<Instant> member) {
			try {
				return Rfc3339.parse(string(json, member));
			}
			catch (DateTimeException ex) {
				throw member.malformed(String.valueOf(ex.getMessage()));
			}
		}

		@Override
		public void check(Instant value, Member<Instant> member) {
			if (!Rfc3339.canSay(value)) {
				throw member.malformed("is outside of the years 0000 to 9999 in UTC, and RFC 3339 has no others");
			}
		}

		@Override
		public Object write(Instant value) {
			return value.truncatedTo(ChronoUnit.MICROS).toString();
		}

		@Override
		public Map<String, Object> schema() {
			return keywords("type", "string", "format", "date-time", "pattern",
					"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
							+ "[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?"
							+ "(?:[Zz]|[+-](?:(?:0[0-9]|1[0-7]):[0-5][0-9]|18:00))$");
		}

		@Override
		public Map<String, Object> publishedSchema() {
			return keywords("type", "string", "format", "date-time", "pattern",
					"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,6})?Z$");
		}

		@Override
		public String words() {
			return "a time by RFC 3339 with seconds and an offset, cut to microseconds";
		}

		@Override
		public List<Object> wellFormed() {
			return List.of("2026-11-20T09:30:00Z", "2026-11-20T10:30:00.123456+01:00", "0000-01-01T00:00:00Z",
					"9999-12-31T23:59:59.999999999z", "2024-02-29t00:00:00-18:00");
		}

		@Override
		public List<Object> illFormed() {
			return List.of("2026-11-20", "2026-11-20T09:30:00", "2026-11-20T09:30Z", "2026-11-20 09:30:00Z",
					"2026-11-20T09:30:60Z", "2026-11-20T24:00:00Z", "2026-11-20T09:30:00+18:01", "2026-02-30T09:30:00Z",
					"0000-01-01T00:00:00+00:01", BigDecimal.ONE, true, NESTED);
		}

	}

	/**
	 * One of a few texts.
	 *
	 * @param <T> the enumeration
	 * @param type the enumeration
	 * @param name the text of each value
	 */
	record Choice<T extends Enum<T>>(Class<T> type, Function<T, String> name) implements MemberRule<T> {

		@Override
		public T read(Object json, Member<T> member) {
			String text = string(json, member);
			for (T value : this.type.getEnumConstants()) {
				if (this.name.apply(value).equals(text)) {
					return value;
				}
			}
			throw member.malformed("must be one of " + Member.texts(this.type, this.name));
		}

		@Override
		public Object write(T value) {
			return this.name.apply(value);
		}

		@Override
		public Map<String, Object> schema() {
			return keywords("type", "string", "enum",
					Arrays.stream(this.type.getEnumConstants()).map(this.name).toList());
		}

		@Override
		public String words() {
			List<String> texts = Arrays.stream(this.type.getEnumConstants())
				.map(this.name)
				.map((text) -> "`" + text + "`")
				.toList();
			int last = texts.size() - 1;
			return (last < 1) ? String.join("", texts)
					: String.join(", ", texts.subList(0, last)) + " or " + texts.get(last);
		}

		@Override
		public List<Object> wellFormed() {
			return List.copyOf(Arrays.stream(this.type.getEnumConstants()).map(this.name).toList());
		}

		@Override
		public List<Object> illFormed() {
			return List.of("none of them", "", BigDecimal.ONE, true, NESTED);
		}

	}

}
