package dev.tidemark.worker.settings;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.stereotype.Component;

/**
 * Tells of variables that look like settings of the worker and are none: nothing else
 * would tell of a letter too few in {@code TIDEMARK_CONCURRENCY}.
 */
@Component
class UnknownVariables {

	private static final Logger logger = LoggerFactory.getLogger(UnknownVariables.class);

	/**
	 * What Kubernetes and Docker set by themselves for services that are called so, and
	 * what is for the compose file and for builds.
	 */
	private static final Pattern OTHERS = Pattern
		.compile(".*(_SERVICE_HOST|_SERVICE_PORT(_.*)?|_PORT|_PORT_\\d+_(TCP|UDP)(_.*)?)|TIDEMARK_(COMPOSE|IMAGE).*");

	private final ConfigurableEnvironment environment;

	UnknownVariables(ConfigurableEnvironment environment) {
		this.environment = environment;
	}

	@EventListener(ApplicationStartedEvent.class)
	void tell() {
		Set<String> written = new LinkedHashSet<>();
		for (PropertySource<?> source : this.environment.getPropertySources()) {
			if (source instanceof SystemEnvironmentPropertySource variables) {
				written.addAll(Set.of(variables.getPropertyNames()));
			}
		}
		lines(written).forEach(logger::warn);
	}

	/**
	 * Finds names that are none of the worker's.
	 * @param written the names of variables, of whatever else there is, too
	 * @return a line for each that is one letter or a few away from a setting, and for
	 * each that begins like the worker's own
	 */
	static Set<String> lines(Set<String> written) {
		Set<String> known = known();
		Set<String> spelt = known.stream().map(WrittenSetting::uniform).collect(Collectors.toSet());
		Set<String> lines = new TreeSet<>();
		for (String name : written) {
			boolean own = name.startsWith("TIDEMARK_");
			if ((own || name.startsWith("DB_")) && !spelt.contains(WrittenSetting.uniform(name))
					&& !OTHERS.matcher(name.toUpperCase(Locale.ROOT)).matches()) {
				String meant = meant(name, known);
				if (own || meant != null) {
					lines.add("%s is no setting of the worker%s".formatted(name,
							(meant != null) ? ": is it to be " + meant + "?" : ""));
				}
			}
		}
		return lines;
	}

	/** Names the variables that {@code CONFIGURATION.md} has. */
	static Set<String> known() {
		return Stream.concat(Setting.ALL.stream().map((setting) -> Setting.variable(setting.property())), Stream
			.of(SecretFiles.DIRECTORY, "TIDEMARK_CONSOLE_ENABLED", "DB_PASS", "DB_MIGRATION_USER", "DB_MIGRATION_PASS"))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static @Nullable String meant(String name, Set<String> known) {
		return known.stream()
			.filter((setting) -> setting.startsWith("DB_") && name.startsWith(setting))
			.reduce((shorter, longer) -> longer)
			.orElseGet(() -> Spelling.nearest(name, known));
	}

}
