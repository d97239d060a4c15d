package dev.tidemark.contracts;

import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A member that the {@code data} of a command can have: its name, its rule, and whether
 * it must be there. A rule stands here once, for every command that has the member: what
 * is read, what is written, and what the JSON Schemas say come from it.
 * <p>
 * JSON's values are {@link String}, {@link Boolean} and {@link BigDecimal}; whatever else
 * a sender may have put there breaks every rule.
 *
 * @param <T> what the member is in Java: text, {@link UUID}, {@link Long},
 * {@link BigDecimal}, {@link Boolean}, {@link Instant}, an enumeration, or a type that
 * has a text of its own
 */
public final class Member<T> {

	@SuppressWarnings("NullAway") // It does not know that the type's argument may be
									// null.
	private static final Field<@Nullable Object> CLEARED = new Field.Given<@Nullable Object>(null);

	private final String wireName;

	private final String description;

	private final MemberRule<T> rule;

	private final Presence presence;

	private final @Nullable T preset;

	private final boolean secret;

	private final @Nullable String words;

	private Member(String wireName, String description, MemberRule<T> rule, Presence presence, @Nullable T preset,
			boolean secret, @Nullable String words) {
		this.wireName = wireName;
		this.description = description;
		this.rule = rule;
		this.presence = presence;
		this.preset = preset;
		this.secret = secret;
		this.words = words;
	}

	private Member(String wireName, String description, MemberRule<T> rule) {
		this(wireName, description, rule, Presence.REQUIRED, null, false, null);
	}

	/**
	 * A text, without U+0000 and without lone surrogates.
	 * @param wireName the name in JSON, and of the record's component
	 * @param fewest code points that it must have
	 * @param most code points that it may have
	 * @param description what it says, a sentence for strangers
	 * @return a member that is required
	 */
	public static Member<String> text(String wireName, int fewest, int most, String description) {
		return new Member<>(wireName, description, new MemberRule.Text(fewest, most, true));
	}

	/**
	 * A text of one line or less: also without control characters.
	 * @param wireName the name in JSON, and of the record's component
	 * @param fewest code points that it must have
	 * @param most code points that it may have
	 * @param description what it says, a sentence for strangers
	 * @return a member that is required
	 */
	public static Member<String> line(String wireName, int fewest, int most, String description) {
		return new Member<>(wireName, description, new MemberRule.Text(fewest, most, false));
	}

	/**
	 * A text that has a type of its own.
	 * @param <T> the type
	 * @param wireName the name in JSON, and of the record's component
	 * @param type the type
	 * @param read makes it of a text, and throws a {@link MalformedDataException} of this
	 * member's name if it can't
	 * @param write gives the text back
	 * @param schema what JSON Schema says of it beside {@code "type": "string"}, in the
	 * map's order, or by name where it has none
	 * @param description what it says, a sentence for strangers
	 * @return a member that is required
	 */
	public static <T> Member<T> formatted(String wireName, Class<T> type, Function<String, T> read,
			Function<T, String> write, Map<String, ?> schema, String description) {
		return new Member<>(wireName, description, new MemberRule.Formatted<>(type, read, write, schema));
	}

	/**
	 * A UUID, in lower case.
	 * @param wireName the name in JSON, and of the record's component
	 * @param description what it says, a sentence for strangers
	 * @return a member that is required
	 */
	public static Member<UUID> uuid(String wireName, String description) {
		return new Member<>(wireName, description, new MemberRule.Id());
	}

	/**
	 * A number without a fraction.
	 * @param wireName the name in JSON, and of the record's component
	 * @param least the least that it may be
	 * @param most the most that it may be
	 * @param description what it says, a sentence for strangers
	 * @return a member that is required
	 */
	public static Member<Long> integer(String wireName, long least, long most, String description) {
		return new Member<>(wireName, description, new MemberRule.Whole(least, most));
	}

	/**
	 * A number with digits behind the point, as {@code numeric(precision, scale)} keeps
	 * it.
	 * @param wireName the name in JSON, and of the record's component
	 * @param precision how many digits it may have
	 * @param scale how many of them behind the point
	 * @param description what it says, a sentence for strangers
	 * @return a member that is required
	 */
	public static Member<BigDecimal> decimal(String wireName, int precision, int scale, String description) {
		return new Member<>(wireName, description, new MemberRule.Decimal(precision, scale));
	}

	/**
	 * True or false.
	 * @param wireName the name in JSON, and of the record's component
	 * @param description what it says, a sentence for strangers
	 * @return a member that is required
	 */
	public static Member<Boolean> bool(String wireName, String description) {
		return new Member<>(wireName, description, new MemberRule.Bool());
	}

	/**
	 * A time by RFC 3339, cut to microseconds.
	 * @param wireName the name in JSON, and of the record's component
	 * @param description what it says, a sentence for strangers
	 * @return a member that is required
	 */
	public static Member<Instant> time(String wireName, String description) {
		return new Member<>(wireName, description, new MemberRule.Time());
	}

	/**
	 * One of a few texts.
	 * @param <T> the enumeration
	 * @param wireName the name in JSON, and of the record's component
	 * @param type the enumeration
	 * @param name the text of each value
	 * @param description what it says, a sentence for strangers
	 * @return a member that is required
	 */
	public static <T extends Enum<T>> Member<T> choice(String wireName, Class<T> type, Function<T, String> name,
			String description) {
		return new Member<>(wireName, description, new MemberRule.Choice<>(type, name));
	}

	/**
	 * The same member, described in other words.
	 * @param description what it says, a sentence for strangers
	 * @return a member like this one
	 */
	public Member<T> saying(String description) {
		return new Member<>(this.wireName, description, this.rule, this.presence, this.preset, this.secret, this.words);
	}

	/**
	 * The same member, with other words for its rule: those of a text that has a type of
	 * its own know nothing of its form.
	 * @param words the rule in Markdown, for a cell of a table
	 * @return a member like this one
	 */
	public Member<T> inWords(String words) {
		return new Member<>(this.wireName, this.description, this.rule, this.presence, this.preset, this.secret, words);
	}

	/**
	 * The same member, which may be absent or null; in a patch, null clears it.
	 * @return a member like this one, whose value in Java may be null
	 * @throws IllegalStateException if something else stands in place of null
	 */
	public Member<T> orNull() {
		if (this.presence == Presence.PRESET) {
			throw new IllegalStateException(this.wireName + " is something else where it is absent");
		}
		return with((this.presence == Presence.PATCH) ? Presence.PATCH_OR_NULL : Presence.NULLABLE, null);
	}

	/**
	 * The same member, which may be absent, but not null.
	 * @param preset what it is then
	 * @return a member like this one
	 * @throws IllegalStateException if it may be absent already
	 * @throws MalformedDataException if that breaks the rule
	 */
	public Member<T> or(T preset) {
		if (this.presence != Presence.REQUIRED) {
			throw new IllegalStateException(this.wireName + " may be absent already");
		}
		// As it would be read, so that what stands there is the same as what is given.
		T value = this.rule.read(this.rule.write(preset), this);
		this.rule.check(value, this);
		return with(Presence.PRESET, value);
	}

	/**
	 * The same member as a field of a merge patch: absent, it leaves things as they are.
	 * @return a member like this one, which is a {@link Field} in Java
	 */
	public Member<T> patch() {
		return with((this.presence == Presence.NULLABLE) ? Presence.PATCH_OR_NULL : Presence.PATCH, null);
	}

	private Member<T> with(Presence presence, @Nullable T preset) {
		return new Member<>(this.wireName, this.description, this.rule, presence, preset, this.secret, this.words);
	}

	/**
	 * The same member, whose value is nobody's to read: no tool, page or log shows it.
	 * @return a member like this one
	 */
	public Member<T> secret() {
		return new Member<>(this.wireName, this.description, this.rule, this.presence, this.preset, true, this.words);
	}

	/**
	 * Returns the name in JSON, and of the record's component.
	 * @return the name
	 */
	public String wireName() {
		return this.wireName;
	}

	/**
	 * Returns what the member says.
	 * @return a sentence for strangers
	 */
	public String description() {
		return this.description;
	}

	/**
	 * Tells whether the member must be there.
	 * @return whether {@code data} without it is malformed
	 */
	public boolean isRequired() {
		return this.presence == Presence.REQUIRED;
	}

	/**
	 * Tells whether the member may be null.
	 * @return whether null is a value that can be given
	 */
	public boolean isNullable() {
		return this.presence == Presence.NULLABLE || this.presence == Presence.PATCH_OR_NULL;
	}

	/**
	 * Tells whether the member is a field of a merge patch.
	 * @return whether it is a {@link Field} in Java
	 */
	public boolean isPatch() {
		return this.presence == Presence.PATCH || this.presence == Presence.PATCH_OR_NULL;
	}

	/**
	 * Tells whether the value is nobody's to read.
	 * @return whether no tool, page or log may show it
	 */
	public boolean isSecret() {
		return this.secret;
	}

	/**
	 * Returns what the member is in Java.
	 * @return the type of the record's component, or of its {@link Field}
	 */
	public Class<T> type() {
		return this.rule.type();
	}

	/**
	 * Returns what stands in place of a member that is absent.
	 * @return JSON's value, or null if nothing does
	 */
	public @Nullable Object preset() {
		return (this.preset != null) ? this.rule.write(this.preset) : null;
	}

	/**
	 * Returns the rule in the words of JSON Schema.
	 * @return the keywords, in their order; {@code type} is a text, also where null may
	 * be given
	 */
	public Map<String, Object> schema() {
		return this.rule.schema();
	}

	/**
	 * Returns what is always true of the member where it is published, in the words of
	 * JSON Schema: times are in UTC.
	 * @return the keywords, in their order, as of {@link #schema()}
	 */
	public Map<String, Object> publishedSchema() {
		return this.rule.publishedSchema();
	}

	/**
	 * Returns the rule in words for people.
	 * @return for example {@code 1 to 255 code points}, in Markdown
	 */
	public String words() {
		return (this.words != null) ? this.words : this.rule.words();
	}

	/**
	 * Returns values that are well formed and lie at the edges of the rule, and such that
	 * lie beyond: what every reader of this contract must take, and must refuse.
	 * @param wellFormed which of both
	 * @return JSON's values; none that is well formed, where a text has a type of its
	 * own, whose form is not known
	 */
	public Collection<Object> edges(boolean wellFormed) {
		return wellFormed ? this.rule.wellFormed() : this.rule.illFormed();
	}

	/**
	 * Reads the member.
	 * @throws MalformedDataException if it is missing or ill-formed
	 */
	@Nullable Object read(Map<String, ? extends @Nullable Object> data) {
		Object json = data.get(this.wireName);
		if (json != null) {
			T value = this.rule.read(json, this);
			this.rule.check(value, this);
			return isPatch() ? Field.given(value) : value;
		}
		boolean given = data.containsKey(this.wireName);
		return switch (this.presence) {
			case REQUIRED -> throw malformed(given ? "must not be null" : "is missing");
			case NULLABLE -> null;
			case PRESET -> {
				if (given) {
					throw malformed("must not be null");
				}
				yield this.preset;
			}
			case PATCH -> {
				if (given) {
					throw malformed("must not be null");
				}
				yield Field.absent();
			}
			case PATCH_OR_NULL -> given ? CLEARED : Field.absent();
		};
	}

	/** Writes the member, if there is anything to write. */
	void write(@Nullable Object component, Map<String, @Nullable Object> data) {
		if (!isPatch()) {
			if (component != null) {
				data.put(this.wireName, this.rule.write(value(component)));
			}
		}
		else if (component instanceof Field.Given<?>(Object value)) {
			data.put(this.wireName, (value != null) ? this.rule.write(value(value)) : null);
		}
	}

	/** Returns the text of a value that is there. */
	String text(Object component) {
		return String.valueOf(json(component));
	}

	/**
	 * Demands of a component of a record what the wire demands.
	 * @throws MalformedDataException if it breaks the rule
	 * @throws NullPointerException if it is null and must not be
	 */
	void check(@Nullable Object component) {
		Object value = component;
		if (isPatch()) {
			if (!(Objects.requireNonNull(component, this.wireName) instanceof Field.Given<?>(Object given))) {
				return;
			}
			value = given;
		}
		if (value != null) {
			this.rule.check(value(value), this);
		}
		else if (!isNullable()) {
			throw new NullPointerException(this.wireName);
		}
	}

	/** Returns JSON's value of what the member may be in Java. */
	Object json(Object value) {
		return this.rule.write(value(value));
	}

	/**
	 * Demands that a component of a record can hold the member.
	 * @throws IllegalArgumentException if it can't
	 */
	void demandOf(RecordComponent component, String owner) {
		Class<?> found = component.getType();
		boolean holds;
		if (isPatch()) {
			holds = component.getGenericType() instanceof ParameterizedType field && field.getRawType() == Field.class
					&& field.getActualTypeArguments()[0] == type();
		}
		else {
			// Null needs more than a primitive type.
			holds = found == type() || (!isNullable() && MethodType.methodType(found).wrap().returnType() == type());
		}
		if (!holds) {
			String expected = isPatch() ? "Field<%s>".formatted(type().getSimpleName()) : type().getSimpleName();
			throw new IllegalArgumentException("%s: %s must be a %s, and is a %s".formatted(owner, this.wireName,
					expected, isPatch() ? component.getGenericType().getTypeName() : found.getSimpleName()));
		}
	}

	private T value(Object value) {
		return type().cast(value);
	}

	MalformedDataException malformed(String rule) {
		return new MalformedDataException(this.wireName, rule);
	}

	@Override
	public String toString() {
		return this.wireName;
	}

	/** Whether a member must be there. */
	private enum Presence {

		REQUIRED, NULLABLE, PRESET, PATCH, PATCH_OR_NULL

	}

	/**
	 * Joins the names of members.
	 */
	static String names(Collection<Member<?>> members) {
		return String.join(", ", members.stream().map(Member::wireName).toList());
	}

	/** The values of an enumeration by their texts, in their order. */
	static <T extends Enum<T>> String texts(Class<T> type, Function<T, String> name) {
		return String.join(", ", Arrays.stream(type.getEnumConstants()).map(name).toList());
	}

}
