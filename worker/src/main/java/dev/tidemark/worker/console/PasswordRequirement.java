package dev.tidemark.worker.console;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Refuses to start a worker whose console anybody could use. Before anything else is
 * started, so that one line says it all.
 */
class PasswordRequirement implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		boolean enabled = context.getEnvironment().getProperty("tidemark.console.enabled", boolean.class, false);
		if (enabled && context.getEnvironment().getProperty("tidemark.console.password", "").isBlank()) {
			System.err.println("tidemark: TIDEMARK_CONSOLE is true and TIDEMARK_CONSOLE_PASSWORD is not set; set it to "
					+ "a long random password, or switch the console off");
			System.exit(1);
		}
	}

}
