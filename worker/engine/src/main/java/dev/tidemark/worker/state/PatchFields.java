package dev.tidemark.worker.state;

import org.jspecify.annotations.Nullable;
import org.mapstruct.Condition;

import dev.tidemark.contracts.Field;

/**
 * How mappers copy a merge patch: what is absent stays, what is given is taken, null too.
 * For {@code @Mapper(config = MapperSettings.class, uses = PatchFields.class)}.
 */
public final class PatchFields {

	private PatchFields() {
	}

	/**
	 * Tells whether there is something to copy.
	 * @param field a field of a merge patch
	 * @return whether it is given
	 */
	@Condition
	public static boolean isGiven(Field<?> field) {
		return field.isGiven();
	}

	/**
	 * Returns what is to be copied.
	 * @param <T> the type of the value
	 * @param field a field that is given
	 * @return its value
	 */
	public static <T extends @Nullable Object> T value(Field<T> field) {
		return field.value();
	}

}
