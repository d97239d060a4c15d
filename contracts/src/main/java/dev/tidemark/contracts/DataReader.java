package dev.tidemark.contracts;

import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads the members of a command's {@code data}, and refuses what is missing or
 * ill-formed.
 *
 * @param data the members as they came
 */
record DataReader(Map<String, @Nullable String> data) {

	/** {@link UUID#fromString} alone takes "1-1-1-1-1" for one. */
	static final Pattern TASK_ID = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

	boolean has(Member member) {
		return this.data.containsKey(member.wireName());
	}

	@Nullable String nullableText(Member member) {
		return this.data.get(member.wireName());
	}

	String text(Member member) {
		String text = nullableText(member);
		if (text == null) {
			throw member.malformed(has(member) ? "must not be null" : "is missing");
		}
		return text;
	}

	<T extends @Nullable Object> Field<T> field(Member member, Supplier<T> value) {
		return has(member) ? Field.given(value.get()) : Field.absent();
	}

	UUID taskId() {
		String text = text(Member.TASK_ID);
		if (!TASK_ID.matcher(text).matches()) {
			throw Member.TASK_ID.malformed("must be a UUID in lower case, 8-4-4-4-12 hexadecimal digits");
		}
		return UUID.fromString(text);
	}

	TaskStatus status() {
		return TaskStatus.of(text(Member.STATUS));
	}

	PasswordHash passwordHash() {
		return new PasswordHash(text(Member.PASSWORD_HASH));
	}

}
