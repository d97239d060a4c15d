package dev.tidemark.benchmark;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.admin.Admin;

import dev.tidemark.worker.stack.Stack;

/**
 * The broker and the database, each a process of its own, and what they have used.
 */
final class Servers implements AutoCloseable {

	/** As Kafka's own start script has them. */
	private static final String BROKER_JVM = "-Xmx1g -Xms1g -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35";

	private final Stack stack;

	private final Admin admin;

	private final long broker;

	private final long postmaster;

	private Servers(Stack stack) {
		this.stack = stack;
		this.admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers()));
		this.broker = ProcessHandle.current()
			.children()
			.filter((child) -> Usage.commandLine(child.pid()).contains("BrokerMain"))
			.findFirst()
			.orElseThrow()
			.pid();
		this.postmaster = Usage
			.parent(Long.parseLong(query("select pid from pg_stat_activity where backend_type = 'checkpointer'")));
	}

	static Servers start() {
		System.setProperty("tidemark.stack.broker.jvm", BROKER_JVM);
		System.setProperty("tidemark.stack.database.settings", System.getProperty("postgresql", ""));
		Servers servers = new Servers(Stack.start());
		servers.requireDurability();
		return servers;
	}

	/** What is committed faster than it is safe is not measured. */
	private void requireDurability() {
		for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
			String value = query("show " + setting);
			if (!value.equals("on")) {
				throw new IllegalStateException("PostgreSQL's %s is %s".formatted(setting, value));
			}
		}
	}

	Stack stack() {
		return this.stack;
	}

	Admin admin() {
		return this.admin;
	}

	/** Runs a statement as the administrator. */
	void execute(String sql) {
		try (Connection connection = this.stack.database().connect();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private String query(String sql) {
		try (Connection connection = this.stack.database().connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			rows.next();
			return rows.getString(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Returns the CPU time of all of PostgreSQL's processes so far, in microseconds. */
	long databaseMicros() {
		long micros = Usage.microsWithEnded(this.postmaster);
		for (ProcessHandle child : ProcessHandle.of(this.postmaster).orElseThrow().children().toList()) {
			micros += Usage.micros(child.pid());
		}
		return micros;
	}

	/** Returns the broker's CPU time so far, in microseconds. */
	long brokerMicros() {
		return Usage.micros(this.broker);
	}

	/** Returns how many bytes of write-ahead log there have been. */
	long walBytes() {
		return Long.parseLong(query("select (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint"));
	}

	@Override
	public void close() {
		this.admin.close();
		this.stack.close();
	}

}
