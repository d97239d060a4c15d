package dev.tidemark.worker.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * A TCP proxy: the network between clients and one server, which can be cut, stalled and
 * slow. It stands where clients look for the server, and passes on what they say to
 * wherever the server is at the moment.
 */
public final class Link implements AutoCloseable {

	/** What one read takes at most. */
	private static final int CHUNK = 64 * 1024;

	/**
	 * How much is under way at most in one direction, as a network's buffers have an end.
	 */
	private static final int CHUNKS = 64;

	private static final int BACKLOG = 200;

	private static final Duration CONNECT = Duration.ofSeconds(5);

	/**
	 * Which way something goes.
	 */
	public enum Direction {

		/** What clients say. */
		TO_SERVER,

		/** What the server says. */
		TO_CLIENT;

		private static List<Direction> both(Direction... directions) {
			return (directions.length > 0) ? List.of(directions) : List.of(values());
		}

	}

	private final ServerSocket listener;

	private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

	private final AtomicInteger accepted = new AtomicInteger();

	private final Lock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Map<Direction, Way> ways = new EnumMap<>(Direction.class);

	private volatile InetSocketAddress server;

	private volatile boolean cut;

	private Link(ServerSocket listener, InetSocketAddress server) {
		this.listener = listener;
		this.server = server;
		mendWays();
		Thread.ofVirtual().name("link-", listener.getLocalPort()).start(this::accept);
	}

	/**
	 * Builds a link to a server of this machine, which need not be there yet.
	 * @param serverPort the server's port
	 * @return the link, which has a port of its own
	 */
	public static Link to(int serverPort) {
		return between("127.0.0.1", Ports.free(), serverPort);
	}

	/**
	 * Builds a link at an address of one's own choice.
	 * @param address the address of this machine at which clients look for the server
	 * @param port the port there
	 * @param serverPort the server's port
	 */
	static Link between(String address, int port, int serverPort) {
		try {
			return new Link(new ServerSocket(port, BACKLOG, InetAddress.ofLiteral(address)), local(serverPort));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static InetSocketAddress local(int port) {
		return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
	}

	/**
	 * Returns where clients find the server.
	 * @return the port, which is the same wherever the server is
	 */
	public int port() {
		return this.listener.getLocalPort();
	}

	/**
	 * Returns how many connections there have been.
	 * @return the number of those that were taken in, open or not
	 */
	public int accepted() {
		return this.accepted.get();
	}

	/**
	 * Has clients find another server from now on. Connections that are open stay with
	 * theirs.
	 * @param serverPort the other server's port
	 */
	void leadTo(int serverPort) {
		this.server = local(serverPort);
	}

	/**
	 * Cuts the link: connections are reset, and no other comes about.
	 */
	public void cut() {
		this.cut = true;
		this.connections.forEach(Connection::reset);
	}

	/**
	 * Loses what is said in one direction. Nobody is told: a server acts on what it is
	 * asked, and its answer is lost; or it is not asked at all. When the link is mended,
	 * connections that have lost something are reset.
	 * @param direction which way nothing arrives
	 */
	public void lose(Direction direction) {
		change(List.of(direction), (way) -> new Way(way.stalled(), true, way.delay()));
	}

	/**
	 * Stalls the link: connections stay open, and nothing passes until it is mended.
	 * Nothing is lost.
	 * @param directions which way; both, if none is given
	 */
	public void stall(Direction... directions) {
		change(Direction.both(directions), (way) -> new Way(true, way.lossy(), way.delay()));
	}

	/**
	 * Delays what passes. As in a network that is long, and not narrow, what follows is
	 * under way at the same time.
	 * @param delay for how long
	 * @param directions which way; both, if none is given
	 */
	public void delay(Duration delay, Direction... directions) {
		change(Direction.both(directions), (way) -> new Way(way.stalled(), way.lossy(), delay));
	}

	/**
	 * Makes all well again.
	 */
	public void mend() {
		mendWays();
		this.connections.stream().filter(Connection::hasLost).forEach(Connection::reset);
		this.cut = false;
	}

	private void mendWays() {
		change(List.of(Direction.values()), (_) -> Way.WELL);
	}

	private void change(List<Direction> directions, UnaryOperator<Way> change) {
		this.lock.lock();
		try {
			directions.forEach((direction) -> this.ways.compute(direction,
					(_, way) -> change.apply((way != null) ? way : Way.WELL)));
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits until something may pass.
	 * @param direction which way it goes
	 * @param since when it came, in nanoseconds
	 * @return whether it arrives
	 */
	private boolean pass(Direction direction, long since) throws InterruptedException {
		this.lock.lock();
		try {
			while (true) {
				Way way = this.ways.getOrDefault(direction, Way.WELL);
				long left = since + way.delay().toNanos() - System.nanoTime();
				if (way.stalled()) {
					this.changed.await();
				}
				else if (left > 0) {
					this.changed.awaitNanos(left);
				}
				else {
					return !way.lossy();
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void accept() {
		while (!this.listener.isClosed()) {
			try {
				Socket client = this.listener.accept();
				// Who connects is not to wait for whom the server keeps waiting.
				Thread.ofVirtual().name("link-connect").start(() -> connect(client));
			}
			catch (IOException ex) {
				// The link is closed, or a client has thought better of it.
			}
		}
	}

	private void connect(Socket client) {
		Socket toServer = new Socket();
		try {
			if (this.cut) {
				throw new IOException("The link is cut");
			}
			toServer.connect(this.server, Math.toIntExact(CONNECT.toMillis()));
			client.setTcpNoDelay(true);
			toServer.setTcpNoDelay(true);
			this.accepted.incrementAndGet();
			Connection connection = new Connection(client, toServer);
			this.connections.add(connection);
			connection.run();
			if (this.cut || this.listener.isClosed()) {
				// Cut between the question and now.
				connection.reset();
			}
		}
		catch (IOException ex) {
			reset(client);
			reset(toServer);
		}
	}

	/**
	 * Has the other end see that something is wrong, rather than an end in good order.
	 */
	private static void reset(Socket socket) {
		try (socket) {
			socket.setSoLinger(true, 0);
		}
		catch (IOException ex) {
			// It is gone already.
		}
	}

	/**
	 * Takes the link away: as {@link #cut()}, for ever.
	 */
	@Override
	public void close() {
		cut();
		try {
			this.listener.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * How one direction is.
	 *
	 * @param stalled whether nothing passes
	 * @param lossy whether what passes does not arrive
	 * @param delay how long everything takes
	 */
	private record Way(boolean stalled, boolean lossy, Duration delay) {

		static final Way WELL = new Way(false, false, Duration.ZERO);

	}

	/**
	 * What one read has brought.
	 */
	private static final class Chunk {

		/** None at the end. */
		private final byte[] bytes;

		/** When they came, in nanoseconds. */
		private final long since = System.nanoTime();

		/** Whether this is an end, and not one in good order. */
		private final boolean reset;

		private Chunk(byte[] bytes, boolean reset) {
			this.bytes = bytes;
			this.reset = reset;
		}

		static Chunk of(byte[] buffer, int length) {
			return new Chunk(Arrays.copyOf(buffer, length), false);
		}

		static Chunk end(boolean reset) {
			return new Chunk(new byte[0], reset);
		}

		boolean isEnd() {
			return this.bytes.length == 0;
		}

	}

	/**
	 * A client's connection, and the one to the server that goes with it.
	 */
	private final class Connection {

		private final Socket client;

		private final Socket toServer;

		private final List<Thread> threads = new CopyOnWriteArrayList<>();

		/** How many directions have come to an end in good order. */
		private final AtomicInteger ended = new AtomicInteger();

		/** Whether something that was said has not arrived, and never will. */
		private volatile boolean lost;

		private Connection(Socket client, Socket toServer) {
			this.client = client;
			this.toServer = toServer;
		}

		void run() {
			pump(Direction.TO_SERVER, this.client, this.toServer);
			pump(Direction.TO_CLIENT, this.toServer, this.client);
		}

		private void pump(Direction direction, Socket from, Socket to) {
			BlockingQueue<Chunk> underWay = new ArrayBlockingQueue<>(CHUNKS);
			this.threads.add(Thread.ofVirtual().name("link-read").start(() -> read(from, underWay)));
			this.threads.add(Thread.ofVirtual().name("link-write").start(() -> write(direction, underWay, to)));
		}

		private void read(Socket from, BlockingQueue<Chunk> underWay) {
			try {
				byte[] buffer = new byte[CHUNK];
				boolean reset = false;
				try {
					InputStream input = from.getInputStream();
					for (int read = input.read(buffer); read > 0; read = input.read(buffer)) {
						underWay.put(Chunk.of(buffer, read));
					}
				}
				catch (IOException ex) {
					reset = true;
				}
				underWay.put(Chunk.end(reset));
			}
			catch (InterruptedException ex) {
				// The connection was reset.
			}
		}

		private void write(Direction direction, BlockingQueue<Chunk> underWay, Socket to) {
			try {
				OutputStream output = to.getOutputStream();
				boolean hole = false;
				while (true) {
					Chunk chunk = underWay.take();
					hole |= !pass(direction, chunk.since);
					if (hole) {
						// What follows makes no sense without it.
						this.lost = true;
						continue;
					}
					if (chunk.reset) {
						reset();
						return;
					}
					if (chunk.isEnd()) {
						to.shutdownOutput();
						endIfBothHave();
						return;
					}
					output.write(chunk.bytes);
				}
			}
			catch (IOException ex) {
				reset();
			}
			catch (InterruptedException ex) {
				// The connection was reset.
			}
		}

		private void endIfBothHave() throws IOException {
			if (this.ended.incrementAndGet() == Direction.values().length) {
				Link.this.connections.remove(this);
				this.client.close();
				this.toServer.close();
			}
		}

		boolean hasLost() {
			return this.lost;
		}

		void reset() {
			Link.this.connections.remove(this);
			Link.reset(this.client);
			Link.reset(this.toServer);
			this.threads.forEach(Thread::interrupt);
		}

	}

}
