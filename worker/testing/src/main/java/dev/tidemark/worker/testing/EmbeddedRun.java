package dev.tidemark.worker.testing;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.Verb;
import dev.tidemark.contracts.examples.ExampleFolder;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.Tenant;
import dev.tidemark.worker.stack.TopicNames;
import dev.tidemark.worker.stack.WorkerProcess;

/**
 * An application's worker with everything that it needs, as processes of this machine: a
 * broker, a database, schema, topics and the console.
 */
public final class EmbeddedRun implements AutoCloseable {

	private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

	private final Tenant tenant;

	private final PrintStream out;

	private final String consolePassword;

	private final WorkerProcess worker;

	private EmbeddedRun(Tenant tenant, PrintStream out, String consolePassword, WorkerProcess worker) {
		this.tenant = tenant;
		this.out = out;
		this.consolePassword = consolePassword;
		this.worker = worker;
	}

	/**
	 * Runs until it is interrupted, and says first what there is to try by hand.
	 * @param arguments none
	 * @throws Exception if something cannot be started
	 */
	public static void main(String[] arguments) throws Exception {
		OUT.println("Tidemark: starting Kafka and PostgreSQL ...");
		Stack stack = Stack.start();
		EmbeddedRun run = begin(tenant(stack), OUT);
		stack.closeFirst(run::close);
		run.worker.awaitReady();
		OUT.println(run.addresses() + run.handsOn());
		new CountDownLatch(1).await();
	}

	/**
	 * Makes the only tenant of a stack: everything has its usual name.
	 * @param stack the stack
	 * @return a tenant with an empty database and no topics yet
	 * @throws SQLException if the database cannot be made
	 */
	public static Tenant tenant(Stack stack) throws SQLException {
		try (Connection connection = stack.database().connect(); Statement statement = connection.createStatement()) {
			statement.execute("create role tidemark login password 'tidemark'");
			statement.execute("create database tidemark owner tidemark");
		}
		DatabaseAddress server = stack.database();
		return new Tenant(stack.bootstrapServers(),
				new DatabaseAddress(server.host(), server.port(), "tidemark", "tidemark", "tidemark"),
				new TopicNames(""), "tidemark-worker");
	}

	/**
	 * Makes the schema and starts the worker, which is not ready yet.
	 * @param tenant where: a database that is empty, and topics that are not there
	 * @param out what is told what happens
	 * @return the run
	 */
	public static EmbeddedRun begin(Tenant tenant, PrintStream out) {
		String consolePassword = newPassword();
		Map<String, String> environment = environment(tenant, consolePassword);
		WorkerProcess.Completed migration = WorkerProcess.run(environment, "migrate", "upgrade");
		if (migration.exitCode() != 0) {
			throw new IllegalStateException("The schema could not be made: " + migration.errors());
		}
		out.print(migration.output().indent(2));
		out.println("Tidemark: starting the worker ...");
		return new EmbeddedRun(tenant, out, consolePassword, WorkerProcess.start(environment));
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
	 * Returns where the worker lives.
	 * @return the tenant
	 */
	public Tenant tenant() {
		return this.tenant;
	}

	/**
	 * Returns the worker.
	 * @return the process, which may not be ready yet
	 */
	public WorkerProcess worker() {
		return this.worker;
	}

	/**
	 * Says where everything is.
	 * @return some lines
	 */
	public String addresses() {
		DatabaseAddress database = this.tenant.database();
		return """

				Everything stays up until Ctrl-C:
				    Kafka       %1$s
				    PostgreSQL  %2$s:%3$d, database %4$s, user %5$s, password %6$s
				    Health      http://localhost:%7$d/actuator/health/readiness
				    Console     http://localhost:%7$d/console/, password %8$s
				""".formatted(this.tenant.bootstrapServers(), database.host(), database.port(), database.name(),
				database.user(), database.password(), this.worker.managementPort(), this.consolePassword);
	}

	/** What to try by hand: the first example of each type that needs no other. */
	private String handsOn() {
		Requests requests = new Requests(ExampleFolder.beside(Catalogue.installedBy().getFirst()),
				new SplittableRandom());
		StringBuilder text = new StringBuilder();
		for (AggregateType type : Catalogue.installed().aggregates()) {
			text.append("""

					Watch the snapshots of %s:
					    kcat -C -b %s -t %s -X isolation.level=read_committed -f '%%k %%s\\n'
					""".formatted(type.plural(), this.tenant.bootstrapServers(), this.tenant.topics().readModel(type)));
			CommandType create = type.command(Verb.CREATE);
			if (create != null && type.parents().isEmpty()) {
				text.append(send(requests.smallest(create, requests.newKey(type))));
			}
		}
		DatabaseAddress database = this.tenant.database();
		return text.append("""

				Look at the rows:
				    psql postgresql://%s:%s@%s:%d/%s
				""".formatted(database.user(), database.password(), database.host(), database.port(), database.name()))
			.toString();
	}

	private String send(Command command) {
		return """

				Send a command:
				    echo '%s' |
				      kcat -P -b %s -t %s -k %s -X topic.partitioner=murmur2_random \\
				        -H ce_specversion=1.0 -H ce_id=%s -H ce_source=/me \\
				        -H ce_type=%s -H content-type=application/json
				""".formatted(JsonMapper.shared().writeValueAsString(command.data()).replace("'", "'\\''"),
				this.tenant.bootstrapServers(), this.tenant.topics().commands(command.type().aggregate()),
				command.key(), UUID.randomUUID(), command.type().wireName());
	}

	/** Ends the worker. */
	@Override
	public void close() {
		this.out.println("\nTidemark: stopping ...");
		this.worker.terminate();
	}

}
