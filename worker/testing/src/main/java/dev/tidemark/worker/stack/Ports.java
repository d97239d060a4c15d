package dev.tidemark.worker.stack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for servers that have to keep theirs across restarts, and so cannot leave the
 * choice to the system.
 */
public final class Ports {

	/**
	 * Below those that systems give to outgoing connections, which come and go: a server
	 * that is stopped has to find its port free again.
	 */
	private static final int FIRST = 18_000;

	private static final int COUNT = 14_000;

	/** Begins anywhere, as other JVMs may look for ports, too. */
	private static final AtomicInteger next = new AtomicInteger(new Random().nextInt(COUNT));

	private Ports() {
	}

	/**
	 * Finds a port that nobody listens on, and that this JVM has not been given before.
	 * @return its number
	 */
	public static int free() {
		for (int tried = 0; tried < COUNT; tried++) {
			int port = FIRST + Math.floorMod(next.getAndIncrement(), COUNT);
			try (ServerSocket _ = new ServerSocket(port)) {
				return port;
			}
			catch (IOException ex) {
				// Somebody has it.
			}
		}
		throw new IllegalStateException("No port is free");
	}

	/**
	 * Tells whether somebody listens on a port.
	 */
	static boolean isOpen(String host, int port) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(host, port), 1_000);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
