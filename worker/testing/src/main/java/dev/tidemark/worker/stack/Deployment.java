package dev.tidemark.worker.stack;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

/**
 * A worker in a place of its own: schema made, topics created, and a client to talk to it
 * with. The worker can be stopped and started again.
 */
public final class Deployment implements AutoCloseable {

	private final Tenant tenant;

	private final Map<String, String> environment;

	private final Client client;

	private @Nullable WorkerProcess worker;

	private Deployment(Tenant tenant, Map<String, String> more) {
		this.tenant = tenant;
		this.environment = new HashMap<>(tenant.environment());
		this.environment.putAll(more);
		this.client = new Client(tenant);
	}

	/**
	 * Makes a place on the shared stack. The worker does not run yet.
	 * @param partitions how many partitions each topic has
	 * @param more what the environment has besides, as name and value in turn
	 * @return the deployment
	 */
	public static Deployment prepare(int partitions, String... more) {
		return prepare(Stack.shared(), partitions, more);
	}

	/**
	 * Makes a place on a stack. The worker does not run yet.
	 * @param stack the stack
	 * @param partitions how many partitions each topic has
	 * @param more what the environment has besides, as name and value in turn
	 * @return the deployment
	 */
	public static Deployment prepare(Stack stack, int partitions, String... more) {
		Tenant tenant = stack.newTenant().withTopics(partitions).withSchema();
		Map<String, String> environment = new LinkedHashMap<>();
		// A worker that was killed is missed soon.
		environment.put("SPRING_KAFKA_CONSUMER_PROPERTIES_SESSION_TIMEOUT_MS", "3000");
		environment.put("SPRING_KAFKA_CONSUMER_PROPERTIES_HEARTBEAT_INTERVAL_MS", "500");
		for (int i = 0; i < more.length; i += 2) {
			environment.put(more[i], more[i + 1]);
		}
		if ("consumer".equals(environment.get("SPRING_KAFKA_CONSUMER_PROPERTIES_GROUP_PROTOCOL"))) {
			// By this protocol, it is the broker that says how soon.
			environment.remove("SPRING_KAFKA_CONSUMER_PROPERTIES_SESSION_TIMEOUT_MS");
			environment.remove("SPRING_KAFKA_CONSUMER_PROPERTIES_HEARTBEAT_INTERVAL_MS");
		}
		return new Deployment(tenant, environment);
	}

	/**
	 * Starts the worker and waits until it is ready.
	 * @return this deployment
	 */
	public Deployment start() {
		start(Map.of()).awaitReady();
		return this;
	}

	/**
	 * Starts the worker.
	 * @param more what the environment has besides, this time
	 * @return the worker, which is not ready yet
	 */
	public WorkerProcess start(Map<String, String> more) {
		Map<String, String> complete = new HashMap<>(this.environment);
		complete.putAll(more);
		WorkerProcess started = WorkerProcess.start(complete);
		this.worker = started;
		return started;
	}

	/**
	 * Asks the worker to end, and waits until it has.
	 * @return its exit code
	 */
	public int stop() {
		return worker().terminate();
	}

	public WorkerProcess worker() {
		return Objects.requireNonNull(this.worker, "no worker was started");
	}

	public Client client() {
		return this.client;
	}

	public Tenant tenant() {
		return this.tenant;
	}

	/**
	 * Runs a query.
	 * @param sql the query
	 * @param parameters its parameters
	 * @return the rows, their columns joined by a bar
	 */
	public List<String> query(String sql, Object... parameters) {
		try (Connection connection = this.tenant.database().connect();
				PreparedStatement statement = connection.prepareStatement(sql)) {
			for (int i = 0; i < parameters.length; i++) {
				statement.setObject(i + 1, parameters[i]);
			}
			List<String> rows = new ArrayList<>();
			try (ResultSet result = statement.executeQuery()) {
				while (result.next()) {
					StringJoiner columns = new StringJoiner("|");
					for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
						columns.add(String.valueOf(result.getString(i)));
					}
					rows.add(columns.toString());
				}
			}
			return rows;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Runs a statement as the owner of the database, in a transaction of its own.
	 * @param sql the statement
	 */
	public void execute(String sql) {
		try (Connection connection = this.tenant.database().connect();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.client.close();
		if (this.worker != null) {
			this.worker.close();
		}
	}

}
