package dev.tidemark.worker.proof;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

import org.awaitility.Awaitility;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.worker.stack.BrokerCluster;
import dev.tidemark.worker.stack.DatabasePair;
import dev.tidemark.worker.stack.Link.Direction;
import dev.tidemark.worker.stack.View;
import dev.tidemark.worker.stack.WorkerProcess;

/**
 * Something bad that happens in the middle of the work, and is over when it returns.
 */
enum Fault {

	/** A worker dies (SIGKILL), and another one is started. */
	KILL {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			site.workers().killOne();
		}
	},

	/** All brokers are away for a while. */
	BROKER_OUTAGE {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			site.stack().stopBroker();
			pass(outage);
			site.stack().startBroker();
		}
	},

	/** The database crashes, and is away for a while. */
	DATABASE_OUTAGE {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			site.stack().stopDatabase();
			pass(outage);
			site.stack().startDatabase();
		}
	},

	/**
	 * A worker stalls for so long that the others have to take its partitions, and then
	 * goes on as if nothing had been.
	 */
	STALL {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			WorkerProcess stalled = site.workers().suspendOne();
			pass(SESSION.plusSeconds(3));
			stalled.resume();
		}
	},

	/** Every partition gets another leader; the coordinators' do, too. */
	LEADERS_MOVED {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			List<String> topics = new ArrayList<>(List.of("__consumer_offsets", "__transaction_state"));
			for (AggregateType type : Catalogue.installed().aggregates()) {
				topics.add(site.tenant().topics().commands(type));
				topics.add(site.tenant().topics().readModel(type));
			}
			int moved = site.cluster().brokers().moveLeaders(topics);
			if (moved == 0) {
				throw new IllegalStateException("No leader was moved");
			}
		}
	},

	/** A broker dies (SIGKILL), and comes back. */
	BROKER_KILLED {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			BrokerCluster brokers = site.cluster().brokers();
			int victim = brokers.ids().get(random.nextInt(brokers.ids().size()));
			brokers.kill(victim);
			pass(outage);
			brokers.start(victim);
			brokers.awaitInSync();
		}
	},

	/** The brokers are stopped in good order and started again, one after the other. */
	ROLLING_RESTART {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			site.cluster().brokers().restartAll();
		}
	},

	/**
	 * Nobody reaches the coordinator of the workers' group, and it reaches nobody. It
	 * runs on, while others take its place.
	 */
	GROUP_COORDINATOR_CUT_OFF {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			BrokerCluster brokers = site.cluster().brokers();
			cutOff(brokers, brokers.groupCoordinator(site.tenant().groupId()), outage);
		}
	},

	/** The same befalls the coordinator of a worker's transactions. */
	TRANSACTION_COORDINATOR_CUT_OFF {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			BrokerCluster brokers = site.cluster().brokers();
			cutOff(brokers, brokers.transactionCoordinator(site.tenant().groupId()).orElseThrow(), outage);
		}
	},

	/**
	 * The primary crashes, for good; the standby is promoted, and gets a standby of its
	 * own.
	 */
	FAIL_OVER {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			DatabasePair databases = site.cluster().databases();
			databases.stopImmediately();
			databases.promote();
			databases.pair();
		}
	},

	/** The standby is cut off, so that the primary commits nothing, and says nothing. */
	STANDBY_CUT_OFF {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			DatabasePair databases = site.cluster().databases();
			databases.replication().cut();
			pass(outage.multipliedBy(3));
			databases.replication().mend();
			databases.awaitStandby();
		}
	},

	/** All links of all workers are cut. */
	LINKS_CUT {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			trouble(site.views(), View::cut, outage);
		}
	},

	/** All links of all workers stay open, and nothing passes. */
	LINKS_STALLED {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			trouble(site.views(), View::stall, SESSION.plus(outage));
		}
	},

	/** All that the workers say and hear takes 200 ms. */
	LINKS_DELAYED {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			trouble(site.views(), (view) -> view.delay(DELAY), DELAYED);
		}
	},

	/** All links of one worker are cut. */
	ONE_WORKER_CUT {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			trouble(List.of(site.anyView()), View::cut, SESSION.plus(outage));
		}
	},

	/** The links of one worker stay open, and nothing passes. */
	ONE_WORKER_STALLED {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			trouble(List.of(site.anyView()), View::stall, SESSION.plus(outage));
		}
	},

	/** All that one worker says and hears takes 200 ms. */
	ONE_WORKER_DELAYED {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			trouble(List.of(site.anyView()), (view) -> view.delay(DELAY), DELAYED);
		}
	},

	/**
	 * One worker is heard, and hears nothing: its transactions may be committed, and it
	 * is not told.
	 */
	ONE_WORKER_UNANSWERED {
		@Override
		void strike(Site site, Duration outage, SplittableRandom random) {
			trouble(List.of(site.anyView()), (view) -> view.lose(Direction.TO_CLIENT), SESSION.plus(outage));
		}
	};

	/** How long a group waits for a silent member in a proof. */
	static final Duration SESSION = Duration.ofSeconds(6);

	private static final Duration DELAY = Duration.ofMillis(200);

	private static final Duration DELAYED = Duration.ofSeconds(10);

	/**
	 * Does the bad thing, and ends it.
	 * @param site where
	 * @param outage how long what is stopped stays away
	 * @param random decides about whom it strikes, if there are several
	 */
	abstract void strike(Site site, Duration outage, SplittableRandom random);

	/**
	 * Tells whether senders notice, too.
	 */
	final boolean isSeenBySenders() {
		return switch (this) {
			case BROKER_OUTAGE, LEADERS_MOVED, BROKER_KILLED, ROLLING_RESTART, GROUP_COORDINATOR_CUT_OFF,
					TRANSACTION_COORDINATOR_CUT_OFF ->
				true;
			default -> false;
		};
	}

	private static void pass(Duration time) {
		Awaitility.await().pollDelay(time).atMost(time.plusSeconds(30)).until(() -> true);
	}

	/**
	 * For longer than its session at the controller lasts, so that others are elected.
	 */
	private static void cutOff(BrokerCluster brokers, int id, Duration outage) {
		brokers.isolate(id);
		pass(SESSION.plus(outage));
		brokers.rejoin(id);
		brokers.awaitInSync();
	}

	private static void trouble(List<View> views, Consumer<View> trouble, Duration time) {
		views.forEach(trouble);
		pass(time);
		views.forEach(View::mend);
	}

	/**
	 * Returns faults in an order of their own.
	 * @param random decides about the order
	 */
	static List<Fault> shuffled(int kills, int brokerOutages, int databaseOutages, int stalls,
			SplittableRandom random) {
		Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
		counts.put(KILL, kills);
		counts.put(BROKER_OUTAGE, brokerOutages);
		counts.put(DATABASE_OUTAGE, databaseOutages);
		counts.put(STALL, stalls);
		return shuffled(counts, random);
	}

	/**
	 * Returns everything that can happen on a cluster, in an order of its own. It takes
	 * its time, so most of it happens once.
	 * @param random decides about the order
	 */
	static List<Fault> shuffledOnCluster(SplittableRandom random) {
		Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
		for (Fault fault : values()) {
			counts.put(fault, 1);
		}
		counts.put(KILL, 3);
		return shuffled(counts, random);
	}

	private static List<Fault> shuffled(Map<Fault, Integer> counts, SplittableRandom random) {
		List<Fault> faults = new ArrayList<>();
		counts.forEach((fault, count) -> faults.addAll(Collections.nCopies(count, fault)));
		for (int i = faults.size() - 1; i > 0; i--) {
			Collections.swap(faults, i, random.nextInt(i + 1));
		}
		return faults;
	}

}
