package dev.tidemark.worker.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
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

	private static final Map<String, PGProperty> KNOWN = known();

	/** Properties that name a class. */
	private static final Set<PGProperty> CLASSES = Set.of(PGProperty.AUTHENTICATION_PLUGIN_CLASS_NAME,
			PGProperty.SOCKET_FACTORY, PGProperty.SSL_FACTORY, PGProperty.SSL_HOSTNAME_VERIFIER,
			PGProperty.SSL_PASSWORD_CALLBACK);

	private static final Pattern NUMBER = Pattern.compile("-?\\d{1,10}");

	private static Map<String, PGProperty> known() {
		Map<String, PGProperty> known = new HashMap<>();
		for (PGProperty property : PGProperty.values()) {
			known.put(WrittenSetting.uniform(property.getName()), property);
		}
		return known;
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
				PGProperty property = KNOWN.get(uniform.substring(PREFIX.length()));
				if (property == null) {
					problems.add(unknown(name, uniform.substring(PREFIX.length())));
				}
				else if (!values.containsKey(property.getName())) {
					String value = environment.resolvePlaceholders(String.valueOf(source.getProperty(name)));
					values.put(property.getName(), value);
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
		PGProperty meant = (nearest != null) ? KNOWN.get(nearest) : null;
		return "%s is no property of the driver's (pgjdbc)%s".formatted(name,
				(meant != null) ? ": is it to be " + meant.getName() + "?" : "");
	}

	private static @Nullable String advice(PGProperty property, String value) {
		String[] choices = property.getChoices();
		if (choices != null && property != PGProperty.REQUIRE_AUTH) {
			return List.of(choices).stream().anyMatch(value::equalsIgnoreCase) ? null
					: "it may be " + Setting.choice(List.of(choices));
		}
		String otherwise = property.getDefaultValue();
		if ("true".equals(otherwise) || "false".equals(otherwise)) {
			return (value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false")) ? null
					: "it may be true or false";
		}
		if (otherwise != null && NUMBER.matcher(otherwise).matches()) {
			return NUMBER.matcher(value).matches() ? null : "it may be a whole number";
		}
		return (CLASSES.contains(property) && !ClassUtils.isPresent(value, null)) ? "there is no such class" : null;
	}

}
