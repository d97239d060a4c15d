package dev.tidemark.worker;

import java.util.Arrays;

import org.springframework.boot.SpringApplication;

import dev.tidemark.worker.migration.Migrations;
import dev.tidemark.worker.operations.Tools;
import dev.tidemark.worker.settings.SessionTimeZone;
import dev.tidemark.worker.settings.WorkerEnvironment;

/**
 * A worker, whose aggregates an application declares: consumes, or runs one of the other
 * commands.
 */
public final class Worker {

	private static final int DONE = 0;

	private static final int WRONG_USAGE = 2;

	private Worker() {
	}

	/**
	 * Does what a command line says. Returns while the worker consumes; ends the process
	 * after another command.
	 * @param application the application's class, a {@link WorkerApplication}
	 * @param arguments none to consume; or a command and its arguments. What begins with
	 * {@code --} is a setting, as of any Spring Boot application
	 */
	public static void run(Class<?> application, String... arguments) {
		SessionTimeZone.pin();
		String first = (arguments.length > 0) ? arguments[0] : "";
		if (first.isEmpty() || first.equals("consume") || (first.startsWith("--") && !first.equals("--help"))) {
			SpringApplication worker = new SpringApplication(EngineConfiguration.class, application);
			worker.setMainApplicationClass(application);
			worker.setDefaultProperties(WorkerEnvironment.DEFAULTS);
			worker.run(arguments);
			return;
		}
		StandardOutput output = StandardOutput.install();
		int exitCode = run(first, Arrays.copyOfRange(arguments, 1, arguments.length));
		System.exit(output.conclude(exitCode, System.err));
	}

	private static int run(String command, String[] arguments) {
		return switch (command) {
			case "migrate" -> Migrations.run(arguments);
			case "help", "--help" -> help();
			default -> Tools.words().contains(command) ? Tools.run(command, arguments) : unknown(command);
		};
	}

	private static int help() {
		System.out.print(Tools.overview());
		return DONE;
	}

	private static int unknown(String command) {
		System.err.printf(
				"tidemark: unknown command '%s'; there are: migrate, %s, help; or nothing at all, to consume%n",
				command, String.join(", ", Tools.words()));
		return WRONG_USAGE;
	}

}
