package dev.tidemark.worker.settings;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/**
 * A setting as somebody has written it, by the name that it has there: a variable's, a
 * file's, a property's.
 *
 * @param name the name to look for
 * @param raw the value, with its placeholders
 * @param value the value, with its placeholders filled in
 */
record WrittenSetting(String name, String raw, String value) {

	/** A value that is all of another setting. */
	private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z0-9_.-]+)(?::.*)?}");

	private static final Pattern VARIABLE = Pattern.compile("[A-Z_]+");

	/** Names of settings whose value nobody should see. */
	private static final Pattern SECRET = Pattern
		.compile("pass|secret|token|credential|key|jaas|hash|private|headers|url$|uri$|options$");

	/** How names end that tell of a secret, and are none. */
	private static final Pattern OPEN = Pattern
		.compile("(type|class|location|serializer|algorithm|enabled|ms|mode|timeout)$");

	private static final int SHOWN = 100;

	/** Shorter ones are in any text. */
	private static final int SECRET_LENGTH = 4;

	/**
	 * Finds a setting where it is written with the highest precedence.
	 * @param environment all that is configured
	 * @param property the property's name, or a variable's that is read as it is
	 * @return the setting, or null if it is nowhere
	 */
	static @Nullable WrittenSetting find(ConfigurableEnvironment environment, String property) {
		if (VARIABLE.matcher(property).matches()) {
			for (PropertySource<?> source : environment.getPropertySources()) {
				Object found = source.getProperty(property);
				if (found != null) {
					return of(environment, property, found.toString());
				}
			}
			return null;
		}
		ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.from(environment.getPropertySources())) {
			ConfigurationProperty found = source.getConfigurationProperty(name);
			if (found != null) {
				String raw = String.valueOf(found.getValue());
				return of(environment, name(found.getOrigin(), property, raw), raw);
			}
		}
		return null;
	}

	static WrittenSetting of(ConfigurableEnvironment environment, String name, String raw) {
		return new WrittenSetting(name, raw, environment.resolvePlaceholders(raw));
	}

	/**
	 * Returns the name that a setting was written by.
	 * @param origin where it comes from, if that is known
	 * @param property the property's name
	 * @param raw its value, with its placeholders
	 * @return the name of the variable or the file, or the property's name
	 */
	static String name(@Nullable Origin origin, String property, String raw) {
		Matcher reference = REFERENCE.matcher(raw);
		if (reference.matches()) {
			return reference.group(1);
		}
		return switch (origin) {
			case SystemEnvironmentOrigin variable -> variable.getProperty();
			case PropertySourceOrigin written -> (written.getOrigin() instanceof SystemEnvironmentOrigin variable)
					? variable.getProperty() : written.getPropertyName();
			case null, default -> property;
		};
	}

	/**
	 * Says that this setting is wrong.
	 * @param advice what it may be
	 * @return one line; the value is not in it if it may be a secret
	 */
	String objection(String advice) {
		return objection(this.name, this.value, advice);
	}

	/**
	 * Says that a setting is wrong.
	 * @param name its name
	 * @param value its value
	 * @param advice what it may be
	 * @return one line; the value is not in it if it may be a secret
	 */
	static String objection(String name, @Nullable Object value, String advice) {
		String text = String.valueOf(value);
		if (isSecret(name) && !text.isEmpty()) {
			String withoutValue = (text.length() >= SECRET_LENGTH) ? advice.replace(text, "…") : advice;
			return "%s is wrong (its value is not shown): %s".formatted(name, oneLine(withoutValue));
		}
		return "%s is '%s': %s".formatted(name, shortened(oneLine(text)), oneLine(advice));
	}

	/**
	 * Tells whether a setting's value is nobody's business.
	 * @param name the setting's name
	 */
	static boolean isSecret(String name) {
		String lower = name.toLowerCase(Locale.ROOT);
		return SECRET.matcher(lower).find() && !OPEN.matcher(lower).find() && !name.equals(SecretFiles.DIRECTORY);
	}

	/** Spells a name with small letters and digits only, as any spelling of it can be. */
	static String uniform(String name) {
		StringBuilder uniform = new StringBuilder();
		name.toLowerCase(Locale.ROOT).codePoints().filter(Character::isLetterOrDigit).forEach(uniform::appendCodePoint);
		return uniform.toString();
	}

	/** Makes one line of a text, without what a terminal obeys. */
	static String oneLine(String text) {
		String line = text.lines().map(String::strip).filter((part) -> !part.isEmpty()).findFirst().orElse("");
		StringBuilder safe = new StringBuilder();
		line.codePoints().forEach((point) -> safe.appendCodePoint(Character.isISOControl(point) ? ' ' : point));
		return safe.toString();
	}

	private static String shortened(String text) {
		return (text.length() > SHOWN) ? text.substring(0, SHOWN) + "…" : text;
	}

}
