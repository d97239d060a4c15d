package dev.tidemark.worker.operations;

import java.io.Console;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.springframework.beans.BeansException;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.ConfigurableEnvironment;

import dev.tidemark.worker.deadletter.NotReplayableException;
import dev.tidemark.worker.settings.ConnectionFailures;
import dev.tidemark.worker.settings.KafkaSettings;
import dev.tidemark.worker.settings.NoConnectionException;
import dev.tidemark.worker.settings.StartFailures;
import dev.tidemark.worker.settings.UsageException;
import dev.tidemark.worker.settings.WorkerEnvironment;
import dev.tidemark.worker.settings.WrongSettingsException;
import dev.tidemark.worker.topics.MissingTopicsException;

/**
 * Runs the jar's tools with the worker's own configuration, without starting the worker.
 */
public final class Tools {

	static final int DONE = 0;

	static final int FAILED = 1;

	static final int WRONG_USAGE = 2;

	static final int NOT_SO = 3;

	private Tools() {
	}

	/**
	 * Returns the words that a tool is called by.
	 * @return what may come first on a command line, {@code help} not included
	 */
	public static List<String> words() {
		return Tool.words();
	}

	/**
	 * Returns what all the jar's commands do, for {@code help}.
	 * @return text of many lines
	 */
	public static String overview() {
		return Tool.overview();
	}

	/**
	 * Runs a tool. Whatever goes wrong is said in one line on standard error.
	 * @param word one of {@link #words()}
	 * @param arguments what follows it on the command line
	 * @return the exit code: 0 done, 1 failed, 2 wrong usage, 3 checked and not so
	 */
	@SuppressWarnings("SystemConsoleNull") // Since JDK 25 it is null again where there is
											// no terminal.
	public static int run(String word, String... arguments) {
		// Until somebody initializes logging, which only the worker does, all of it is
		// dropped: what there is to say is said here.
		LoggingSystem.get(Tools.class.getClassLoader()).beforeInitialize();
		Console console = System.console();
		return run(Tool.of(word), List.of(arguments),
				new Output(System.out, System.err, console != null && console.isTerminal()));
	}

	static int run(Tool tool, List<String> arguments, Output output) {
		try {
			Arguments parsed = Arguments.parse(tool, arguments);
			if (parsed.help()) {
				output.block(tool.help());
				return DONE;
			}
			return run(tool, parsed, output);
		}
		catch (UsageException ex) {
			output.error("%s: %s; '%s --help' explains".formatted(tool, ex.getMessage(), tool));
			return WRONG_USAGE;
		}
	}

	private static int run(Tool tool, Arguments arguments, Output output) {
		try {
			return tool.run(arguments, output);
		}
		catch (UsageException ex) {
			throw ex;
		}
		catch (OutputGoneException ex) {
			// Whoever has made the stream tells; there is nobody to read the rest.
			return FAILED;
		}
		catch (WrongSettingsException ex) {
			ex.lines().forEach((line) -> output.error(tool + ": " + line));
		}
		catch (NoConnectionException | OperationException | NotReplayableException | MissingTopicsException ex) {
			output.error(tool + ": " + ex.getMessage());
		}
		catch (SQLException ex) {
			output.error(tool + ": the database says: " + ex.getMessage());
		}
		catch (TimeoutException ex) {
			output.error(tool + ": Kafka does not answer: " + ex.getMessage());
		}
		catch (KafkaException ex) {
			ConfigurableEnvironment environment = WorkerEnvironment.read(arguments.properties()).environment();
			output.error(tool + ": " + Objects.requireNonNullElseGet(new KafkaSettings(environment).explain(ex),
					() -> new ConnectionFailures(environment).explain(ex)));
		}
		catch (RuntimeException ex) {
			List<String> wrong = StartFailures.lines(ex);
			if (wrong.isEmpty()) {
				wrong = List.of(((ex instanceof BeansException) ? "the configuration is not good: " : "failed: ")
						+ deepest(ex));
			}
			wrong.forEach((line) -> output.error(tool + ": " + line));
		}
		return FAILED;
	}

	private static String deepest(RuntimeException ex) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(ex);
		return (cause.getMessage() != null) ? cause.getMessage() : cause.getClass().getSimpleName();
	}

}
