package dev.tidemark.worker.story;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.Tenant;
import dev.tidemark.worker.testing.EmbeddedRun;

/**
 * Starts a broker, a database and the worker, as processes of this machine; tells the
 * story; and stays up, with a console and a little traffic for it to show, for whoever
 * wants to try something by hand.
 */
public final class TidemarkStory implements AutoCloseable {

	private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

	private final EmbeddedRun run;

	private final PrintStream out;

	private volatile @Nullable SteadyTraffic traffic;

	private TidemarkStory(EmbeddedRun run, PrintStream out) {
		this.run = run;
		this.out = out;
	}

	/**
	 * Runs until it is interrupted.
	 * @param arguments none, or {@code --once} to end after the story
	 */
	public static void main(String[] arguments) throws Exception {
		OUT.println("Tidemark: starting Kafka and PostgreSQL ...");
		Stack stack = Stack.start();
		TidemarkStory story = begin(EmbeddedRun.tenant(stack), OUT);
		stack.closeFirst(story::close);
		story.tell();
		if (arguments.length > 0 && arguments[0].equals("--once")) {
			stack.close();
			return;
		}
		story.goOn();
		new CountDownLatch(1).await();
	}

	/**
	 * Makes the schema and starts the worker, which is not ready yet.
	 * @param tenant where: a database that is empty, and topics that are not there
	 * @param out where the story is told
	 */
	static TidemarkStory begin(Tenant tenant, PrintStream out) {
		return new TidemarkStory(EmbeddedRun.begin(tenant, out), out);
	}

	/**
	 * Tells the story, once the worker is ready.
	 */
	void tell() throws Exception {
		this.run.worker().awaitReady();
		try (Telling telling = new Telling(this.run.tenant(), this.out)) {
			for (Chapter chapter : Chapter.all()) {
				telling.tell(chapter);
			}
		}
	}

	/**
	 * Lets traffic begin that goes on by itself, and says what there is to look at.
	 */
	void goOn() {
		this.traffic = SteadyTraffic.start(this.run.tenant());
		this.out.println(this.run.addresses() + HandsOn.of(this.run.tenant()));
	}

	/**
	 * Ends the traffic, if there is any, and the worker.
	 */
	@Override
	public void close() {
		SteadyTraffic started = this.traffic;
		if (started != null) {
			started.close();
		}
		this.run.close();
	}

}
