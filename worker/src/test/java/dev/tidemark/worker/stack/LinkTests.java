package dev.tidemark.worker.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.tidemark.worker.stack.Link.Direction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a {@link Link} does to those who talk over it.
 */
class LinkTests {

	private static final Duration DELAY = Duration.ofMillis(200);

	private final Echo echo = new Echo();

	private final Link link = Link.to(this.echo.port());

	@AfterEach
	void close() throws IOException {
		this.link.close();
		this.echo.close();
	}

	@Test
	void passesOnWhateverIsSaidAndTheEndOfIt() throws IOException {
		byte[] much = new byte[3_000_000];
		new SplittableRandom(1).nextBytes(much);
		try (Socket socket = connect()) {
			Thread.ofVirtual().start(() -> {
				try {
					socket.getOutputStream().write(much);
					socket.shutdownOutput();
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			});
			assertThat(socket.getInputStream().readAllBytes()).isEqualTo(much);
		}
	}

	@Test
	void resetsConnectionsAndTakesNoneWhileItIsCut() throws IOException {
		try (Socket before = connect()) {
			say(before, "a");
			assertThat(hear(before)).isEqualTo("a");
			this.link.cut();
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> hear(before));
		}
		try (Socket meanwhile = connect()) {
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> hear(meanwhile));
		}
		this.link.mend();
		try (Socket after = connect()) {
			say(after, "b");
			assertThat(hear(after)).isEqualTo("b");
		}
		assertThat(this.echo.heard).containsExactly("a", "b");
	}

	@Test
	void letsNothingThroughToTheServerWhileItIsStalledThatWay() throws IOException {
		try (Link other = Link.to(this.echo.port());
				Socket socket = connect();
				Socket marker = new Socket(InetAddress.getLoopbackAddress(), other.port())) {
			this.link.stall(Direction.TO_SERVER);
			say(socket, "a");
			say(marker, "b");
			assertThat(hear(marker)).isEqualTo("b");
			assertThat(this.echo.heard).containsExactly("b");
			this.echo.sayToAll("c");
			assertThat(hear(socket)).isEqualTo("c");
			this.link.mend();
			assertThat(hear(socket)).isEqualTo("a");
		}
	}

	@Test
	void letsNothingThroughToTheClientWhileItIsStalledThatWay() throws IOException {
		try (Socket socket = connect()) {
			this.link.stall(Direction.TO_CLIENT);
			say(socket, "a");
			Awaitility.await().until(() -> this.echo.heard.contains("a"));
			socket.setSoTimeout(200);
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> hear(socket));
			socket.setSoTimeout(10_000);
			this.link.mend();
			assertThat(hear(socket)).isEqualTo("a");
		}
	}

	@Test
	void losesAnswersOfWhatHasBeenDone() throws IOException {
		try (Socket socket = connect()) {
			this.link.lose(Direction.TO_CLIENT);
			say(socket, "a");
			say(socket, "b");
			Awaitility.await().until(() -> this.echo.heard.size() == 2);
			socket.setSoTimeout(200);
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> hear(socket));
			socket.setSoTimeout(10_000);
			this.link.mend();
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> hear(socket))
				.isNotInstanceOf(SocketTimeoutException.class);
		}
	}

	@Test
	void delaysEachDirection() throws IOException {
		for (Direction direction : Direction.values()) {
			this.link.delay(DELAY, direction);
			assertThat(timeOfAnAnswer()).isBetween(DELAY, DELAY.multipliedBy(2));
			this.link.mend();
		}
		this.link.delay(DELAY);
		assertThat(timeOfAnAnswer()).isGreaterThanOrEqualTo(DELAY.multipliedBy(2));
	}

	@Test
	void delaysWhatFollowsAtTheSameTime() throws IOException {
		byte[] much = new byte[1_000_000];
		this.link.delay(DELAY);
		try (Socket socket = connect()) {
			long start = System.nanoTime();
			// More than one read takes, so that one after the other would take long.
			socket.getOutputStream().write(much);
			socket.shutdownOutput();
			assertThat(socket.getInputStream().readAllBytes()).hasSameSizeAs(much);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(DELAY.multipliedBy(2),
					DELAY.multipliedBy(8));
		}
	}

	@Test
	void leadsToAnotherServer() throws IOException {
		Echo other = new Echo();
		try (Socket before = connect()) {
			say(before, "a");
			assertThat(hear(before)).isEqualTo("a");
			this.link.leadTo(other.port());
			try (Socket after = connect()) {
				say(after, "b");
				assertThat(hear(after)).isEqualTo("b");
			}
		}
		finally {
			other.close();
		}
		assertThat(other.heard).containsExactly("b");
	}

	private Duration timeOfAnAnswer() throws IOException {
		try (Socket socket = connect()) {
			long start = System.nanoTime();
			say(socket, "a");
			assertThat(hear(socket)).isEqualTo("a");
			return Duration.ofNanos(System.nanoTime() - start);
		}
	}

	private Socket connect() throws IOException {
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.link.port());
		socket.setTcpNoDelay(true);
		socket.setSoTimeout(10_000);
		return socket;
	}

	private static void say(Socket socket, String letter) throws IOException {
		socket.getOutputStream().write(letter.getBytes(StandardCharsets.US_ASCII));
	}

	private static String hear(Socket socket) throws IOException {
		int read = socket.getInputStream().read();
		if (read < 0) {
			throw new IOException("The connection has ended");
		}
		return Character.toString(read);
	}

	/**
	 * A server that says what it hears.
	 */
	private static final class Echo {

		private final ServerSocket listener;

		private final BlockingQueue<Socket> clients = new LinkedBlockingQueue<>();

		/** The first letters of each read. */
		final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

		Echo() {
			try {
				this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			Thread.ofVirtual().start(this::accept);
		}

		int port() {
			return this.listener.getLocalPort();
		}

		private void accept() {
			try {
				while (true) {
					Socket client = this.listener.accept();
					this.clients.add(client);
					Thread.ofVirtual().start(() -> answer(client));
				}
			}
			catch (IOException ex) {
				// The test is over.
			}
		}

		private void answer(Socket client) {
			try (client; InputStream input = client.getInputStream()) {
				byte[] buffer = new byte[8192];
				for (int read = input.read(buffer); read > 0; read = input.read(buffer)) {
					for (int i = 0; i < Math.min(read, 2); i++) {
						this.heard.add(Character.toString(buffer[i] & 0xff));
					}
					client.getOutputStream().write(buffer, 0, read);
				}
			}
			catch (IOException ex) {
				// The link was cut.
			}
		}

		void sayToAll(String letter) throws IOException {
			for (Socket client : this.clients) {
				say(client, letter);
			}
		}

		void close() throws IOException {
			this.listener.close();
			for (Socket client : this.clients) {
				client.close();
			}
		}

	}

}
