package dev.tidemark.contracts.sample;

import java.util.Locale;

/**
 * One of a few texts.
 */
public enum Size {

	/** Fits into a pocket. */
	SMALL,

	/** Fits into no pocket. */
	EXTRA_LARGE;

	String wireName() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
