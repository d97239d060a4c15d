package dev.tidemark.worker.outcome;

import java.util.Locale;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

/**
 * An {@link Outcome} in one word, as the log keeps it in lower case.
 */
public enum Verdict {

	/** The rows have changed, or a republish or a resume has had its way. */
	APPLIED,

	/** The state forbade it. */
	REJECTED,

	/** It still waits. */
	DEFERRED;

	private final String column = name().toLowerCase(Locale.ROOT);

	@Converter
	static class ColumnConverter implements AttributeConverter<Verdict, String> {

		@Override
		public String convertToDatabaseColumn(Verdict verdict) {
			return verdict.column;
		}

		@Override
		public Verdict convertToEntityAttribute(String column) {
			return valueOf(column.toUpperCase(Locale.ROOT));
		}

	}

}
