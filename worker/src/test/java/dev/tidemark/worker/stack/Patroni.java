package dev.tidemark.worker.stack;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/**
 * Two PostgreSQL servers in the care of Patroni, with etcd, all of them as installed on
 * this machine: nobody here decides which one is the primary. The replication is
 * synchronous.
 */
public final class Patroni implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	/** PostgreSQL refuses to run as root. Its package makes this user. */
	private static final String OWNER = "postgres";

	private final Path directory;

	private final int store = Ports.free();

	private final ChildProcess storeProcess;

	private final Map<String, Node> nodes = new LinkedHashMap<>();

	private Patroni() {
		try {
			this.directory = Files.createTempDirectory("tidemark-patroni-",
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
			int peers = Ports.free();
			this.storeProcess = ChildProcess.start(List.of("etcd", "--name", "only", "--data-dir",
					this.directory.resolve("etcd").toString(), "--listen-client-urls", url(this.store),
					"--advertise-client-urls", url(this.store), "--listen-peer-urls", url(peers),
					"--initial-advertise-peer-urls", url(peers), "--initial-cluster", "only=" + url(peers)), Map.of(),
					this.directory.resolve("etcd.log"));
			Awaitility.await("etcd").atMost(PATIENCE).until(() -> Ports.isOpen("127.0.0.1", this.store));
			for (String name : List.of("pg-1", "pg-2")) {
				this.nodes.put(name, new Node(name));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Tells whether all that it takes is installed.
	 * @return whether there are Patroni, etcd and a PostgreSQL server
	 */
	public static boolean isInstalled() {
		return isOnPath("patroni") && isOnPath("etcd") && binaries().isPresent();
	}

	private static boolean isOnPath(String program) {
		return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, program)));
	}

	/** Where Debian has the newest of its servers. */
	private static Optional<Path> binaries() {
		Path all = Path.of("/usr/lib/postgresql");
		if (!Files.isDirectory(all)) {
			return Optional.empty();
		}
		try (Stream<Path> versions = Files.list(all)) {
			return versions.map((version) -> version.resolve("bin"))
				.filter((bin) -> Files.isExecutable(bin.resolve("initdb")))
				.max(Comparator.comparing(Path::toString));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String url(int port) {
		return "http://127.0.0.1:" + port;
	}

	/**
	 * Starts a primary and its standby.
	 * @return the running cluster
	 */
	public static Patroni start() {
		Patroni patroni = new Patroni();
		try {
			List<Node> nodes = List.copyOf(patroni.nodes.values());
			nodes.getFirst().start();
			patience("a primary").until(() -> nodes.getFirst().isPrimary());
			nodes.getLast().start();
			patroni.awaitSynchronous();
			return patroni;
		}
		catch (RuntimeException ex) {
			patroni.close();
			throw ex;
		}
	}

	/**
	 * Returns where clients find the servers, whichever is the primary.
	 * @return all hosts and ports, as a JDBC URL has them
	 */
	public String hosts() {
		return String.join(",", this.nodes.values().stream().map((node) -> "127.0.0.1:" + node.port).toList());
	}

	/**
	 * Finds the primary.
	 * @return its administrator's address, as of now
	 */
	public DatabaseAddress primary() {
		return patience("a primary").until(this::anyPrimary, Optional::isPresent).orElseThrow().address();
	}

	private Optional<Node> anyPrimary() {
		return this.nodes.values().stream().filter(Node::isPrimary).findFirst();
	}

	/**
	 * Kills the primary and the Patroni that takes care of it, as when a machine is gone.
	 * @return the name of the node
	 */
	public String killPrimary() {
		Node node = anyPrimary().orElseThrow();
		node.kill();
		return node.name;
	}

	/**
	 * Starts a node again, and waits until it is the standby.
	 * @param name the node
	 */
	public void startAgain(String name) {
		Objects.requireNonNull(this.nodes.get(name)).start();
		awaitSynchronous();
	}

	/** Waits until there is a standby without which nothing is committed. */
	private void awaitSynchronous() {
		patience("a synchronous standby").until(() -> anyPrimary()
			.map((node) -> node.query("select count(*) from pg_stat_replication where sync_state = 'sync'"))
			.equals(Optional.of("1")));
	}

	/**
	 * Runs {@code patronictl}.
	 * @param arguments what it is to do
	 * @return what it has said
	 */
	public String control(String... arguments) {
		Path output = this.directory.resolve("patronictl.out");
		try {
			Files.deleteIfExists(output);
			List<String> command = new ArrayList<>(
					List.of("patronictl", "-c", this.nodes.values().iterator().next().configuration.toString()));
			command.addAll(List.of(arguments));
			ChildProcess.start(command, Map.of("LC_ALL", "C.UTF-8"), output).awaitExit();
			return Files.readString(output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static ConditionFactory patience(String what) {
		return Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(100));
	}

	@Override
	public void close() {
		this.nodes.values().forEach(Node::kill);
		this.storeProcess.kill();
		try (Stream<Path> files = Files.walk(this.directory)) {
			for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(file);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A server, and the Patroni that takes care of it. */
	private final class Node {

		private final String name;

		private final int port = Ports.free();

		private final Path data;

		private final Path configuration;

		private @Nullable ChildProcess process;

		private Node(String name) throws IOException {
			this.name = name;
			Path home = Files.createDirectory(Patroni.this.directory.resolve(name));
			if (isRoot()) {
				Files.setOwner(home, home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(OWNER));
			}
			this.data = home.resolve("data");
			this.configuration = Files.writeString(Patroni.this.directory.resolve(name + ".yml"), """
					scope: tidemark
					name: %1$s
					restapi:
					  listen: 127.0.0.1:%2$d
					  connect_address: 127.0.0.1:%2$d
					etcd3:
					  host: 127.0.0.1:%3$d
					bootstrap:
					  dcs:
					    ttl: 20
					    loop_wait: 5
					    retry_timeout: 5
					    synchronous_mode: true
					    postgresql:
					      use_pg_rewind: true
					  initdb:
					  - encoding: UTF8
					  - locale: C
					  - data-checksums
					postgresql:
					  listen: 127.0.0.1:%4$d
					  connect_address: 127.0.0.1:%4$d
					  data_dir: %5$s
					  bin_dir: %6$s
					  pgpass: %7$s/pgpass
					  authentication:
					    superuser:
					      username: postgres
					      password: postgres
					    replication:
					      username: replicator
					      password: replicator
					  parameters:
					    unix_socket_directories: %7$s
					  pg_hba:
					  - host all all 127.0.0.1/32 scram-sha-256
					  - host replication replicator 127.0.0.1/32 scram-sha-256
					""".formatted(name, Ports.free(), Patroni.this.store, this.port, this.data,
					binaries().orElseThrow(), home));
		}

		private static boolean isRoot() {
			return "root".equals(System.getProperty("user.name"));
		}

		private DatabaseAddress address() {
			return new DatabaseAddress("127.0.0.1", this.port, "postgres", "postgres", "postgres");
		}

		private void start() {
			List<String> command = new ArrayList<>();
			if (isRoot()) {
				command.addAll(List.of("setpriv", "--reuid=" + OWNER, "--regid=" + OWNER, "--clear-groups", "--"));
			}
			command.addAll(List.of("patroni", this.configuration.toString()));
			this.process = ChildProcess.start(command, Map.of(), Patroni.this.directory.resolve(this.name + ".log"));
		}

		private boolean isPrimary() {
			return query("select pg_is_in_recovery()").equals("f");
		}

		/**
		 * Returns the one value that there is; nothing, if the server does not answer.
		 */
		private String query(String sql) {
			try (Connection connection = address().connect();
					Statement statement = connection.createStatement();
					ResultSet row = statement.executeQuery(sql)) {
				row.next();
				return Objects.requireNonNullElse(row.getString(1), "");
			}
			catch (SQLException ex) {
				return "";
			}
		}

		/** The server is a child of its own, which a dead Patroni leaves behind. */
		private void kill() {
			if (this.process != null) {
				this.process.kill();
				this.process = null;
			}
			Path pidFile = this.data.resolve("postmaster.pid");
			if (Files.exists(pidFile)) {
				try {
					long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst());
					ProcessHandle.of(pid).ifPresent((server) -> {
						ChildProcess.signal(pid, "KILL");
						Awaitility.await("the server's end").atMost(PATIENCE).until(() -> !server.isAlive());
					});
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			}
		}

	}

}
