package dev.tidemark.contracts;

import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Reads the members of a command's {@code data}, and refuses what is missing or
 * ill-formed.
 *
 * @param data the members as they came
 */
record DataReader(Map<String, @Nullable String> data) {

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
		try {
			UUID taskId = UUID.fromString(text);
			// "1-1-1-1-1" is one to Java.
			if (taskId.toString().equals(text)) {
				return taskId;
			}
		}
		catch (IllegalArgumentException ex) {
			// As is said below.
		}
		throw Member.TASK_ID.malformed("must be a UUID in lower case, 8-4-4-4-12 hexadecimal digits");
	}

	TaskStatus status() {
		return TaskStatus.of(text(Member.STATUS));
	}

	PasswordHash passwordHash() {
		return new PasswordHash(text(Member.PASSWORD_HASH));
	}

}
