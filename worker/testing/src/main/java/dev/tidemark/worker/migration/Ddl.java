package dev.tidemark.worker.migration;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes what PostgreSQL says look like what people write.
 */
final class Ddl {

	private static final Pattern QUOTED_OR_NOT = Pattern.compile("'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[^'\"]+");

	private Ddl() {
	}

	/**
	 * Writes whatever is not quoted in lower case: to PostgreSQL it is the same.
	 */
	static String lowerCase(String sql) {
		return QUOTED_OR_NOT.matcher(sql).replaceAll((part) -> {
			String text = part.group();
			boolean quoted = text.startsWith("'") || text.startsWith("\"");
			return Matcher.quoteReplacement(quoted ? text : text.toLowerCase(Locale.ROOT));
		});
	}

}
