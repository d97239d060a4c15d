package dev.tidemark.worker.settings;

import java.util.Map;

import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.env.DefaultPropertiesPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The worker's own configuration and these variables, as if the process had no others.
 */
final class Variables {

	private Variables() {
	}

	static ConfigurableEnvironment environment(Map<String, String> variables) {
		ConfigurableEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.copyOf(variables)));
		SecretFiles.requireDirectory(environment);
		environment.getPropertySources().addLast(new DefaultPropertiesPropertySource(WorkerEnvironment.DEFAULTS));
		ConfigDataEnvironmentPostProcessor.applyTo(environment);
		SecretFiles.readLikeVariables(environment);
		return environment;
	}

}
