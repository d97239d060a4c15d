package dev.tidemark.worker.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Topics;
import dev.tidemark.worker.settings.Setting.Part;

/**
 * Looks at what was configured as a whole, before anything is made of it, so that
 * whatever is wrong is told at once and by name.
 */
final class SettingsCheck {

	private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z0-9_.-]+)}");

	private static final String URL = "spring.datasource.url";

	/** Each topic's property, and its name by default; none if it follows another's. */
	private static final Map<String, String> TOPICS = topicsByDefault();

	private final ConfigurableEnvironment environment;

	private boolean addressIsGood = true;

	private final List<String> problems = new ArrayList<>();

	private SettingsCheck(ConfigurableEnvironment environment) {
		this.environment = environment;
	}

	/**
	 * Makes sure that settings are what they may be.
	 * @param environment all that is configured
	 * @param parts whose settings are used
	 * @throws WrongSettingsException if some are not
	 */
	static void check(ConfigurableEnvironment environment, Set<Part> parts) {
		SettingsCheck check = new SettingsCheck(environment);
		check.secrets();
		if (check.problems.isEmpty()) {
			parts.forEach(check::values);
			if (parts.contains(Part.DATABASE)) {
				check.references("springdatasource");
				check.address();
				check.problems.addAll(DriverProperties.of(environment).problems());
			}
			if (parts.contains(Part.KAFKA)) {
				check.references("springkafka");
				check.topics();
			}
			if (parts.contains(Part.WORKER)) {
				check.retries();
				check.console();
			}
		}
		if (!check.problems.isEmpty()) {
			throw new WrongSettingsException(check.problems);
		}
	}

	private static Map<String, String> topicsByDefault() {
		Map<String, String> topics = new LinkedHashMap<>();
		for (AggregateType type : Catalogue.installed().aggregates()) {
			topics.put(Setting.topicOf(type, "commands"), type.commandTopic());
			topics.put(Setting.topicOf(type, "read-model"), type.readModelTopic());
		}
		topics.put("tidemark.topics.command-rejections", Topics.COMMAND_REJECTIONS);
		for (AggregateType type : Catalogue.installed().aggregates()) {
			topics.put(Setting.topicOf(type, "commands-dlt"), "");
		}
		return topics;
	}

	/** All parts, as the worker has them. */
	static Set<Part> all() {
		return EnumSet.complementOf(EnumSet.of(Part.MIGRATION));
	}

	/** Whoever cannot read a file cannot tell what any setting is. */
	private void secrets() {
		for (PropertySource<?> source : this.environment.getPropertySources()) {
			SecretFiles.unreadable(source).forEach(this.problems::add);
		}
	}

	/** Spring would take what refers to nothing for a text. */
	private void references(String prefix) {
		for (PropertySource<?> source : this.environment.getPropertySources()) {
			if (!(source instanceof EnumerablePropertySource<?> enumerable)) {
				continue;
			}
			for (String name : enumerable.getPropertyNames()) {
				if (WrittenSetting.uniform(name).startsWith(prefix)) {
					String value = this.environment.resolvePlaceholders(String.valueOf(source.getProperty(name)));
					REFERENCE.matcher(value)
						.results()
						.map((found) -> "%s is not set, and %s refers to it".formatted(found.group(1), name))
						.filter((line) -> !this.problems.contains(line))
						.forEach(this.problems::add);
				}
			}
		}
	}

	private void values(Part part) {
		for (Setting setting : Setting.ALL) {
			WrittenSetting written = (setting.part() == part && isUsed(setting))
					? WrittenSetting.find(this.environment, setting.property()) : null;
			String objection = (written != null) ? setting.objection(written) : null;
			if (objection != null) {
				this.problems.add(objection);
				this.addressIsGood &= !setting.isOfAddress();
			}
		}
	}

	/**
	 * Tells whether a setting matters. A part of an address that is not used may be
	 * anything: Kubernetes sets {@code DB_PORT} for a service that is called {@code db}.
	 */
	private boolean isUsed(Setting setting) {
		WrittenSetting url = setting.isOfAddress() ? WrittenSetting.find(this.environment, URL) : null;
		return url == null || url.raw().contains("${" + setting.property());
	}

	private void address() {
		WrittenSetting url = WrittenSetting.find(this.environment, URL);
		if (url == null || !this.addressIsGood) {
			return;
		}
		if (!DriverProperties.isAddress(url.value())) {
			WrittenSetting host = url.raw().contains("${DB_HOST") ? WrittenSetting.find(this.environment, "DB_HOST")
					: null;
			this.problems.add((host != null) ? host.objection("it may be a host") : url
				.objection("it may be jdbc:postgresql://HOST:PORT/NAME, with ?PROPERTY=VALUE of the driver's"));
			return;
		}
		DriverProperties.ofAddress(url.value())
			.stream()
			.filter((name) -> !DriverProperties.isKnown(name))
			.forEach((name) -> this.problems.add(DriverProperties.unknown(url.name() + ": " + name, name)));
	}

	private void topics() {
		Map<String, String> taken = new HashMap<>();
		TOPICS.keySet().forEach((property) -> {
			WrittenSetting written = WrittenSetting.find(this.environment, property);
			String topic = topic(property);
			String other = topic.isEmpty() ? null : taken.putIfAbsent(topic, property);
			// What follows by itself from two that are the same is not told of again.
			boolean follows = written == null && other != null && property.endsWith(Topics.DEAD_LETTER_SUFFIX)
					&& WrittenSetting.find(this.environment, other) == null;
			if (other != null && !follows) {
				this.problems.add("%s and %s are both '%s': each may be a topic of its own".formatted(name(other),
						name(property), topic));
			}
		});
	}

	private String topic(String property) {
		WrittenSetting written = WrittenSetting.find(this.environment, property);
		if (written != null) {
			return written.value();
		}
		String otherwise = TOPICS.getOrDefault(property, "");
		return otherwise.isEmpty()
				? topic(property.substring(0, property.length() - Topics.DEAD_LETTER_SUFFIX.length()))
						+ Topics.DEAD_LETTER_SUFFIX
				: otherwise;
	}

	private String name(String property) {
		WrittenSetting written = WrittenSetting.find(this.environment, property);
		return (written != null) ? written.name() : Setting.variable(property);
	}

	private void retries() {
		WrittenSetting from = WrittenSetting.find(this.environment, "tidemark.retry.from");
		WrittenSetting upTo = WrittenSetting.find(this.environment, "tidemark.retry.up-to");
		Duration first = duration(from, "500ms");
		Duration last = duration(upTo, "10s");
		if (first == null || last == null || first.compareTo(last) <= 0) {
			return;
		}
		if (from != null) {
			this.problems.add(from.objection("it may be no longer than TIDEMARK_RETRY_UP_TO, which is "
					+ ((upTo != null) ? upTo.value() : "10s")));
		}
		else if (upTo != null) {
			this.problems.add(upTo.objection("it may be no shorter than TIDEMARK_RETRY_FROM, which is 500ms"));
		}
	}

	private static @Nullable Duration duration(@Nullable WrittenSetting written, String otherwise) {
		String value = (written == null || written.value().isEmpty()) ? otherwise : written.value();
		return Setting.convert(value, Duration.class);
	}

	private void console() {
		WrittenSetting enabled = WrittenSetting.find(this.environment, "tidemark.console.enabled");
		WrittenSetting password = WrittenSetting.find(this.environment, "tidemark.console.password");
		boolean needed = enabled != null && Boolean.TRUE.equals(Setting.convert(enabled.value(), Boolean.class));
		if (needed && (password == null || password.value().isBlank())) {
			this.problems.add("TIDEMARK_CONSOLE is true and TIDEMARK_CONSOLE_PASSWORD is not set; set it to "
					+ "a long random password, or switch the console off");
		}
	}

}
