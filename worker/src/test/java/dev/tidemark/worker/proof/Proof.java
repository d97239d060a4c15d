package dev.tidemark.worker.proof;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.stack.Tenant;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One run: workers at work, commands coming in, things going wrong; and then the
 * promises.
 *
 * @param seed decides about the commands, and about when and whom the faults strike
 * @param commands how many records, roughly
 * @param partitions how many partitions each topic has
 * @param workers how many worker processes
 * @param groupProtocol the consumers' group protocol, {@code classic} or {@code consumer}
 * @param faults what goes wrong, in this order, spread evenly over the work
 * @param commuter whether somebody else joins and leaves the group all the time
 */
record Proof(long seed, int commands, int partitions, int workers, String groupProtocol, List<Fault> faults,
		boolean commuter) {

	/** The share of records that can never be commands. */
	static final double POISON = 0.01;

	/** Longer than any run, so that what waits for somebody waits until he comes. */
	private static final Duration DEFER_LONG = Duration.ofDays(1);

	private static final Duration DEFER_SHORT = Duration.ofSeconds(3);

	/**
	 * What came of a run.
	 *
	 * @param figures what there was of everything, by name
	 * @param differences what is not as was promised, by promise; empty if all is well
	 */
	record Report(Map<String, Object> figures, Map<String, List<String>> differences) {

		/**
		 * Returns the figures as a table, and the differences below.
		 */
		@Override
		public String toString() {
			StringBuilder text = new StringBuilder("Proof%n".formatted());
			this.figures.forEach((name, value) -> text.append("  %-22s %s%n".formatted(name, value)));
			this.differences.forEach((promise, lines) -> {
				text.append("%s is broken, %d differences:%n".formatted(promise, lines.size()));
				lines.stream().limit(10).forEach((line) -> text.append("  %s%n".formatted(line)));
			});
			return text.toString();
		}

	}

	/**
	 * Runs, on a stack of its own.
	 * @return what came of it
	 */
	Report run() {
		Instant start = Instant.now();
		try (Stack stack = Stack.start()) {
			Tenant tenant = stack.newTenant().withUnboundedTopics(this.partitions);
			Workload workload = Workload.of(this.seed, this.commands, this.partitions, POISON, tenant.topics());
			WorkerProcess.Completed migration = WorkerProcess.run(tenant.environment(), "migrate", "upgrade");
			assertThat(migration.exitCode()).as(migration::toString).isZero();
			try (Pooler pooler = Pooler.of(stack, tenant);
					Workers crew = new Workers(environments(stack, tenant, pooler, DEFER_LONG), this.seed);
					Memory memory = new Memory(crew);
					Progress progress = new Progress(tenant);
					Traffic traffic = new Traffic(tenant.bootstrapServers(), this.seed)) {
				Map<String, Object> figures = new LinkedHashMap<>();
				Map<String, List<String>> differences = new LinkedHashMap<>();
				work(new Site(stack, tenant, pooler, crew, progress, traffic), workload, figures, differences)
					.ifPresent((impasse) -> differences.put("Coming to an end", List.of(impasse)));
				memory.addTo(figures);
				Evidence evidence = Evidence.gather(tenant, crew.outputs(), crew.metrics(), workload.orders());
				Report report = judge(workload, evidence, figures, differences);
				figures.put("duration", Duration.between(start, Instant.now()).toSeconds() + " s");
				return report;
			}
		}
	}

	/** What the worker of each seat is told. */
	private List<Map<String, String>> environments(Stack stack, Tenant tenant, Pooler pooler, Duration deferFor) {
		return IntStream.range(0, this.workers)
			.mapToObj((seat) -> environment(Site.tenant(stack, tenant, seat), pooler, deferFor))
			.toList();
	}

	private Map<String, String> environment(Tenant tenant, Pooler pooler, Duration deferFor) {
		Map<String, String> environment = environment(tenant, this.groupProtocol, deferFor);
		environment.putAll(pooler.environment());
		return environment;
	}

	/** What a worker is told. */
	static Map<String, String> environment(Tenant tenant, String groupProtocol, Duration deferFor) {
		Map<String, String> environment = new HashMap<>(tenant.environment());
		environment.put("TIDEMARK_DEFER_FOR", deferFor.toSeconds() + "s");
		environment.put("TIDEMARK_CONCURRENCY", "2");
		// Many small polls have more seams to break at.
		environment.put("SPRING_KAFKA_CONSUMER_MAX_POLL_RECORDS", "50");
		environment.put("SPRING_KAFKA_CONSUMER_PROPERTIES_GROUP_PROTOCOL", groupProtocol);
		if (groupProtocol.equals("classic")) {
			environment.put("SPRING_KAFKA_CONSUMER_PROPERTIES_SESSION_TIMEOUT_MS",
					Long.toString(Fault.SESSION.toMillis()));
			environment.put("SPRING_KAFKA_CONSUMER_PROPERTIES_HEARTBEAT_INTERVAL_MS", "1000");
		}
		return environment;
	}

	/**
	 * Has the work done.
	 * @return what kept it from being done, if something did: then the promises say why
	 */
	private Optional<String> work(Site site, Workload workload, Map<String, Object> figures,
			Map<String, List<String>> differences) {
		SplittableRandom random = new SplittableRandom(this.seed);
		Schedule schedule = new Schedule(this.faults, workload.orders().size());
		List<Commuter> commuters = this.commuter ? List.of(new Commuter(site.tenant(), this.groupProtocol, this.seed))
				: List.of();
		long deferred = 0;
		Map<Fault, Integer> struck = new EnumMap<>(Fault.class);
		Optional<String> impasse = Optional.empty();
		try {
			for (int phase = 1; phase <= Workload.EXPIRY; phase++) {
				if (phase == Workload.EXPIRY) {
					commuters.forEach(Commuter::close);
					site.workers().replaceAll(environments(site.stack(), site.tenant(), site.pooler(), DEFER_SHORT));
				}
				List<Schedule.Slice> slices = schedule.slices(workload.phase(phase));
				for (Schedule.Slice slice : slices) {
					strike(site, slice, random);
					slice.fault().ifPresent((fault) -> struck.merge(fault, 1, Integer::sum));
				}
				site.progress().awaitConsumed(site.traffic().last());
				deferred = Math.max(deferred, site.progress().deferred());
				site.workers().scrapeMetrics();
				if (phase >= Workload.EXPIRY - 1) {
					site.progress().awaitNothingDeferred();
				}
				if (phase == Workload.EXPIRY && slices.stream().allMatch((slice) -> slice.fault().isEmpty())) {
					countMisplaced(workload.phase(phase), site.workers().scrapeMetrics(), figures, differences);
				}
			}
		}
		catch (AssertionError | RuntimeException ex) {
			impasse = Optional.of("%s%n%s".formatted(ex, site.workers()));
		}
		finally {
			commuters.forEach(Commuter::close);
		}
		figures.put("seed", this.seed);
		figures.put("servers", site.stack().cluster().isPresent() ? "three brokers, a primary and a standby"
				: "one broker, one database");
		figures.put("pooler", site.pooler().toString());
		figures.put("group protocol", this.groupProtocol);
		figures.put("records sent", workload.orders().size());
		figures.put("senders", site.traffic().toString());
		figures.put("transactions left open", site.traffic().leftOpen());
		figures.put("misplaced", workload.orders().stream().filter(Order::misplaced).count());
		figures.put("faults", struck);
		figures.put("commuter's visits", commuters.stream().mapToInt(Commuter::visits).sum());
		figures.put("deferred, at once", deferred);
		figures.put("workers' exit codes", site.workers().terminateAll());
		return impasse;
	}

	/**
	 * Compares what workers that are new in a phase without faults have counted with what
	 * was sent.
	 */
	private static void countMisplaced(List<Order> sent, List<String> metrics, Map<String, Object> figures,
			Map<String, List<String>> differences) {
		Map<String, Double> counted = CountsMisplaced.counted(metrics);
		figures.put("misplaced, counted",
				"%s of %d in the last phase".formatted(counted, sent.stream().filter(Order::misplaced).count()));
		List<String> found = CountsMisplaced.differences(sent, counted);
		if (!found.isEmpty()) {
			differences.put("CountsMisplaced", found);
		}
	}

	/**
	 * Sends a slice and, when a part of it has been consumed, lets the fault strike.
	 */
	private static void strike(Site site, Schedule.Slice slice, SplittableRandom random) {
		long before = site.progress().consumed();
		boolean brokerGoes = slice.fault().filter(Fault::isSeenBySenders).isPresent();
		CompletableFuture<Void> sending = CompletableFuture
			.runAsync(() -> site.traffic().send(slice.orders(), brokerGoes));
		try {
			slice.fault().ifPresent((fault) -> {
				site.progress().awaitConsumed(before, random.nextInt(slice.orders().size() / 2 + 1));
				fault.strike(site, Duration.ofMillis(random.nextInt(500, 3_000)), random);
			});
		}
		finally {
			sending.join();
		}
	}

	/**
	 * Compares what is so with what must be so.
	 * @param workload what was sent
	 * @param evidence what is so
	 * @param figures what there was of everything so far; more is added
	 * @param differences what is known not to be as was promised; more is added
	 * @return what came of it
	 */
	static Report judge(Workload workload, Evidence evidence, Map<String, Object> figures,
			Map<String, List<String>> differences) {
		Map<UUID, Optional<RejectionReason>> verdicts = evidence.verdicts(workload.contestedDeletes());
		Model model = new Model(verdicts);
		List<Evidence.Received> received = new ArrayList<>(evidence.commands());
		received.removeIf((command) -> command.order() == null);
		received.sort(workload.legalOrder());
		for (Evidence.Received command : received) {
			Order order = Objects.requireNonNull(command.order());
			switch (order.intent()) {
				case Intent.Ask ask ->
					model.take(order.number(), ask, Instant.ofEpochMilli(command.record().timestamp()));
				case Intent.Poison poison -> model.take(order.number(), poison);
			}
		}
		model.expire();
		Expectation expectation = model.expectation();
		for (Promise promise : Promise.all()) {
			List<String> found = promise.differences(evidence, expectation);
			if (!found.isEmpty()) {
				differences.put(promise.name(), found);
			}
		}
		figures.put("commands", evidence.asks().size());
		figures.put("commands by type",
				counted(evidence.asks().values(), (order) -> (order.intent() instanceof Intent.Ask ask)
						? ask.command().type().aggregate().wireName() : "none"));
		figures.put("deletes in a race",
				counted(verdicts.values(), (verdict) -> verdict.map(RejectionReason::name).orElse("applied")));
		figures.put("read-model events", evidence.readModels().size());
		figures.put("rejections", evidence.rejections().size());
		figures.put("dead letters",
				counted(evidence.deadLetters(), (letter) -> Evidence.text(letter, EventHeaders.DLT_REASON)));
		figures.put("duplicates", workload.duplicates());
		figures.put("resumes", evidence.commands().stream().filter((command) -> command.order() == null).count());
		figures.put("differences", differences.values().stream().mapToInt(List::size).sum());
		return new Report(figures, differences);
	}

	/** How many there are of each kind. */
	private static <T> Map<String, Long> counted(Collection<T> all, Function<T, String> kind) {
		return all.stream().collect(Collectors.groupingBy(kind, TreeMap::new, Collectors.counting()));
	}

}
