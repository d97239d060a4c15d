package dev.tidemark.worker;

import java.util.Arrays;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.scheduling.annotation.EnableScheduling;

import dev.tidemark.worker.migration.Migrations;
import dev.tidemark.worker.operations.CommandStatus;

/**
 * The jar's main class: consumes, or runs one of the other commands.
 */
@SpringBootApplication
@EnableScheduling
@EntityScan
public class TidemarkWorker {

	private static final int WRONG_USAGE = 2;

	/**
	 * Does what it is told to.
	 * @param arguments none to consume; or a command and its arguments. What begins with
	 * {@code --} is a setting, as of any Spring Boot application
	 */
	public static void main(String[] arguments) {
		String command = (arguments.length > 0 && !arguments[0].startsWith("--")) ? arguments[0] : "consume";
		switch (command) {
			case "consume" -> SpringApplication.run(TidemarkWorker.class, arguments);
			case "migrate" -> System.exit(Migrations.run(rest(arguments)));
			case "command" -> System.exit(CommandStatus.run(rest(arguments)));
			default -> {
				System.err.printf(
						"tidemark: unknown command '%s'; there are: migrate, command; or nothing at all, to consume%n",
						command);
				System.exit(WRONG_USAGE);
			}
		}
	}

	private static String[] rest(String[] arguments) {
		return Arrays.copyOfRange(arguments, 1, arguments.length);
	}

}
