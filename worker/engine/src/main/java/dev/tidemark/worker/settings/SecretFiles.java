package dev.tidemark.worker.settings;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.env.ConfigTreePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The files that are settings. Spring reads a file that is named like a property; this
 * makes one that is named like a variable mean what the variable would.
 */
final class SecretFiles {

	/** The variable that says where the files are. */
	static final String DIRECTORY = "TIDEMARK_SECRETS";

	private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z0-9_]*");

	/** What makes Spring read names in the way in which it reads variables. */
	private static final String AS_VARIABLES = "-systemEnvironment";

	private SecretFiles() {
	}

	/**
	 * Makes sure that there is a directory, if one is named. To be asked before its files
	 * are read: of an empty name, that would be every file of the machine.
	 * @param environment what is configured so far
	 * @throws WrongSettingsException if there is none
	 */
	static void requireDirectory(ConfigurableEnvironment environment) {
		WrittenSetting directory = WrittenSetting.find(environment, DIRECTORY);
		if (directory != null && (directory.value().isBlank() || !Files.isDirectory(Path.of(directory.value())))) {
			throw new WrongSettingsException(
					List.of(directory.objection("it may be a directory that is there, with files that are settings")));
		}
	}

	/**
	 * Has files that are named like variables read like variables. The variables
	 * themselves go before.
	 * @param environment all that is configured
	 */
	static void readLikeVariables(ConfigurableEnvironment environment) {
		for (PropertySource<?> source : List.copyOf(environment.getPropertySources().stream().toList())) {
			if (source instanceof ConfigTreePropertySource files
					&& !environment.getPropertySources().contains(files.getName() + AS_VARIABLES)) {
				Map<String, Object> variables = new LinkedHashMap<>();
				for (String name : files.getPropertyNames()) {
					Object content = VARIABLE.matcher(name).matches() ? files.getProperty(name) : null;
					if (content != null) {
						variables.put(name, content);
					}
				}
				environment.getPropertySources()
					.addAfter(files.getName(),
							new SystemEnvironmentPropertySource(files.getName() + AS_VARIABLES, variables));
			}
		}
	}

	/**
	 * Names the files that cannot be read.
	 * @param source where settings come from
	 * @return a line for each file
	 */
	static List<String> unreadable(PropertySource<?> source) {
		List<String> lines = new ArrayList<>();
		if (source instanceof ConfigTreePropertySource files) {
			for (String name : files.getPropertyNames()) {
				try {
					var _ = String.valueOf(files.getProperty(name));
				}
				catch (UncheckedIOException | IllegalStateException ex) {
					lines.add("the file %s of %s cannot be read: %s".formatted(name, files.getSource(), reason(ex)));
				}
			}
		}
		return lines;
	}

	private static String reason(@Nullable Throwable failure) {
		Throwable root = failure;
		while (root != null && root.getCause() != null) {
			root = root.getCause();
		}
		return (root instanceof AccessDeniedException) ? "permission denied"
				: WrittenSetting.oneLine(String.valueOf((root != null) ? root.getMessage() : null));
	}

}
