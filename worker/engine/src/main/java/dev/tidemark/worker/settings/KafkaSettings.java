package dev.tidemark.worker.settings;

import java.security.KeyStoreException;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.security.auth.login.LoginException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/**
 * Tells what is wrong with the settings of Kafka's clients from what is wrong with the
 * surroundings. Kafka throws the same kinds of exceptions for both; but whether a client
 * can be made depends on settings, files and classes only, and files may be mended while
 * the worker waits.
 */
public final class KafkaSettings {

	private static final String PREFIX = "springkafka";

	private static final Pattern INVALID_VALUE = Pattern
		.compile("Invalid value (.*) for configuration ([a-zA-Z0-9._]+)(?:: (.*))?", Pattern.DOTALL);

	private static final Pattern NAME = Pattern.compile("\\b[a-z]+(?:\\.[a-z]+)+\\b");

	private static final Pattern NO_CLASS = Pattern.compile("Class (\\S+) (?:could not be|cannot be|not) found\\.?");

	private static final Pattern NO_LOGIN_MODULE = Pattern.compile("No LoginModule found for (\\S+)");

	/** What to do about a class that is not there. */
	static final String NO_SUCH_CLASS = "there is no such class; further jars go where LOADER_PATH says, in the image into /app/extensions";

	private final ConfigurableEnvironment environment;

	/**
	 * Explains what was configured.
	 * @param environment all that is configured
	 */
	public KafkaSettings(ConfigurableEnvironment environment) {
		this.environment = environment;
	}

	/**
	 * Makes a client of each kind, and lets go of it: what is wrong with their settings
	 * is known then, whether a broker answers or not.
	 * @param consumers the settings of consumers
	 * @param producers the settings of producers
	 * @param admins the settings of admin clients
	 * @throws WrongSettingsException if one can't be made, and no waiting mends that
	 */
	public void check(Map<String, Object> consumers, Map<String, Object> producers, Map<String, Object> admins) {
		check(() -> Admin.create(admins).close(Duration.ZERO));
		check(() -> new KafkaConsumer<>(consumers).close(CloseOptions.timeout(Duration.ZERO)));
		check(() -> new KafkaProducer<>(producers).close(Duration.ZERO));
	}

	private void check(Runnable client) {
		try {
			client.run();
		}
		catch (RuntimeException | LinkageError ex) {
			check(ex);
		}
	}

	/**
	 * Makes sure that waiting can mend a failure.
	 * @param failure what went wrong, with Kafka or with anything else
	 * @throws WrongSettingsException if settings of Kafka's clients are what went wrong
	 */
	public void check(Throwable failure) {
		String line = explain(failure);
		if (line != null) {
			throw new WrongSettingsException(List.of(line));
		}
	}

	/**
	 * Explains a failure that no waiting mends.
	 * @param failure what went wrong
	 * @return one line that names the setting and says what it may be, without any
	 * password; null if waiting may mend it
	 */
	public @Nullable String explain(Throwable failure) {
		boolean making = false;
		boolean ofFile = false;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			making |= cause instanceof KafkaException && isOfMaking(cause);
			ofFile |= String.valueOf(cause.getMessage()).startsWith("Failed to load ");
			if (cause instanceof ConfigException wrong) {
				return isUnresolved(wrong) ? null : explain(wrong);
			}
			String line = null;
			if (making) {
				line = ofFile ? explainStore(cause) : explainWhileMaking(cause);
			}
			if (line != null) {
				return line;
			}
		}
		return null;
	}

	/** What the constructors of Kafka's clients say of all that happens in them. */
	private static boolean isOfMaking(Throwable failure) {
		String message = String.valueOf(failure.getMessage());
		return message.startsWith("Failed to construct kafka ") || message.startsWith("Failed to create new Kafka");
	}

	/** A name may be known to the name servers a little later. */
	private static boolean isUnresolved(ConfigException wrong) {
		return String.valueOf(wrong.getMessage()).startsWith("No resolvable bootstrap urls");
	}

	private String explain(ConfigException wrong) {
		String message = WrittenSetting.oneLine(String.valueOf(wrong.getMessage()));
		Matcher invalid = INVALID_VALUE.matcher(message);
		if (invalid.matches()) {
			String config = invalid.group(2);
			String reason = (invalid.group(3) != null) ? invalid.group(3) : "Kafka does not take it";
			return objection(config, invalid.group(1),
					NO_CLASS.matcher(reason).matches() ? NO_SUCH_CLASS : reason.replaceFirst("^(String|Value) ", "it ")
						.replaceFirst("^Not a number.*", "it may be a whole number"));
		}
		Matcher name = NAME.matcher(message);
		String config = name.find() ? name.group() : "";
		WrittenSetting written = config.isEmpty() ? null : find(config);
		return (written != null) ? written.objection(message) : "Kafka's settings are wrong: " + message;
	}

	/** Explains what is neither a broker that is away nor a file that can be mended. */
	private @Nullable String explainWhileMaking(Throwable cause) {
		String message = WrittenSetting.oneLine(String.valueOf(cause.getMessage()));
		return switch (cause) {
			case LoginException _ when NO_LOGIN_MODULE.matcher(message).find() ->
				withoutValue(SaslConfigs.SASL_JAAS_CONFIG,
						"names the login module " + first(NO_LOGIN_MODULE, message) + ": " + NO_SUCH_CLASS);
			case LoginException _ when message.contains("ClassCastException") ->
				withoutValue(SaslConfigs.SASL_JAAS_CONFIG, "names a class that is no login module");
			case IllegalArgumentException _ when message.contains("JAAS config") ->
				withoutValue(SaslConfigs.SASL_JAAS_CONFIG,
						message.startsWith("Could not find") ? "is not set, and the security protocol wants it"
								: "is no login: it may be CLASS required NAME=\"VALUE\" …;");
			case IllegalArgumentException _ -> "Kafka's settings are wrong: " + message;
			case ClassNotFoundException _ -> ofValue(message, NO_SUCH_CLASS);
			case LinkageError _ -> "Kafka's settings are wrong: a class is not there, or is another than it should be: "
					+ message + "; further jars go where LOADER_PATH says, in the image into /app/extensions";
			case ClassCastException _ -> ofValue(first(Pattern.compile("class (\\S+)"), message),
					"it is a class, and not of the kind that goes there");
			case NoSuchAlgorithmException _, NoSuchProviderException _ ->
				ofValue(first(Pattern.compile("(?:no such provider: )?(\\S+)"), message), message);
			case InvalidConfigurationException _ when cause.getCause() == null ->
				"Kafka's settings are wrong: " + message;
			case KafkaException _ when cause.getCause() == null && cause.getClass() == KafkaException.class ->
				ofValue(first(Pattern.compile("[Cc]lass (\\S+)"), message), message);
			default -> null;
		};
	}

	/** A file may be mended; the type of its contents is a setting. */
	private @Nullable String explainStore(Throwable cause) {
		String message = String.valueOf(cause.getMessage());
		return (cause instanceof KeyStoreException && message.endsWith(" not found"))
				? ofValue(first(Pattern.compile("(\\S+)"), message), "it may be PEM, PKCS12 or JKS") : null;
	}

	private static String first(Pattern pattern, String text) {
		Matcher matcher = pattern.matcher(text);
		return matcher.find() ? matcher.group(1) : "";
	}

	private String objection(String config, String value, String advice) {
		WrittenSetting written = find(config);
		return (written != null) ? written.objection(advice) : WrittenSetting.objection(config, value, advice);
	}

	private String withoutValue(String config, String problem) {
		WrittenSetting written = find(config);
		return ((written != null) ? written.name() : config) + " " + problem;
	}

	/** Finds the setting that has a value, since the failure does not tell its name. */
	private String ofValue(String value, String advice) {
		WrittenSetting written = value.isEmpty() ? null
				: find((candidate) -> !WrittenSetting.isSecret(candidate.name()) && candidate.value().contains(value));
		return (written != null) ? written.objection(advice)
				: "Kafka's settings are wrong: " + value + (value.isEmpty() ? "" : ": ") + advice;
	}

	private @Nullable WrittenSetting find(String config) {
		String end = WrittenSetting.uniform(config);
		WrittenSetting written = find((candidate) -> WrittenSetting.uniform(candidate.name()).endsWith(end));
		return (written == null && end.equals("bootstrapservers"))
				? WrittenSetting.find(this.environment, "spring.kafka.bootstrap-servers") : written;
	}

	private @Nullable WrittenSetting find(Predicate<WrittenSetting> wanted) {
		for (PropertySource<?> source : this.environment.getPropertySources()) {
			if (source instanceof EnumerablePropertySource<?> enumerable) {
				for (String name : enumerable.getPropertyNames()) {
					if (WrittenSetting.uniform(name).startsWith(PREFIX)) {
						WrittenSetting candidate = WrittenSetting.of(this.environment, name,
								String.valueOf(source.getProperty(name)));
						if (wanted.test(candidate)) {
							return candidate;
						}
					}
				}
			}
		}
		return null;
	}

}
