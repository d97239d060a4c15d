package dev.tidemark.worker;

import java.util.Arrays;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.scheduling.annotation.EnableScheduling;

import dev.tidemark.worker.migration.Migrations;
import dev.tidemark.worker.operations.Tools;

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
		String first = (arguments.length > 0) ? arguments[0] : "";
		String command = (first.isEmpty() || (first.startsWith("--") && !first.equals("--help"))) ? "consume" : first;
		switch (command) {
			case "consume" -> SpringApplication.run(TidemarkWorker.class, arguments);
			case "migrate" -> System.exit(Migrations.run(rest(arguments)));
			case "help", "--help" -> System.out.print(Tools.overview());
			default -> {
				if (Tools.words().contains(command)) {
					System.exit(Tools.run(command, rest(arguments)));
				}
				System.err.printf(
						"tidemark: unknown command '%s'; there are: migrate, %s, help; or nothing at all, to consume%n",
						command, String.join(", ", Tools.words()));
				System.exit(WRONG_USAGE);
			}
		}
	}

	private static String[] rest(String[] arguments) {
		return Arrays.copyOfRange(arguments, 1, arguments.length);
	}

}
