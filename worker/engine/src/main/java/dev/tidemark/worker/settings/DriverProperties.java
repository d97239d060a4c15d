package dev.tidemark.worker.settings;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.util.ClassUtils;

/**
 * What is set of pgjdbc, by pgjdbc's own names. These have capital letters, which a
 * variable cannot have, and pgjdbc passes over a name that it does not know: so a name is
 * found here whatever its letters' case, its dashes and its underscores.
 *
 * @param values the driver's properties, by its own names
 * @param problems what is wrong with them, a line for each
 */
record DriverProperties(Map<String, String> values, List<String> problems) {

	/** Of the properties, with nothing but its letters. */
	private static final String PREFIX = "springdatasourcehikaridatasourceproperties";

	private static final String SOME_ADDRESS = "jdbc:postgresql://localhost/any";

	/** Properties that name a class. */
	private static final Set<String> CLASSES = Set.of("authenticationPluginClassName", "socketFactory", "sslfactory",
			"sslhostnameverifier", "sslpasswordcallback");

	/** Has choices, of which there may be several with commas. */
	private static final String REQUIRE_AUTH = "requireAuth";

	private static final Pattern NUMBER = Pattern.compile("-?\\d{1,10}");

	private static final Map<String, DriverPropertyInfo> KNOWN = known();

	private static Map<String, DriverPropertyInfo> known() {
		try {
			Map<String, DriverPropertyInfo> known = new HashMap<>();
			for (DriverPropertyInfo property : driver().getPropertyInfo(SOME_ADDRESS, new Properties())) {
				known.put(WrittenSetting.uniform(property.name), property);
			}
			return known;
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The driver does not tell its properties", ex);
		}
	}

	private static Driver driver() throws SQLException {
		return DriverManager.getDriver(SOME_ADDRESS);
	}

	/**
	 * Tells whether the driver makes anything of an address.
	 * @param url the JDBC URL
	 */
	static boolean isAddress(String url) {
		try {
			return driver().acceptsURL(url);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The driver does not tell addresses", ex);
		}
	}

	/**
	 * Names the properties that an address has in itself.
	 * @param url the JDBC URL
	 * @return the names, as they are written there
	 */
	static List<String> ofAddress(String url) {
		int mark = url.indexOf('?');
		return (mark < 0) ? List.of()
				: Arrays.stream(url.substring(mark + 1).split("&", -1))
					.map((property) -> property.split("=", 2)[0])
					.filter((name) -> !name.isEmpty())
					.map((name) -> URLDecoder.decode(name, StandardCharsets.UTF_8))
					.toList();
	}

	/**
	 * Tells whether the driver has a property of just this name.
	 * @param name the name
	 */
	static boolean isKnown(String name) {
		DriverPropertyInfo property = KNOWN.get(WrittenSetting.uniform(name));
		return property != null && property.name.equals(name);
	}

	/**
	 * Reads the driver's properties; what is written with a higher precedence goes before
	 * what is written with a lower one, in whatever way either is spelt.
	 * @param environment all that is configured
	 * @return the properties, and what is wrong with them
	 */
	static DriverProperties of(ConfigurableEnvironment environment) {
		Map<String, String> values = new TreeMap<>();
		List<String> problems = new ArrayList<>();
		for (PropertySource<?> source : environment.getPropertySources()) {
			if (!(source instanceof EnumerablePropertySource<?> enumerable)) {
				continue;
			}
			for (String name : enumerable.getPropertyNames()) {
				String uniform = WrittenSetting.uniform(name);
				if (!uniform.startsWith(PREFIX) || uniform.length() == PREFIX.length()) {
					continue;
				}
				DriverPropertyInfo property = KNOWN.get(uniform.substring(PREFIX.length()));
				if (property == null) {
					problems.add(unknown(name, uniform.substring(PREFIX.length())));
				}
				else if (!values.containsKey(property.name)) {
					String value = environment.resolvePlaceholders(String.valueOf(source.getProperty(name)));
					values.put(property.name, value);
					String advice = advice(property, value);
					if (advice != null) {
						problems.add(WrittenSetting.objection(name, value, advice));
					}
				}
			}
		}
		return new DriverProperties(values, problems.stream().distinct().toList());
	}

	/**
	 * Says that the driver has no such property.
	 * @param name where it is written
	 * @param property what it is called there
	 * @return one line
	 */
	static String unknown(String name, String property) {
		String nearest = Spelling.nearest(WrittenSetting.uniform(property), KNOWN.keySet());
		DriverPropertyInfo meant = (nearest != null) ? KNOWN.get(nearest) : null;
		return "%s is no property of the driver's (pgjdbc)%s".formatted(name,
				(meant != null) ? ": is it to be " + meant.name + "?" : "");
	}

	private static @Nullable String advice(DriverPropertyInfo property, String value) {
		String[] choices = property.choices;
		if (choices != null && !property.name.equals(REQUIRE_AUTH)) {
			return List.of(choices).stream().anyMatch(value::equalsIgnoreCase) ? null
					: "it may be " + Setting.choice(List.of(choices));
		}
		String otherwise = property.value;
		if ("true".equals(otherwise) || "false".equals(otherwise)) {
			return (value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false")) ? null
					: "it may be true or false";
		}
		if (otherwise != null && NUMBER.matcher(otherwise).matches()) {
			return NUMBER.matcher(value).matches() ? null : "it may be a whole number";
		}
		return (CLASSES.contains(property.name) && !ClassUtils.isPresent(value, null)) ? "there is no such class"
				: null;
	}

}
