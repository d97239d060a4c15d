package com.example.library.book;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * What a book is made of.
 */
public enum Format {

	HARDCOVER, PAPERBACK, LARGE_PRINT;

	@JsonValue
	public String wireName() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
