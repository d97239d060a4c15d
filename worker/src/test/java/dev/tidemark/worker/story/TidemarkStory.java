package dev.tidemark.worker.story;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.Tenant;
import dev.tidemark.worker.stack.TopicNames;
import dev.tidemark.worker.stack.WorkerProcess;

/**
 * Starts a broker, a database and the worker, as processes of this machine; tells the
 * story; and stays up, with a console and a little traffic for it to show, for whoever
 * wants to try something by hand.
 */
public final class TidemarkStory implements AutoCloseable {

	private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

	private final Tenant tenant;

	private final PrintStream out;

	private final String consolePassword;

	private final WorkerProcess worker;

	private volatile @Nullable SteadyTraffic traffic;

	private TidemarkStory(Tenant tenant, PrintStream out, String consolePassword, WorkerProcess worker) {
		this.tenant = tenant;
		this.out = out;
		this.consolePassword = consolePassword;
		this.worker = worker;
	}

	/**
	 * Runs until it is interrupted.
	 * @param arguments none, or {@code --once} to end after the story
	 */
	public static void main(String[] arguments) throws Exception {
		OUT.println("Tidemark: starting Kafka and PostgreSQL ...");
		Stack stack = Stack.start();
		TidemarkStory story = begin(tenant(stack), OUT);
		stack.closeFirst(story::close);
		story.tell();
		if (arguments.length > 0 && arguments[0].equals("--once")) {
			stack.close();
			return;
		}
		story.goOn();
		new CountDownLatch(1).await();
	}

	/**
	 * Makes the schema and starts the worker, which is not ready yet.
	 * @param tenant where: a database that is empty, and topics that are not there
	 * @param out where the story is told
	 */
	static TidemarkStory begin(Tenant tenant, PrintStream out) {
		String consolePassword = newPassword();
		Map<String, String> environment = environment(tenant, consolePassword);
		WorkerProcess.Completed migration = WorkerProcess.run(environment, "migrate", "upgrade");
		if (migration.exitCode() != 0) {
			throw new IllegalStateException("The schema could not be made: " + migration.errors());
		}
		out.print(migration.output().indent(2));
		out.println("Tidemark: starting the worker ...");
		return new TidemarkStory(tenant, out, consolePassword, WorkerProcess.start(environment));
	}

	/**
	 * Tells the story, once the worker is ready.
	 */
	void tell() throws Exception {
		this.worker.awaitReady();
		try (Telling telling = new Telling(this.tenant, this.out)) {
			for (Chapter chapter : Chapter.all()) {
				telling.tell(chapter);
			}
		}
	}

	/**
	 * Lets traffic begin that goes on by itself, and says what there is to look at.
	 */
	void goOn() {
		this.traffic = SteadyTraffic.start(this.tenant);
		this.out.println(HandsOn.of(this.tenant, this.worker.managementPort(), this.consolePassword));
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
				new TopicNames(""), "tidemark-worker");
	}

	private static Map<String, String> environment(Tenant tenant, String consolePassword) {
		Map<String, String> environment = new LinkedHashMap<>(tenant.environment());
		environment.put("TIDEMARK_TOPICS_CREATE", "true");
		environment.put("TIDEMARK_TOPICS_PARTITIONS", "3");
		environment.put("TIDEMARK_CONSOLE", "true");
		environment.put("TIDEMARK_CONSOLE_PASSWORD", consolePassword);
		return environment;
	}

	private static String newPassword() {
		byte[] random = new byte[12];
		new SecureRandom().nextBytes(random);
		return Base64.getUrlEncoder().encodeToString(random);
	}

	/**
	 * Ends the traffic, if there is any, and the worker.
	 */
	@Override
	public void close() {
		this.out.println("\nTidemark: stopping ...");
		SteadyTraffic started = this.traffic;
		if (started != null) {
			started.close();
		}
		this.worker.terminate();
	}

}
