package dev.tidemark.worker.story;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.WorkerProcess;

/**
 * Starts a broker, a database and the worker, as processes of this machine; tells the
 * story; and stays up for whoever wants to try something by hand.
 */
public final class TidemarkStory {

	private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

	private TidemarkStory() {
	}

	/**
	 * Runs until it is interrupted.
	 * @param arguments none, or {@code --once} to end after the story
	 */
	public static void main(String[] arguments) throws Exception {
		OUT.println("Tidemark: starting Kafka and PostgreSQL ...");
		Stack stack = Stack.start();
		Map<String, String> environment = environment(stack);
		WorkerProcess.Completed migration = WorkerProcess.run(environment, "migrate", "upgrade");
		if (migration.exitCode() != 0) {
			throw new IllegalStateException("The schema could not be made: " + migration.errors());
		}
		OUT.print(migration.output().indent(2));
		OUT.println("Tidemark: starting the worker ...");
		WorkerProcess worker = WorkerProcess.start(environment);
		stack.closeFirst(() -> {
			OUT.println("\nTidemark: stopping ...");
			OUT.println("Tidemark: the worker ended with exit code " + worker.terminate());
		});
		worker.awaitReady();
		try (Telling telling = new Telling(stack.bootstrapServers(), database(stack), OUT)) {
			for (Chapter chapter : Chapter.all()) {
				telling.tell(chapter);
			}
		}
		if (arguments.length > 0 && arguments[0].equals("--once")) {
			stack.close();
			return;
		}
		OUT.println(HandsOn.of(stack.bootstrapServers(), database(stack), worker.managementPort()));
		new CountDownLatch(1).await();
	}

	private static DatabaseAddress database(Stack stack) {
		DatabaseAddress server = stack.database();
		return new DatabaseAddress(server.host(), server.port(), "tidemark", "tidemark", "tidemark");
	}

	private static Map<String, String> environment(Stack stack) throws SQLException {
		DatabaseAddress database = database(stack);
		try (Connection connection = stack.database().connect(); Statement statement = connection.createStatement()) {
			statement.execute("create role tidemark login password 'tidemark'");
			statement.execute("create database tidemark owner tidemark");
		}
		Map<String, String> environment = new LinkedHashMap<>();
		environment.put("KAFKA_BOOTSTRAP_SERVERS", stack.bootstrapServers());
		environment.put("DB_HOST", database.host());
		environment.put("DB_PORT", Integer.toString(database.port()));
		environment.put("DB_PASS", database.password());
		environment.put("TIDEMARK_TOPICS_CREATE", "true");
		environment.put("TIDEMARK_TOPICS_PARTITIONS", "3");
		return environment;
	}

}
