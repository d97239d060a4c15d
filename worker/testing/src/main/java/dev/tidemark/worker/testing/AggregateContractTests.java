package dev.tidemark.worker.testing;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.Member;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.Topics;
import dev.tidemark.contracts.Verb;
import dev.tidemark.contracts.documents.ContractDocuments;
import dev.tidemark.contracts.examples.Example;
import dev.tidemark.contracts.examples.ExampleFolder;
import dev.tidemark.worker.aggregate.DeclaredReferences;
import dev.tidemark.worker.envelope.AggregateKey;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds for any aggregate, through a real worker on a real broker and a real
 * database: every example of the contract has its outcome, every command has the right
 * one in every state, what lies beyond a member's rule is a dead letter, and topics and
 * tables agree after all of it. To be extended by a class without a body, which finds
 * aggregates and examples by the application's {@link Catalogue.Source}.
 * <p>
 * A worker process, since this has to hold from topic to topic, and not for a class
 * alone.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public abstract class AggregateContractTests {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

	private final Map<String, RecordMetadata> sent = new LinkedHashMap<>();

	private final Map<String, UUID> next = new HashMap<>();

	/** By topic and offset. */
	private final Map<String, ConsumerRecord<byte[], byte[]>> letters = new HashMap<>();

	private final List<@Nullable String> causes = new ArrayList<>();

	private @Nullable Deployment deployment;

	private @Nullable Requests requests;

	/**
	 * Returns a class in whose package the examples are.
	 * @return by default, the source of the catalogue
	 */
	protected Class<?> neighbour() {
		return Catalogue.installedBy().getFirst();
	}

	@BeforeAll
	final void sendExamples() {
		this.requests = new Requests(ExampleFolder.beside(neighbour()), new SplittableRandom());
		this.deployment = Deployment.prepare(1).start();
		Client client = client();
		for (Example example : invalid()) {
			this.sent.put(example.name(), client.send(record(example)));
			UUID id = UUID.randomUUID();
			this.next.put(example.name(), id);
			client.awaitConsumed(client.send(id, republish(example)));
		}
		for (Example example : valid()) {
			this.sent.put(example.name(), client.send(record(example)));
		}
		client.awaitConsumed(this.sent.values().toArray(RecordMetadata[]::new));
		for (ConsumerRecord<byte[], byte[]> event : client.newEvents()) {
			if (event.topic().endsWith(Topics.DEAD_LETTER_SUFFIX)) {
				this.letters.put(event.topic() + originalOffset(event), event);
			}
			else {
				this.causes.add(Client.header(event, EventHeaders.CE_CAUSATIONID));
			}
		}
	}

	@AfterAll
	final void stop() {
		if (this.deployment != null) {
			this.deployment.close();
		}
	}

	private Deployment deployment() {
		return Objects.requireNonNull(this.deployment);
	}

	private Requests requests() {
		return Objects.requireNonNull(this.requests);
	}

	private Client client() {
		return deployment().client();
	}

	final List<Example> valid() {
		return ExampleFolder.beside(neighbour()).valid().stream().filter(AggregateContractTests::canBeSent).toList();
	}

	final List<Example> invalid() {
		return ExampleFolder.beside(neighbour()).invalid().stream().filter(AggregateContractTests::canBeSent).toList();
	}

	final Collection<CommandType> commandTypes() {
		return Catalogue.installed().commands();
	}

	final Collection<AggregateType> aggregateTypes() {
		return Catalogue.installed().aggregates();
	}

	/**
	 * Java's producer takes no timestamp before 1970, and the broker none that is far
	 * ahead. Others do: what comes of these is read without a broker.
	 */
	private static boolean canBeSent(Example example) {
		Long timestamp = example.timestamp();
		return timestamp == null
				|| (timestamp >= 0 && timestamp < Instant.now().plus(1, ChronoUnit.HOURS).toEpochMilli());
	}

	@ParameterizedTest
	@MethodSource("valid")
	void aValidExampleIsDecided(Example example) {
		RecordMetadata at = sent(example);
		assertThat(deployment().query(
				"select outcome from command_log where topic = ? and partition = 0 and record_offset = ?", at.topic(),
				at.offset()))
			.hasSize(1);
	}

	@ParameterizedTest(allowZeroInvocations = true)
	@MethodSource("invalid")
	void anInvalidExampleIsADeadLetterAsItCame(Example example) {
		RecordMetadata at = sent(example);
		ConsumerRecord<byte[], byte[]> letter = this.letters.get(at.topic() + Topics.DEAD_LETTER_SUFFIX + at.offset());
		assertThat(letter).isNotNull();
		assertThat(letter.key()).isEqualTo(example.key());
		assertThat(letter.value()).isEqualTo(example.value());
		assertThat(Client.header(letter, EventHeaders.DLT_REASON)).isEqualTo(String.valueOf(example.reason()));
		List<String> expected = example.headers()
			.stream()
			.map((header) -> header.name() + "=" + header.text())
			.toList();
		List<String> received = new ArrayList<>();
		for (Header header : letter.headers()) {
			if (!header.key().startsWith("tidemark-dlt-") && !header.key().startsWith("kafka_dlt-")) {
				received.add(header.key() + "=" + ((header.value() != null) ? Client.text(header.value()) : null));
			}
		}
		assertThat(received).isEqualTo(expected);
	}

	/** Which is a valid command of the same key. */
	@ParameterizedTest(allowZeroInvocations = true)
	@MethodSource("invalid")
	void whatComesBehindAnInvalidExampleIsApplied(Example example) {
		assertThat(this.causes).contains(String.valueOf(this.next.get(example.name())));
	}

	private RecordMetadata sent(Example example) {
		return Objects.requireNonNull(this.sent.get(example.name()));
	}

	private static long originalOffset(ConsumerRecord<byte[], byte[]> letter) {
		return ByteBuffer.wrap(letter.headers().lastHeader(EventHeaders.KAFKA_DLT_ORIGINAL_OFFSET).value()).getLong();
	}

	private ProducerRecord<byte[], byte[]> record(Example example) {
		RecordHeaders headers = new RecordHeaders();
		example.headers().forEach((header) -> headers.add(header.name(), header.value()));
		return new ProducerRecord<>(client().commandTopic(example.topic()), 0, example.timestamp(), example.key(),
				example.value(), headers);
	}

	private Command republish(Example example) {
		AggregateType type = aggregateTypes().stream()
			.filter((candidate) -> candidate.commandTopic().equals(example.topic()))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException(
					"%s: nobody reads commands on %s".formatted(example.name(), example.topic())));
		String key = example.keyText();
		return republish(type, (key != null && Requests.isKey(type, key)) ? key : requests().newKey(type));
	}

	private static Command republish(AggregateType type, String key) {
		return new AggregateKey(type, key).command(Verb.REPUBLISH);
	}

	/** The same command in structured mode, with its id in upper case. */
	@ParameterizedTest
	@MethodSource("commandTypes")
	void aCommandIsReadInStructuredMode(CommandType type) {
		UUID id = UUID.randomUUID();
		Command command = requests().smallest(type, requests().newKey(type.aggregate()));
		Map<String, Object> event = new LinkedHashMap<>();
		event.put("specversion", EventHeaders.SPECVERSION);
		event.put("id", id.toString().toUpperCase(Locale.ROOT));
		event.put("source", "/client");
		event.put("type", type.wireName());
		event.put("data", command.data());
		Headers headers = new RecordHeaders().add(EventHeaders.CONTENT_TYPE,
				Client.bytes(EventHeaders.CLOUDEVENTS_JSON));
		client().awaitConsumed(client().send(client().commandTopic(type.topic()), command.key(), headers,
				JSON.writeValueAsBytes(event)));
		assertThat(deployment().query("select outcome from command_log where command_id = ?", id)).hasSize(1);
	}

	/** Each member alone, and a valid command behind each. */
	@ParameterizedTest
	@MethodSource("commandTypes")
	void whatLiesBeyondAMembersRuleIsADeadLetter(CommandType type) {
		String key = requests().newKey(type.aggregate());
		List<RecordMetadata> malformed = new ArrayList<>();
		List<String> behind = new ArrayList<>();
		Map<Long, String> written = new HashMap<>();
		client().newEvents();
		for (Member<?> member : type.rules()) {
			for (Object beyond : member.edges(false)) {
				if (beyond instanceof String text && text.chars().anyMatch(AggregateContractTests::isSurrogate)) {
					// No UTF-8 has it.
					continue;
				}
				Map<String, @Nullable Object> data = new LinkedHashMap<>(requests().fullest(type, key).data());
				data.put(member.wireName(), beyond);
				RecordMetadata at = client().send(client().commandTopic(type.topic()), key,
						Client.headers(UUID.randomUUID(), type.wireName()), JSON.writeValueAsBytes(data));
				malformed.add(at);
				written.put(at.offset(), member.wireName() + ": " + beyond);
				UUID id = UUID.randomUUID();
				behind.add(id.toString());
				malformed.add(client().send(id, republish(type.aggregate(), key)));
			}
		}
		client().awaitConsumed(malformed.toArray(RecordMetadata[]::new));
		List<@Nullable String> applied = new ArrayList<>();
		for (ConsumerRecord<byte[], byte[]> event : client().newEvents()) {
			if (!Arrays.equals(event.key(), Client.bytes(key))) {
				// An example that waited for another is answered when its time is up.
				continue;
			}
			if (event.topic().endsWith(Topics.DEAD_LETTER_SUFFIX)) {
				assertThat(Client.header(event, EventHeaders.DLT_REASON)).as(written.remove(originalOffset(event)))
					.isEqualTo(DeadLetterReason.MALFORMED_DATA.name());
			}
			else {
				applied.add(Client.header(event, EventHeaders.CE_CAUSATIONID));
			}
		}
		assertThat(written.values()).as("no dead letters").isEmpty();
		assertThat(applied).containsExactlyElementsOf(behind);
	}

	private static boolean isSurrogate(int character) {
		return character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
	}

	final List<Case> cases() {
		List<Case> cases = new ArrayList<>();
		aggregateTypes().forEach((type) -> type.commands().forEach((command) -> addCases(command, cases)));
		return cases;
	}

	private void addCases(CommandType command, List<Case> cases) {
		AggregateType type = command.aggregate();
		RejectionReason notFound = type.notFound();
		switch (command.verb()) {
			case CREATE -> {
				cases.add(new Case(command, State.ABSENT, "applied 1"));
				cases.add(new Case(command, State.ABSENT, "applied 1", "5"));
				cases.add(new Case(command, State.PRESENT, type.alreadyExists()));
				cases.add(new Case(command, State.DELETED, "applied 1"));
				addCasesOfParents(command, cases);
				addCasesOfUniqueMembers(command, cases);
			}
			case CHANGE -> {
				cases.add(new Case(command, State.ABSENT, notFound));
				cases.add(new Case(command, State.ABSENT, notFound, "1"));
				cases.add(new Case(command, State.PRESENT, "applied 2"));
				cases.add(new Case(command, State.PRESENT, "applied 2", "1"));
				cases.add(new Case(command, State.PRESENT, RejectionReason.VERSION_CONFLICT, "2"));
				cases.add(new Case(command, State.DELETED, notFound));
				addCasesOfParents(command, cases);
				addCasesOfUniqueMembers(command, cases);
			}
			case DELETE -> {
				cases.add(new Case(command, State.ABSENT, notFound));
				cases.add(new Case(command, State.PRESENT, "applied 2"));
				cases.add(new Case(command, State.PRESENT, "applied 2", "1"));
				cases.add(new Case(command, State.PRESENT, RejectionReason.VERSION_CONFLICT, "3"));
				cases.add(new Case(command, State.DELETED, notFound));
				for (AggregateType child : aggregateTypes()) {
					List<AggregateType> parents = requests().references().of(child);
					for (int i = 0; i < parents.size(); i++) {
						if (parents.get(i) == type) {
							cases.add(Case.ofChild(command, child, i, type.has(child), null));
							cases.add(Case.ofChild(command, child, i, RejectionReason.VERSION_CONFLICT, "4"));
						}
					}
				}
			}
			case REPUBLISH -> {
				cases.add(new Case(command, State.ABSENT, "applied -"));
				cases.add(new Case(command, State.PRESENT, "applied 1"));
				cases.add(new Case(command, State.PRESENT, "applied 1", "9"));
				cases.add(new Case(command, State.DELETED, "applied -"));
			}
			case RESUME -> {
				cases.add(new Case(command, State.ABSENT, "applied -"));
				cases.add(new Case(command, State.PRESENT, "applied -"));
			}
		}
	}

	private void addCasesOfUniqueMembers(CommandType command, List<Case> cases) {
		AggregateType type = command.aggregate();
		State before = (command.verb() == Verb.CREATE) ? State.ABSENT : State.PRESENT;
		for (Member<?> member : type.uniqueMembers()) {
			if (command.members().contains(member.wireName())) {
				cases.add(new Case(command, before, null, null, -1, member, null, type.taken(member).toString()));
			}
		}
	}

	private void addCasesOfParents(CommandType command, List<Case> cases) {
		boolean creates = command.verb() == Verb.CREATE;
		AggregateType type = command.aggregate();
		List<AggregateType> parents = requests().references().of(type);
		for (int i = 0; i < parents.size(); i++) {
			if (withNewParent(requests().fullest(command, requests().newKey(type)), i) == null) {
				continue;
			}
			AggregateType parent = parents.get(i);
			State before = creates ? State.ABSENT : State.PRESENT;
			cases.add(Case.ofParent(command, before, parent, i, "deferred", null));
			if (creates) {
				cases.add(Case.ofParent(command, State.PRESENT, parent, i, type.alreadyExists().toString(), null));
			}
			else {
				cases.add(Case.ofParent(command, State.ABSENT, parent, i, type.notFound().toString(), null));
				cases.add(Case.ofParent(command, State.PRESENT, parent, i, "VERSION_CONFLICT", "7"));
			}
		}
	}

	/** Every command in every state. */
	@ParameterizedTest
	@MethodSource("cases")
	void aCommandHasTheRightOutcome(Case given) {
		CommandType type = given.command();
		String key = requests().newKey(type.aggregate());
		if (given.state() != State.ABSENT) {
			create(type.aggregate(), key);
		}
		if (given.state() == State.DELETED) {
			send(new AggregateKey(type.aggregate(), key).command(Verb.DELETE));
		}
		if (given.child() != null) {
			Command child = withParents(requests().smallest(create(given.child()), requests().newKey(given.child())));
			send(Objects.requireNonNull(requests().references().withParent(child, given.reference(), key),
					given::toString));
		}
		Command command = withParents(requests().fullest(type, key));
		AggregateKey missing = null;
		if (given.parent() != null) {
			missing = new AggregateKey(given.parent(), requests().newKey(given.parent()));
			command = Objects.requireNonNull(
					requests().references().withParent(command, given.reference(), missing.key()), given::toString);
		}
		if (given.taken() != null) {
			command = withValueOfAnother(command, given.taken());
		}
		UUID id = UUID.randomUUID();
		client().newEvents();
		client().awaitConsumed(client().send(id, command, (given.expecting() != null)
				? new String[] { EventHeaders.CE_EXPECTEDVERSION, given.expecting() } : new String[0]));
		assertThat(outcome(id, command)).isEqualTo(given.outcome());
		if (missing != null && given.outcome().equals("deferred")) {
			create(missing.type(), missing.key());
			String version = (given.state() == State.ABSENT) ? "1" : "2";
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> logged(id)[0].equals("applied"));
			assertThat(logged(id)).containsExactly("applied", "", version);
		}
	}

	final List<CommandType> changesThatMayWait() {
		return commandTypes().stream().filter((command) -> command.verb() == Verb.CHANGE).filter((command) -> {
			AggregateType type = command.aggregate();
			return aggregateTypes().stream().anyMatch((child) -> requests().references().of(child).contains(type))
					&& firstReference(command) >= 0;
		}).toList();
	}

	/** The first of its references that a command can change. */
	private int firstReference(CommandType command) {
		Command any = requests().fullest(command, requests().newKey(command.aggregate()));
		return IntStream.range(0, requests().references().of(command.aggregate()).size())
			.filter((reference) -> withNewParent(any, reference) != null)
			.findFirst()
			.orElse(-1);
	}

	/** Who is a child and a parent can be told to go while it waits for its parent. */
	@ParameterizedTest(allowZeroInvocations = true)
	@MethodSource("changesThatMayWait")
	void aDeleteThatHasWaitedIsRejectedWhileOthersRefer(CommandType change) {
		AggregateType type = change.aggregate();
		String key = requests().newKey(type);
		create(type, key);
		AggregateType child = aggregateTypes().stream()
			.filter((candidate) -> requests().references().of(candidate).contains(type))
			.findFirst()
			.orElseThrow();
		Command refers = withParents(requests().fullest(create(child), requests().newKey(child)));
		send(Objects.requireNonNull(
				requests().references().withParent(refers, requests().references().of(child).indexOf(type), key)));
		int reference = firstReference(change);
		AggregateType parent = requests().references().of(type).get(reference);
		String missing = requests().newKey(parent);
		Command waits = withParents(requests().fullest(change, key));
		client().send(UUID.randomUUID(),
				Objects.requireNonNull(requests().references().withParent(waits, reference, missing)));
		UUID id = UUID.randomUUID();
		client().awaitConsumed(client().send(id, new AggregateKey(type, key).command(Verb.DELETE)));
		assertThat(logged(id)).startsWith("deferred");
		create(parent, missing);
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.untilAsserted(() -> assertThat(logged(id)).startsWith("rejected", type.has(child).toString()));
	}

	private static CommandType create(AggregateType type) {
		return Objects.requireNonNull(type.command(Verb.CREATE));
	}

	/** Creates an aggregate, and those that it refers to. */
	private void create(AggregateType type, String key) {
		send(withParents(requests().smallest(create(type), key)));
	}

	private void send(Command command) {
		UUID id = UUID.randomUUID();
		client().awaitConsumed(client().send(id, command));
		assertThat(logged(id)[0]).as(command.type().wireName()).isEqualTo("applied");
	}

	/** The same command, with parents who are there. */
	private Command withParents(Command command) {
		DeclaredReferences references = requests().references();
		List<AggregateType> parents = references.of(command.type().aggregate());
		Command complete = command;
		for (int i = 0; i < parents.size(); i++) {
			if (references.parent(complete, i) == null) {
				continue;
			}
			String parent = requests().newKey(parents.get(i));
			create(parents.get(i), parent);
			complete = Objects.requireNonNull(references.withParent(complete, i, parent));
		}
		return complete;
	}

	/** The same command, with the value that another aggregate has for a member. */
	private Command withValueOfAnother(Command command, Member<?> member) {
		AggregateType type = command.type().aggregate();
		Command other = withParents(requests().fullest(create(type), requests().newKey(type)));
		send(other);
		Map<String, @Nullable Object> data = new LinkedHashMap<>(command.data());
		data.put(member.wireName(), Objects.requireNonNull(other.data().get(member.wireName()),
				() -> "The fullest example of a create must have " + member));
		return command.type().read(data);
	}

	private @Nullable Command withNewParent(Command command, int reference) {
		AggregateType parent = requests().references().of(command.type().aggregate()).get(reference);
		return requests().references().withParent(command, reference, requests().newKey(parent));
	}

	private String[] logged(UUID id) {
		return deployment().query(
				"select outcome, coalesce(reason, ''), coalesce(version::text, '-') from command_log where command_id = ?",
				id)
			.getFirst()
			.split("\\|", -1);
	}

	/** Says what came of a command: by the log, and by what was published. */
	private String outcome(UUID id, Command command) {
		String[] columns = logged(id);
		List<ConsumerRecord<byte[], byte[]>> published = client().newEvents()
			.stream()
			.filter((event) -> String.valueOf(Client.header(event, EventHeaders.CE_ID)).startsWith(id.toString()))
			.toList();
		return switch (columns[0]) {
			case "applied" -> {
				if (command.type().verb() == Verb.RESUME) {
					assertThat(published).isEmpty();
				}
				else {
					assertThat(published).singleElement()
						.satisfies((event) -> demandReadModel(event, id, command, columns[2]));
				}
				yield "applied " + columns[2];
			}
			case "rejected" -> {
				assertThat(published).singleElement().satisfies((event) -> {
					assertThat(Client.header(event, EventHeaders.CE_ID)).isEqualTo(id + ":rejected");
					assertThat(JSON.readTree(event.value()).path("reason").asString()).isEqualTo(columns[1]);
				});
				yield columns[1];
			}
			default -> {
				assertThat(published).isEmpty();
				yield columns[0];
			}
		};
	}

	private void demandReadModel(ConsumerRecord<byte[], byte[]> event, UUID id, Command command, String version) {
		AggregateType type = command.type().aggregate();
		assertThat(event.topic()).isEqualTo(deployment().tenant().topics().readModel(type));
		assertThat(Client.text(event.key())).isEqualTo(command.key());
		assertThat(Client.header(event, EventHeaders.CE_ID)).isEqualTo(id + ":applied");
		if (command.type().verb() == Verb.DELETE || version.equals("-")) {
			assertThat(event.value()).as("a tombstone").isNull();
			return;
		}
		JsonNode snapshot = JSON.readTree(event.value());
		assertThat(schemaOfSnapshots(type).validate(snapshot)).isEmpty();
		assertThat(snapshot.path(type.key().wireName()).asString()).isEqualTo(command.key());
		assertThat(snapshot.path("version").asString()).isEqualTo(version);
	}

	private static Schema schemaOfSnapshots(AggregateType type) {
		return SCHEMAS.getSchema(JSON.readTree(ContractDocuments.of(Catalogue.installed())
			.files()
			.get("schemas/" + type.snapshot().wireName() + ".schema.json")));
	}

	/** After all the others. */
	@Order(Integer.MAX_VALUE)
	@ParameterizedTest
	@MethodSource("aggregateTypes")
	void theTopicIsAsTheTable(AggregateType type) {
		WorkerProcess.Completed verify = WorkerProcess.run(deployment().tenant().environment(), "verify",
				type.plural());
		assertThat(verify.exitCode()).as(verify.output() + verify.errors()).isZero();
	}

	/** How an aggregate stands before a command. */
	enum State {

		ABSENT, PRESENT, DELETED

	}

	/**
	 * A command in a state, and what must come of it.
	 *
	 * @param command the command's type
	 * @param state how its aggregate stands
	 * @param parent whom the command refers to, and who is missing
	 * @param child who refers to the aggregate
	 * @param reference which reference that is
	 * @param taken the unique member that another aggregate has
	 * @param expecting the version that is expected
	 * @param outcome what comes of it
	 */
	record Case(CommandType command, State state, @Nullable AggregateType parent, @Nullable AggregateType child,
			int reference, @Nullable Member<?> taken, @Nullable String expecting, String outcome) {

		Case(CommandType command, State state, Object outcome) {
			this(command, state, null, null, -1, null, null, outcome.toString());
		}

		Case(CommandType command, State state, Object outcome, String expecting) {
			this(command, state, null, null, -1, null, expecting, outcome.toString());
		}

		static Case ofChild(CommandType command, AggregateType child, int reference, RejectionReason reason,
				@Nullable String expecting) {
			return new Case(command, State.PRESENT, null, child, reference, null, expecting, reason.toString());
		}

		static Case ofParent(CommandType command, State state, AggregateType parent, int reference, String outcome,
				@Nullable String expecting) {
			return new Case(command, state, parent, null, reference, null, expecting, outcome);
		}

		@Override
		public String toString() {
			StringBuilder words = new StringBuilder(this.command.wireName());
			if (this.parent != null) {
				words.append(" for no ").append(this.parent.wireName());
			}
			if (this.taken != null) {
				words.append(" with another's ").append(this.taken.wireName());
			}
			if (this.expecting != null) {
				words.append(" expecting ").append(this.expecting);
			}
			words.append(", ").append(this.state.name().toLowerCase(Locale.ROOT));
			if (this.child != null) {
				words.append(" with one of ").append(this.child.plural());
			}
			return words.append(": ").append(this.outcome).toString();
		}

	}

}
