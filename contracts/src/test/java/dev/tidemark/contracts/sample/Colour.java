package dev.tidemark.contracts.sample;

import java.util.regex.Pattern;

import dev.tidemark.contracts.MalformedDataException;

/**
 * A text that has a type of its own.
 *
 * @param code for example {@code #00ff7f}
 */
public record Colour(String code) {

	static final String PATTERN = "^#[0-9a-f]{6}$";

	private static final Pattern COMPILED = Pattern.compile(PATTERN);

	/**
	 * Demands six digits.
	 * @throws MalformedDataException if there are others
	 */
	public Colour {
		if (!COMPILED.matcher(code).matches()) {
			throw new MalformedDataException("colour", "must be # and six hexadecimal digits in lower case");
		}
	}

}
