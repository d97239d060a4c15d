package dev.tidemark.worker.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;

import org.apache.kafka.common.TopicPartition;

import dev.tidemark.worker.stack.DatabasePair.Replication;

/**
 * A real broker and a real database, for tests that do not care where these run.
 * <p>
 * By default both are processes of this machine, from binaries in jars. With
 * {@code -Dtidemark.stack=cluster} there are more of them: a {@link Cluster}. With
 * {@code -Dtidemark.stack=containers} both run in containers, by Testcontainers. That
 * choice is not left to whether a container engine answers: the same command shall run
 * the same tests on the same servers everywhere, and an engine that happens to be there,
 * or happens to be slow, shall make no difference that nobody asked for.
 * <p>
 * Most tests take a {@link Tenant} of the {@link #shared()} stack. A test that stops the
 * broker or the database starts a stack of its own.
 */
public final class Stack implements AutoCloseable {

	/** The system property that says where the servers run. */
	private static final String PLACE = "tidemark.stack";

	private static final AtomicInteger TENANTS = new AtomicInteger();

	private final Broker broker;

	private final Database database;

	private final Path directory;

	private final AtomicBoolean closed = new AtomicBoolean();

	/** Whatever needs the servers, and so has to end before them. */
	private final Deque<Runnable> dependents = new ConcurrentLinkedDeque<>();

	private Stack(Broker broker, Database database, Path directory) {
		this.broker = broker;
		this.database = database;
		this.directory = directory;
	}

	/**
	 * Starts a stack that is the caller's own, to stop and to close. It ends with the JVM
	 * at the latest.
	 * @return the running stack
	 */
	public static Stack start() {
		String place = System.getProperty(PLACE, "embedded");
		return switch (place) {
			case "embedded" -> start(BrokerProcess::new);
			case "cluster" -> startCluster(Replication.SYNCHRONOUS);
			case "containers" -> start(new BrokerContainer(), new DatabaseContainer(), newDirectory());
			default -> throw new IllegalArgumentException(
					"-D%s must be embedded, cluster or containers, and is %s".formatted(PLACE, place));
		};
	}

	/**
	 * Starts a stack of processes: three brokers, and a database with a standby.
	 */
	static Stack startCluster(Replication replication) {
		Path directory = newDirectory();
		try {
			return start(new BrokerCluster(Files.createDirectory(directory.resolve("broker")), Cluster.VIEWS),
					new DatabasePair(Files.createDirectory(directory.resolve("database")), replication, Cluster.VIEWS),
					directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Starts a stack of processes, with a broker that not every stack has.
	 * @param broker makes the broker, whose directory it is given
	 */
	static Stack start(Function<Path, Broker> broker) {
		Path directory = newDirectory();
		try {
			return start(broker.apply(Files.createDirectory(directory.resolve("broker"))),
					new DatabaseProcess(Files.createDirectory(directory.resolve("database"))), directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stack start(Broker broker, Database database, Path directory) {
		Stack stack = new Stack(broker, database, directory);
		Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "stack-close"));
		stack.startServers();
		return stack;
	}

	private static Path newDirectory() {
		try {
			return Files.createTempDirectory("tidemark-stack-");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns the stack that all tests of this JVM share. It is started when it is asked
	 * for first, and ends with the JVM. Don't stop or close it.
	 * @return the running stack
	 */
	public static Stack shared() {
		return Shared.STACK;
	}

	private void startServers() {
		try {
			CompletableFuture
				.allOf(CompletableFuture.runAsync(this.broker::start), CompletableFuture.runAsync(this.database::start))
				.join();
		}
		catch (RuntimeException ex) {
			close();
			throw ex;
		}
	}

	/**
	 * Returns where clients find the broker.
	 * @return host and port, which outlive a restart
	 */
	public String bootstrapServers() {
		return this.broker.bootstrapServers();
	}

	/**
	 * Returns the database server's administrator, and the database that is always there.
	 * @return the address, which outlives a restart
	 */
	public DatabaseAddress database() {
		return this.database.address();
	}

	/**
	 * Returns the servers one by one, if there are several of each.
	 * @return the cluster; empty if one broker and one database is all there is
	 */
	public Optional<Cluster> cluster() {
		return (this.broker instanceof BrokerCluster brokers && this.database instanceof DatabasePair databases)
				? Optional.of(new Cluster(this, brokers, databases)) : Optional.empty();
	}

	/**
	 * Makes room for one more test class, or one more run.
	 * @return a tenant like no other
	 */
	public Tenant newTenant() {
		return tenantWithDatabase("");
	}

	/**
	 * Makes room whose database is not in UTF-8.
	 * @param encoding the database's encoding, as PostgreSQL calls it
	 * @return a tenant like no other
	 */
	public Tenant newTenant(String encoding) {
		return tenantWithDatabase("encoding '%s' template template0 lc_collate 'C' lc_ctype 'C'".formatted(encoding));
	}

	private Tenant tenantWithDatabase(String options) {
		String name = "tenant_" + ProcessHandle.current().pid() + "_" + TENANTS.incrementAndGet();
		return new Tenant(bootstrapServers(), newDatabase(name, options), new TopicNames(name + "."), name);
	}

	/**
	 * Creates an empty database, and a role of the same name that owns it and is nothing
	 * more: a test that passes only for an administrator is no proof.
	 */
	private DatabaseAddress newDatabase(String name, String options) {
		try (Connection connection = database().connect(); Statement statement = connection.createStatement()) {
			statement.execute("create role %s login password '%s'".formatted(name, name));
			statement.execute("create database %s owner %s %s".formatted(name, name, options));
		}
		catch (SQLException ex) {
			throw new IllegalStateException("No database for " + name, ex);
		}
		return new DatabaseAddress(database().host(), database().port(), name, name, name);
	}

	/**
	 * Returns the directory in which the broker keeps a partition, for a test that breaks
	 * something there.
	 * @param partition the partition, which must have been written to
	 * @return the directory; empty if the broker is no process of this machine, or not
	 * the only one
	 */
	public Optional<Path> log(TopicPartition partition) {
		return Optional.of(this.directory.resolve(Path.of("broker", "data", partition.toString())))
			.filter(Files::isDirectory);
	}

	/**
	 * Stops the broker in good order. It keeps its data.
	 */
	public void stopBroker() {
		this.broker.stop();
	}

	/**
	 * Starts the broker again, at its old address, and waits until it answers.
	 */
	public void startBroker() {
		this.broker.start();
	}

	/**
	 * Stops the database server the way a crash does: no checkpoint, and every connection
	 * cut. It keeps its data.
	 */
	public void stopDatabase() {
		this.database.stopImmediately();
	}

	/**
	 * Starts the database server again, at its old address, and waits until it answers.
	 */
	public void startDatabase() {
		this.database.start();
	}

	/**
	 * Makes a backup of the database server, which goes on meanwhile: what
	 * {@code pg_basebackup} does.
	 * @param backup the directory that it is to be
	 */
	public void backUpDatabase(Path backup) {
		onlyDatabase().backUp(backup);
	}

	/**
	 * Puts a backup in the place of the database server's data. The server has to be
	 * stopped.
	 * @param backup what {@link #backUpDatabase} has made
	 */
	public void restoreDatabase(Path backup) {
		onlyDatabase().restore(backup);
	}

	private DatabaseProcess onlyDatabase() {
		if (this.database instanceof DatabaseProcess process) {
			return process;
		}
		throw new IllegalStateException("The database is no process of this machine, or not the only one");
	}

	/**
	 * Has something ended before the servers are, also when the JVM ends.
	 * @param dependent ends what needs the servers
	 */
	public void closeFirst(Runnable dependent) {
		this.dependents.push(dependent);
	}

	/**
	 * Stops both servers and drops their data.
	 */
	@Override
	public void close() {
		if (this.closed.getAndSet(true)) {
			return;
		}
		this.dependents.forEach(Runnable::run);
		this.broker.close();
		this.database.close();
		try (Stream<Path> files = Files.walk(this.directory)) {
			for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(file);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Starts the shared stack when somebody asks for it, once.
	 */
	private static final class Shared {

		static final Stack STACK = start();

	}

}
