package dev.tidemark.worker.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Ports for servers that have to keep theirs across restarts, and so cannot leave the
 * choice to the system.
 */
public final class Ports {

	private Ports() {
	}

	/**
	 * Finds a port that nobody listens on.
	 * @return its number
	 */
	public static int free() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
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
