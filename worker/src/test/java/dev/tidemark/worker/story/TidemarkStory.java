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
import dev.tidemark.worker.stack.Tenant;
import dev.tidemark.worker.stack.TopicNames;
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
		Tenant tenant = tenant(stack);
		Map<String, String> environment = environment(tenant);
		WorkerProcess.Completed migration = WorkerProcess.run(environment, "migrate", "upgrade");
		if (migration.exitCode() != 0) {
			throw new IllegalStateException("The schema could not be made: " + migration.errors());
		}
		OUT.print(migration.output().indent(2));
		OUT.println("Tidemark: starting the worker ...");
		WorkerProcess worker = WorkerProcess.start(environment);
		stack.closeFirst(() -> {
			OUT.println("\nTidemark: stopping ...");
			worker.terminate();
		});
		worker.awaitReady();
		try (Telling telling = new Telling(tenant, OUT)) {
			for (Chapter chapter : Chapter.all()) {
				telling.tell(chapter);
			}
		}
		if (arguments.length > 0 && arguments[0].equals("--once")) {
			stack.close();
			return;
		}
		OUT.println(HandsOn.of(tenant, worker.managementPort()));
		new CountDownLatch(1).await();
	}

	/** The only tenant: everything has its usual name. */
	private static Tenant tenant(Stack stack) throws SQLException {
		try (Connection connection = stack.database().connect(); Statement statement = connection.createStatement()) {
			statement.execute("create role tidemark login password 'tidemark'");
			statement.execute("create database tidemark owner tidemark");
		}
		DatabaseAddress server = stack.database();
		return new Tenant(stack.bootstrapServers(),
				new DatabaseAddress(server.host(), server.port(), "tidemark", "tidemark", "tidemark"),
				TopicNames.withPrefix(""), "tidemark-worker");
	}

	private static Map<String, String> environment(Tenant tenant) {
		Map<String, String> environment = new LinkedHashMap<>(tenant.environment());
		environment.put("TIDEMARK_TOPICS_CREATE", "true");
		environment.put("TIDEMARK_TOPICS_PARTITIONS", "3");
		return environment;
	}

}
