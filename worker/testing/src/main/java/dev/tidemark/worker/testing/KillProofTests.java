package dev.tidemark.worker.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.Topics;
import dev.tidemark.contracts.Verb;
import dev.tidemark.contracts.examples.ExampleFolder;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A small proof on any application's aggregates: commands like the examples, for many
 * keys and in any order, while the worker is killed (SIGKILL) again and again. Then every
 * command has exactly one answer, every key's versions are consecutive, and the rows are
 * as the last snapshots. To be extended by a class without a body.
 * <p>
 * What it sends and where it kills follow from a seed, which it prints;
 * {@code -Dtidemark.proof.seed} gives the same again. Which statement a kill hits does
 * not follow from it.
 */
public abstract class KillProofTests {

	private static final JsonMapper JSON = JsonMapper.shared();

	/** How many aggregates of each type come and go. */
	private static final int KEYS = 40;

	private final Map<AggregateType, List<String>> keys = new LinkedHashMap<>();

	/** What was asked, by the command's id. */
	private final Map<String, Verb> asked = new HashMap<>();

	private final List<ConsumerRecord<byte[], byte[]>> events = new ArrayList<>();

	/**
	 * Returns a class in whose package the examples are.
	 * @return by default, the source of the catalogue
	 */
	protected Class<?> neighbour() {
		return Catalogue.installedBy().getFirst();
	}

	/**
	 * Returns how often the worker is killed.
	 * @return how many times; as many batches of commands are sent, and one more
	 */
	protected int kills() {
		return 4;
	}

	/**
	 * Returns how many commands are sent between two kills.
	 * @return how many
	 */
	protected int commandsOfABatch() {
		return 400;
	}

	@Test
	void killsChangeNothing() {
		long seed = Long.getLong("tidemark.proof.seed", new SplittableRandom().nextLong(1_000_000));
		System.out.printf("%s: -Dtidemark.proof.seed=%d%n", getClass().getSimpleName(), seed);
		SplittableRandom random = new SplittableRandom(seed);
		Requests requests = new Requests(ExampleFolder.beside(neighbour()), random);
		for (AggregateType type : Catalogue.installed().aggregates()) {
			this.keys.put(type, new ArrayList<>());
			for (int i = 0; i < KEYS; i++) {
				this.keys.get(type).add(requests.newKey(type));
			}
		}
		// Many small transactions, so that a kill is likely to hit one.
		try (Deployment deployment = Deployment.prepare(3, "SPRING_KAFKA_CONSUMER_MAX_POLL_RECORDS", "20")) {
			for (int i = 0; i < kills(); i++) {
				deployment.start();
				long before = logged(deployment);
				for (int j = 0; j < commandsOfABatch(); j++) {
					send(deployment.client(), anyCommand(requests, random), random);
				}
				long enough = before + random.nextInt(1, commandsOfABatch() / 2);
				Awaitility.await()
					.atMost(Duration.ofSeconds(60))
					.pollInterval(Duration.ofMillis(5))
					.until(() -> logged(deployment) >= enough);
				deployment.worker().kill();
			}
			deployment.start();
			List<RecordMetadata> last = new ArrayList<>();
			for (int j = 0; j < commandsOfABatch(); j++) {
				last.add(send(deployment.client(), anyCommand(requests, random), random));
			}
			deployment.client().awaitConsumed(last.toArray(RecordMetadata[]::new));
			haveNothingWait(deployment, requests, random);
			this.events.addAll(deployment.client().newEvents());
			demandOneAnswerToEach(seed);
			Map<AggregateType, Map<String, Long>> versions = demandConsecutiveVersions(deployment, seed);
			demandRowsLikeSnapshots(deployment, versions, seed);
		}
	}

	private static long logged(Deployment deployment) {
		return Long.parseLong(deployment.query("select count(*) from command_log").getFirst());
	}

	private Command anyCommand(Requests requests, SplittableRandom random) {
		List<AggregateType> types = List.copyOf(this.keys.keySet());
		AggregateType type = types.get(random.nextInt(types.size()));
		List<CommandType> changes = type.commands()
			.stream()
			.filter((command) -> command.verb() == Verb.CHANGE)
			.toList();
		int choice = random.nextInt(100);
		CommandType command;
		if (choice < 40 && !changes.isEmpty()) {
			command = changes.get(random.nextInt(changes.size()));
		}
		else {
			Verb verb = (choice < 75) ? Verb.CREATE : (choice < 90) ? Verb.DELETE : Verb.REPUBLISH;
			command = Objects.requireNonNull(type.command(verb));
		}
		int index = random.nextInt(KEYS);
		return withParents(requests, requests.any(command, key(type, index)), index, random);
	}

	private String key(AggregateType type, int index) {
		return Objects.requireNonNull(this.keys.get(type)).get(index);
	}

	/**
	 * Names parents of the same keys, there or not. Of its own type, one names those
	 * before itself only, so that nobody waits in a circle.
	 */
	private Command withParents(Requests requests, Command command, int index, SplittableRandom random) {
		List<AggregateType> parents = requests.references().of(command.type().aggregate());
		Command complete = command;
		for (int i = 0; i < parents.size(); i++) {
			if (requests.references().parent(complete, i) == null) {
				continue;
			}
			boolean self = parents.get(i) == command.type().aggregate();
			Command other = (self && index == 0) ? requests.references().withoutParent(complete, i)
					: requests.references()
						.withParent(complete, i, key(parents.get(i), random.nextInt(self ? index : KEYS)));
			complete = Objects.requireNonNull(other, () -> command.type().wireName() + " has to name a parent");
		}
		return complete;
	}

	/** Sends a command, and now and then twice. */
	private RecordMetadata send(Client client, Command command, SplittableRandom random) {
		UUID id = new UUID(random.nextLong(), random.nextLong());
		this.asked.put(id.toString(), command.type().verb());
		String[] more = (random.nextInt(10) == 0)
				? new String[] { EventHeaders.CE_EXPECTEDVERSION, Integer.toString(random.nextInt(1, 4)) }
				: new String[0];
		RecordMetadata sent = client.send(id, command, more);
		return (random.nextInt(20) == 0) ? client.send(id, command, more) : sent;
	}

	/** Creates whoever is waited for, until nobody waits. */
	private void haveNothingWait(Deployment deployment, Requests requests, SplittableRandom random) {
		Awaitility.await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(100)).until(() -> {
			List<String> awaited = deployment.query("""
					select distinct waits_for_aggregate, waits_for_key from deferred_command
					where waits_for_key is not null""");
			List<RecordMetadata> sent = new ArrayList<>();
			for (String waitsFor : awaited) {
				String[] parts = waitsFor.split("\\|", 2);
				AggregateType type = Objects.requireNonNull(Catalogue.installed().aggregate(parts[0]), parts[0]);
				CommandType create = Objects.requireNonNull(type.command(Verb.CREATE));
				Command command = withParents(requests, requests.smallest(create, parts[1]),
						Objects.requireNonNull(this.keys.get(type)).indexOf(parts[1]), random);
				sent.add(send(deployment.client(), command, random));
			}
			deployment.client().awaitConsumed(sent.toArray(RecordMetadata[]::new));
			return deployment.query("select 1 from deferred_command limit 1").isEmpty();
		});
	}

	private void demandOneAnswerToEach(long seed) {
		Map<String, List<String>> answers = new TreeMap<>();
		this.asked.keySet().forEach((id) -> answers.put(id, new ArrayList<>()));
		for (ConsumerRecord<byte[], byte[]> event : this.events) {
			assertThat(event.topic())
				.as("seed %d: %s %s of %s, %s", seed, Client.header(event, EventHeaders.CE_TYPE),
						Client.header(event, EventHeaders.CE_ID), Client.text(event.key()),
						Client.header(event, EventHeaders.DLT_DETAIL))
				.doesNotEndWith(Topics.DEAD_LETTER_SUFFIX);
			answers
				.computeIfAbsent(String.valueOf(Client.header(event, EventHeaders.CE_CAUSATIONID)),
						(_) -> new ArrayList<>())
				.add(String.valueOf(Client.header(event, EventHeaders.CE_TYPE)));
		}
		assertThat(answers).as("seed %d: each command has one answer", seed)
			.hasSameSizeAs(this.asked)
			.allSatisfy((_, types) -> assertThat(types).hasSize(1));
	}

	/** By the records of each read model, of which each key's are in one partition. */
	private Map<AggregateType, Map<String, Long>> demandConsecutiveVersions(Deployment deployment, long seed) {
		Map<AggregateType, Map<String, Long>> versions = new LinkedHashMap<>();
		for (AggregateType type : this.keys.keySet()) {
			Map<String, Long> now = new HashMap<>();
			versions.put(type, now);
			String topic = deployment.tenant().topics().readModel(type);
			for (ConsumerRecord<byte[], byte[]> event : this.events) {
				if (event.topic().equals(topic)) {
					follow(event, now, seed);
				}
			}
		}
		return versions;
	}

	private void follow(ConsumerRecord<byte[], byte[]> event, Map<String, Long> versions, long seed) {
		String key = Client.text(event.key());
		boolean again = this.asked
			.get(String.valueOf(Client.header(event, EventHeaders.CE_CAUSATIONID))) == Verb.REPUBLISH;
		@Nullable Long before = versions.get(key);
		if (event.value() == null) {
			assertThat(before == null).as("seed %d: %s is gone, at %s", seed, key, event).isEqualTo(again);
			versions.remove(key);
			return;
		}
		long version = JSON.readTree(event.value()).path("version").asLong();
		long expected = again ? Objects.requireNonNull(before, key) : ((before != null) ? before + 1 : 1);
		assertThat(version).as("seed %d: the version of %s, at %s", seed, key, event).isEqualTo(expected);
		versions.put(key, version);
	}

	private static void demandRowsLikeSnapshots(Deployment deployment, Map<AggregateType, Map<String, Long>> versions,
			long seed) {
		versions.forEach((type, alive) -> {
			WorkerProcess.Completed verify = WorkerProcess.run(deployment.tenant().environment(), "verify",
					type.plural());
			assertThat(verify.exitCode()).as("seed %d: %s%s", seed, verify.output(), verify.errors()).isZero();
			assertThat(verify.output()).as("seed %d", seed)
				.contains("%,d %s compared".formatted(alive.size(), type.plural()));
		});
	}

}
