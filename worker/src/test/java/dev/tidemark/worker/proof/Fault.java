package dev.tidemark.worker.proof;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

import org.awaitility.Awaitility;

import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.WorkerProcess;

/**
 * Something bad that happens in the middle of the work, and is over when it returns.
 */
enum Fault {

	/** A worker dies (SIGKILL), and another one is started. */
	KILL {
		@Override
		void strike(Stack stack, Workers workers, Duration outage) {
			workers.killOne();
		}
	},

	/** The broker is away for a while. */
	BROKER_OUTAGE {
		@Override
		void strike(Stack stack, Workers workers, Duration outage) {
			stack.stopBroker();
			pass(outage);
			stack.startBroker();
		}
	},

	/** The database crashes, and is away for a while. */
	DATABASE_OUTAGE {
		@Override
		void strike(Stack stack, Workers workers, Duration outage) {
			stack.stopDatabase();
			pass(outage);
			stack.startDatabase();
		}
	},

	/**
	 * A worker stalls for so long that the others have to take its partitions, and then
	 * goes on as if nothing had been.
	 */
	STALL {
		@Override
		void strike(Stack stack, Workers workers, Duration outage) {
			WorkerProcess stalled = workers.suspendOne();
			pass(SESSION.plusSeconds(3));
			stalled.resume();
		}
	};

	/** How long a group waits for a silent member in a proof. */
	static final Duration SESSION = Duration.ofSeconds(6);

	/**
	 * Does the bad thing, and ends it.
	 * @param stack broker and database
	 * @param workers the workers
	 * @param outage how long what is stopped stays away
	 */
	abstract void strike(Stack stack, Workers workers, Duration outage);

	private static void pass(Duration time) {
		Awaitility.await().pollDelay(time).atMost(time.plusSeconds(30)).until(() -> true);
	}

	/**
	 * Returns faults in an order of their own.
	 * @param random decides about the order
	 */
	static List<Fault> shuffled(int kills, int brokerOutages, int databaseOutages, int stalls,
			SplittableRandom random) {
		List<Fault> faults = new ArrayList<>();
		faults.addAll(Collections.nCopies(kills, KILL));
		faults.addAll(Collections.nCopies(brokerOutages, BROKER_OUTAGE));
		faults.addAll(Collections.nCopies(databaseOutages, DATABASE_OUTAGE));
		faults.addAll(Collections.nCopies(stalls, STALL));
		for (int i = faults.size() - 1; i > 0; i--) {
			Collections.swap(faults, i, random.nextInt(i + 1));
		}
		return faults;
	}

}
