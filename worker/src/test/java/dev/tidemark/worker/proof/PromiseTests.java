package dev.tidemark.worker.proof;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.worker.stack.TopicNames;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A proof that cannot fail proves nothing: every way to break a promise is noticed.
 */
class PromiseTests {

	private static final TopicNames TOPICS = new TopicNames("proof.");

	private static final Workload WORKLOAD = Workload.of(42, 500, 1, 0.2, TOPICS);

	private static final Expectation EXPECTATION = expectation();

	private final PerfectEvidence perfect = PerfectEvidence.of(WORKLOAD.orders(), TOPICS, EXPECTATION);

	private static Expectation expectation() {
		Model model = new Model(Map.of());
		for (Order order : WORKLOAD.orders()) {
			switch (order.intent()) {
				case Intent.Ask ask when order.aborted() -> assertThat(ask).isNotNull();
				case Intent.Ask ask ->
					model.take(order.number(), ask, Instant.ofEpochMilli(order.record().timestamp()));
				case Intent.Poison poison -> model.take(order.number(), poison);
			}
		}
		model.expire();
		return model.expectation();
	}

	@Test
	void areKeptByAFaultlessWorker() {
		assertThat(Promise.all())
			.allSatisfy((promise) -> assertThat(promise.differences(this.perfect.evidence(), EXPECTATION)).isEmpty());
	}

	@Test
	void noticeACommandThatIsAppliedTwice() {
		spoil((evidence) -> {
			Expectation.Task task = evidence.tasks.values().iterator().next();
			evidence.tasks.put(task.taskId(),
					new Expectation.Task(task.taskId(), task.title(), task.description(), task.status(),
							task.username(), task.createdAt(), task.updatedAt(), task.completedAt(),
							task.version() + 1));
		}, new AppliesOnce(), new ConvergesToTable());
	}

	@Test
	void noticeARowTooMany() {
		spoil((evidence) -> evidence.users.put("somebody",
				new Expectation.User("somebody", "hash", Instant.EPOCH, Instant.EPOCH, 1)), new AppliesOnce(),
				new ConvergesToTable());
	}

	@Test
	void noticeAnEventThatIsMissing() {
		spoil((evidence) -> evidence.readModels.remove(anyTwoOfOneKey(evidence)), new PublishesEveryVersionOnce(),
				new KeepsOrderPerKey(), new LosesNothing());
	}

	@Test
	void noticeAnEventThatIsPublishedTwice() {
		spoil((evidence) -> {
			int index = anyTwoOfOneKey(evidence);
			evidence.readModels.add(index, evidence.readModels.get(index));
		}, new PublishesEveryVersionOnce(), new KeepsOrderPerKey(), new LosesNothing());
	}

	@Test
	void noticeEventsInTheWrongOrder() {
		spoil((evidence) -> {
			int index = anyTwoOfOneKey(evidence);
			Collections.swap(evidence.readModels, index, index + 1);
		}, new PublishesEveryVersionOnce(), new KeepsOrderPerKey());
	}

	@Test
	void noticeAnEventOfNobody() {
		spoil((evidence) -> evidence.readModels.get(0)
			.headers()
			.remove(EventHeaders.CE_CAUSATIONID)
			.add(Envelope.header(EventHeaders.CE_CAUSATIONID, UUID.randomUUID().toString())),
				new PublishesEveryVersionOnce(), new KeepsOrderPerKey());
	}

	@Test
	void noticeOtherData() {
		spoil((evidence) -> evidence.readModels
			.replaceAll((event) -> (event.value() != null) ? PerfectEvidence.withValue(event,
					new String(event.value(), StandardCharsets.UTF_8).replace("\"version\":1", "\"version\":7")
						.getBytes(StandardCharsets.UTF_8))
					: event),
				new PublishesEveryVersionOnce(), new ConvergesToTable());
	}

	@Test
	void noticeAHeaderThatIsNotPassedOn() {
		spoil((evidence) -> evidence.readModels
			.forEach((event) -> event.headers().remove(EventHeaders.CE_CORRELATIONID)),
				new PublishesEveryVersionOnce());
	}

	@Test
	void noticeAHeaderWithOtherBytes() {
		spoil((evidence) -> evidence.readModels.forEach((event) -> {
			String traceparent = Evidence.text(event, EventHeaders.TRACEPARENT);
			if (traceparent.contains("\uFFFD")) {
				// as it comes from a decoder that does not report
				event.headers()
					.remove(EventHeaders.TRACEPARENT)
					.add(Envelope.header(EventHeaders.TRACEPARENT, traceparent));
			}
		}), new PublishesEveryVersionOnce());
	}

	@Test
	void noticeAHeaderThatComesTwice() {
		spoil((evidence) -> evidence.readModels.get(0)
			.headers()
			.add(Envelope.header(EventHeaders.CONTENT_TYPE, EventHeaders.JSON)), new PublishesEveryVersionOnce());
	}

	@Test
	void noticeARejectionThatIsMissing() {
		spoil((evidence) -> evidence.rejections.removeFirst(), new RejectsWithReason(), new LosesNothing());
	}

	@Test
	void noticeARejectionForAnotherReason() {
		spoil((evidence) -> evidence.rejections.replaceAll((event) -> PerfectEvidence.withValue(event,
				new String(event.value(), StandardCharsets.UTF_8).replace("NOT_FOUND", "NOT_LIKED")
					.getBytes(StandardCharsets.UTF_8))),
				new RejectsWithReason());
	}

	@Test
	void noticeACommandThatIsAppliedAndRejected() {
		spoil((evidence) -> {
			ConsumerRecord<byte[], byte[]> applied = evidence.readModels.getFirst();
			String id = Evidence.text(applied, EventHeaders.CE_CAUSATIONID);
			applied.headers().remove(EventHeaders.CE_ID).add(Envelope.header(EventHeaders.CE_ID, id + ":rejected"));
			evidence.rejections.add(applied);
		}, new LosesNothing(), new RejectsWithReason());
	}

	@Test
	void noticeACommandThatTheLogDoesNotKnow() {
		spoil((evidence) -> evidence.commandLog
			.remove(UUID.fromString(Evidence.text(evidence.readModels.getFirst(), EventHeaders.CE_CAUSATIONID))),
				new LosesNothing());
	}

	@Test
	void noticeACommandOfAnAbortedTransaction() {
		spoil((evidence) -> evidence.commandLog.put(UUID.randomUUID(),
				new Evidence.Logged("dev.tidemark.task.delete.v1", "any", "applied", null)), new LosesNothing());
	}

	@Test
	void noticeADeadLetterThatIsMissing() {
		spoil((evidence) -> evidence.deadLetters.removeLast(), new IsolatesPoison(), new LosesNothing());
	}

	@Test
	void noticeADeadLetterThatComesTwice() {
		spoil((evidence) -> evidence.deadLetters.add(evidence.deadLetters.getFirst()), new IsolatesPoison(),
				new LosesNothing());
	}

	@Test
	void noticeADeadLetterWithOtherBytes() {
		spoil((evidence) -> evidence.deadLetters
			.replaceAll((deadLetter) -> PerfectEvidence.withValue(deadLetter, new byte[] { 1 })), new IsolatesPoison());
	}

	@Test
	void noticeAReusedIdThatVanishes() {
		spoil((evidence) -> evidence.deadLetters
			.removeIf((deadLetter) -> Evidence.text(deadLetter, EventHeaders.DLT_REASON).equals("ID_REUSED")),
				new IsolatesPoison(), new LosesNothing());
	}

	@Test
	void noticeALetterWithAValueThatIsTooLarge() {
		spoil((evidence) -> evidence.deadLetters.replaceAll((deadLetter) -> isWithoutValue(deadLetter)
				? PerfectEvidence.withValue(deadLetter, new byte[Envelope.MAX_VALUE + 1]) : deadLetter),
				new IsolatesPoison());
	}

	@Test
	void noticeALetterWithTheHashOfAnotherValue() {
		spoil((evidence) -> evidence.deadLetters.stream()
			.filter(PromiseTests::isWithoutValue)
			.forEach((deadLetter) -> deadLetter.headers()
				.remove(EventHeaders.DLT_VALUE_SHA256)
				.add(Envelope.header(EventHeaders.DLT_VALUE_SHA256, IsolatesPoison.sha256(new byte[1])))),
				new IsolatesPoison());
	}

	private static boolean isWithoutValue(ConsumerRecord<byte[], byte[]> deadLetter) {
		return deadLetter.headers().lastHeader(EventHeaders.DLT_VALUE_BYTES) != null;
	}

	@Test
	void noticeAHeaderThatADeadLetterBroughtAlong() {
		spoil((evidence) -> evidence.deadLetters.getFirst()
			.headers()
			.add(Envelope.header("kafka_dlt-exception-message", "any")), new IsolatesPoison());
	}

	@Test
	void noticeAGoodCommandInTheDeadLetters() {
		spoil((evidence) -> evidence.deadLetters.add(evidence.commands.stream()
			.filter((command) -> Objects.requireNonNull(command.order()).intent() instanceof Intent.Ask)
			.findFirst()
			.orElseThrow()
			.record()), new IsolatesPoison(), new LosesNothing());
	}

	@Test
	void noticeASecretInALog() {
		spoil((evidence) -> evidence.logs.add("Failed for " + Texts.PLAIN_PASSWORD), new LeaksNoSecret());
	}

	@Test
	void noticeASecretInAnEvent() {
		spoil((evidence) -> evidence.readModels.add(PerfectEvidence.withValue(evidence.readModels.getFirst(),
				evidence.commands.getFirst().record().value())), new LeaksNoSecret());
	}

	@Test
	void noticeASecretInTheDetailOfADeadLetter() {
		spoil((evidence) -> evidence.deadLetters.getFirst()
			.headers()
			.add(Envelope.header(EventHeaders.DLT_DETAIL, "was " + Texts.PLAIN_PASSWORD)), new LeaksNoSecret());
	}

	private void spoil(Consumer<PerfectEvidence> spoiler, Promise... broken) {
		spoiler.accept(this.perfect);
		Evidence evidence = this.perfect.evidence();
		assertThat(List.of(broken)).allSatisfy(
				(promise) -> assertThat(promise.differences(evidence, EXPECTATION)).as(promise.name()).isNotEmpty());
	}

	/**
	 * Returns where an event is that is the only one of its version, and is followed by
	 * the next version of the same key.
	 */
	private static int anyTwoOfOneKey(PerfectEvidence evidence) {
		for (int i = 1; i < evidence.readModels.size() - 1; i++) {
			long version = version(evidence, i);
			if (version > 0 && isSameKey(evidence, i, i + 1) && version(evidence, i + 1) == version + 1
					&& !(isSameKey(evidence, i - 1, i) && version(evidence, i - 1) == version)) {
				return i;
			}
		}
		throw new IllegalStateException("No key has two versions");
	}

	private static boolean isSameKey(PerfectEvidence evidence, int one, int other) {
		return Evidence.key(evidence.readModels.get(one)).equals(Evidence.key(evidence.readModels.get(other)));
	}

	/** The version of an event, or 0 where there is none. */
	private static long version(PerfectEvidence evidence, int index) {
		String version = Evidence.text(evidence.readModels.get(index), EventHeaders.CE_VERSION);
		return version.isEmpty() ? 0 : Long.parseLong(version);
	}

}
