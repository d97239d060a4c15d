package dev.tidemark.contracts;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/**
 * Reads times by RFC 3339, which asks for seconds and an offset where ISO 8601 does not.
 * Every digit has its place, so that neither a pattern nor a formatter is needed; there
 * is a time in every command.
 * <p>
 * What it could say and nothing else here could hold is no time either: a leap second, an
 * offset that no place on earth has, a time whose year in UTC has not four digits.
 */
public final class Rfc3339 {

	/** Where the offset or a fraction begins. */
	private static final int SECONDS_END = "yyyy-MM-ddTHH:mm:ss".length();

	/** The first second of the year 0000, in UTC. */
	private static final long FIRST_SECOND = -62_167_219_200L;

	/** The last second of the year 9999, in UTC. */
	private static final long LAST_SECOND = 253_402_300_799L;

	/** Java has none beyond it, and nor has the earth. */
	private static final int LARGEST_OFFSET_MINUTES = 18 * 60;

	/** PostgreSQL keeps as many; what is beyond is cut. */
	private static final int DIGITS_OF_MICROS = 6;

	private Rfc3339() {
	}

	/**
	 * Reads a time.
	 * @param text any text
	 * @return the time, cut to microseconds
	 * @throws DateTimeParseException if it is none
	 * @throws DateTimeException if it is none that everything here can hold; either
	 * message says so in words that follow the name of what was read
	 */
	public static Instant parse(String text) {
		Instant time;
		try {
			time = read(text);
		}
		catch (UnheldTimeException ex) {
			throw ex;
		}
		catch (DateTimeException ex) {
			throw new DateTimeParseException("is not a time by RFC 3339, such as 2026-11-20T09:30:00Z", text, 0);
		}
		if (!canSay(time)) {
			throw new UnheldTimeException("is outside of the years 0000 to 9999 in UTC, and RFC 3339 has no others");
		}
		return time;
	}

	/**
	 * Tells whether there is a text for a time, in UTC.
	 * @param time any time
	 * @return whether its year has four digits
	 */
	public static boolean canSay(Instant time) {
		return time.getEpochSecond() >= FIRST_SECOND && time.getEpochSecond() <= LAST_SECOND;
	}

	private static Instant read(String text) {
		if (text.length() <= SECONDS_END) {
			throw new DateTimeException("too short");
		}
		int year = number(text, 0, 4);
		expect(text, 4, "-");
		int month = number(text, 5, 7);
		expect(text, 7, "-");
		int day = number(text, 8, 10);
		expect(text, 10, "Tt");
		int hour = number(text, 11, 13);
		expect(text, 13, ":");
		int minute = number(text, 14, 16);
		expect(text, 16, ":");
		int second = number(text, 17, SECONDS_END);
		int end = SECONDS_END;
		int micros = 0;
		if (text.charAt(SECONDS_END) == '.') {
			end++;
			while (end < text.length() && isDigit(text.charAt(end))) {
				end++;
			}
			int digits = end - SECONDS_END - 1;
			micros = number(text, SECONDS_END + 1, SECONDS_END + 1 + Math.clamp(digits, 1, DIGITS_OF_MICROS));
			for (int i = digits; i < DIGITS_OF_MICROS; i++) {
				micros *= 10;
			}
		}
		ZoneOffset offset = offset(text, end);
		if (second == 60) {
			LocalDateTime.of(year, month, day, hour, minute);
			throw new UnheldTimeException("is a leap second, which no clock here has: seconds are 00 to 59");
		}
		return LocalDateTime.of(year, month, day, hour, minute, second, micros * 1_000).toInstant(offset);
	}

	private static ZoneOffset offset(String text, int start) {
		if (text.length() == start + 1) {
			expect(text, start, "Zz");
			return ZoneOffset.UTC;
		}
		expect(text, start, "+-");
		int hours = number(text, start + 1, start + 3);
		expect(text, start + 3, ":");
		int minutes = number(text, start + 4, start + 6);
		if (text.length() != start + 6) {
			throw new DateTimeException("something after the offset");
		}
		if (hours < 24 && minutes < 60 && 60 * hours + minutes > LARGEST_OFFSET_MINUTES) {
			throw new UnheldTimeException("has an offset beyond 18:00, which no place has");
		}
		return (text.charAt(start) == '-') ? ZoneOffset.ofHoursMinutes(-hours, -minutes)
				: ZoneOffset.ofHoursMinutes(hours, minutes);
	}

	private static void expect(String text, int index, String characters) {
		if (index >= text.length() || characters.indexOf(text.charAt(index)) < 0) {
			throw new DateTimeException("at " + index + " there is none of " + characters);
		}
	}

	private static int number(String text, int start, int end) {
		int number = 0;
		for (int i = start; i < end; i++) {
			if (i >= text.length() || !isDigit(text.charAt(i))) {
				throw new DateTimeException("at " + i + " there is no digit");
			}
			number = 10 * number + (text.charAt(i) - '0');
		}
		return number;
	}

	private static boolean isDigit(char character) {
		return character >= '0' && character <= '9';
	}

	/** A time that can be said, and that nothing here can hold. */
	private static final class UnheldTimeException extends DateTimeException {

		private static final long serialVersionUID = 1L;

		UnheldTimeException(String message) {
			super(message);
		}

	}

}
