package dev.tidemark.worker.stack;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * The wire between a worker and a server, on which everything can stop without either end
 * being told: what a server that hangs looks like, and what a firewall that has forgotten
 * a connection looks like.
 */
public final class Wire implements AutoCloseable {

	private final String host;

	private final int port;

	private final ServerSocket listener;

	private final List<Closeable> sockets = new CopyOnWriteArrayList<>();

	/** What new connections pass through. */
	private volatile Gate gate = new Gate();

	/**
	 * Begins to listen.
	 * @param host the server's host
	 * @param port the server's port
	 */
	public Wire(String host, int port) {
		this.host = host;
		this.port = port;
		try {
			this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Thread.startVirtualThread(this::accept);
	}

	/**
	 * Returns this end of the wire.
	 * @return the port to connect to, on this host
	 */
	public int port() {
		return this.listener.getLocalPort();
	}

	/** Lets nothing pass any more. Connections can still be made, and stay silent. */
	public void hold() {
		this.gate.close();
	}

	/** Lets everything pass again, and first of all what was held. */
	public void release() {
		this.gate.open();
	}

	/** Lets new connections pass; those that are held stay silent for ever. */
	public void forget() {
		this.gate = new Gate();
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.listener.accept();
				Socket server = new Socket(this.host, this.port);
				this.sockets.add(client);
				this.sockets.add(server);
				Gate passed = this.gate;
				Thread.startVirtualThread(() -> copy(client, server, passed));
				Thread.startVirtualThread(() -> copy(server, client, passed));
			}
		}
		catch (IOException ex) {
			// The wire has been closed, and its threads end with it.
		}
	}

	private static void copy(Socket from, Socket to, Gate gate) {
		try (from; to) {
			InputStream input = from.getInputStream();
			OutputStream output = to.getOutputStream();
			byte[] bytes = new byte[8192];
			for (int length = input.read(bytes); length >= 0; length = input.read(bytes)) {
				gate.pass();
				output.write(bytes, 0, length);
			}
		}
		catch (IOException ex) {
			// One end has closed; so does the other.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
		for (Closeable socket : this.sockets) {
			socket.close();
		}
	}

	/** Stops everything that passes while it is closed. */
	private static final class Gate {

		private volatile CountDownLatch opened = new CountDownLatch(0);

		void close() {
			this.opened = new CountDownLatch(1);
		}

		void open() {
			this.opened.countDown();
		}

		void pass() throws InterruptedException {
			this.opened.await();
		}

	}

}
