package dev.tidemark.contracts;

import org.jspecify.annotations.Nullable;

/**
 * A field of a merge patch (RFC 7396): absent, which leaves things as they are, or given.
 * Null is a value that can be given, where {@code T} allows it.
 *
 * @param <T> the type of the value
 */
public sealed interface Field<T extends @Nullable Object> {

	/**
	 * Returns a field that says nothing.
	 * @param <T> the type that the value would have
	 * @return the absent field
	 */
	static <T extends @Nullable Object> Field<T> absent() {
		return new Absent<>();
	}

	/**
	 * Returns a field with a value.
	 * @param <T> the type of the value
	 * @param value the value, null only where {@code T} allows it
	 * @return the field
	 */
	static <T extends @Nullable Object> Field<T> given(T value) {
		return new Given<>(value);
	}

	/**
	 * Tells whether there is a {@link #value() value} to take.
	 * @return whether this is a {@link Given}
	 */
	boolean isGiven();

	/**
	 * Returns the value that is given.
	 * @return the value, null only where {@code T} allows it
	 * @throws IllegalStateException if this field {@linkplain #isGiven() is absent}
	 */
	T value();

	/**
	 * Leaves things as they are.
	 *
	 * @param <T> the type that the value would have
	 */
	record Absent<T extends @Nullable Object>() implements Field<T> {

		@Override
		public boolean isGiven() {
			return false;
		}

		@Override
		public T value() {
			throw new IllegalStateException("An absent field has no value");
		}

	}

	/**
	 * Sets a value.
	 *
	 * @param <T> the type of the value
	 * @param value the value, null only where {@code T} allows it
	 */
	record Given<T extends @Nullable Object>(T value) implements Field<T> {

		@Override
		public boolean isGiven() {
			return true;
		}

	}

}
