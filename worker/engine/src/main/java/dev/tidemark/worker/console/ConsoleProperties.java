package dev.tidemark.worker.console;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether there is a console, and who may see it.
 *
 * @param enabled whether the console is served
 * @param password what whoever signs in has to know; never empty where the console is
 * served
 */
@ConfigurationProperties("tidemark.console")
record ConsoleProperties(@DefaultValue("false") boolean enabled, @DefaultValue("") String password) {

	/** The password is nobody's business. */
	@Override
	public String toString() {
		return "ConsoleProperties[enabled=%s]".formatted(this.enabled);
	}

}
