package dev.tidemark.worker.proof;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.RejectionReason;
import dev.tidemark.contracts.post.Posts;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.Users;
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
		return expectation(WORKLOAD.orders(), Map.of());
	}

	private static Expectation expectation(List<Order> orders, Map<UUID, Optional<RejectionReason>> verdicts) {
		Model model = new Model(verdicts);
		for (Order order : orders) {
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

	/**
	 * Returns what a faultless worker leaves behind if all races between a user's delete
	 * and posts end in one way.
	 */
	private static PerfectEvidence afterRaces(Optional<RejectionReason> verdict) {
		Map<UUID, Optional<RejectionReason>> verdicts = WORKLOAD.contestedDeletes()
			.keySet()
			.stream()
			.collect(Collectors.toMap(Function.identity(), (_) -> verdict));
		// Whoever goes has to be judged before those who then wait for him.
		List<Order> users = WORKLOAD.orders()
			.stream()
			.sorted(Comparator.comparingInt(Order::phase)
				.thenComparing((order) -> !order.record().topic().equals(TOPICS.commands(Users.TYPE))))
			.toList();
		return PerfectEvidence.of(WORKLOAD.orders(), TOPICS, expectation(users, verdicts));
	}

	private static Map<String, List<String>> judge(PerfectEvidence evidence) {
		return Proof.judge(WORKLOAD, evidence.evidence(), new HashMap<>(), new HashMap<>()).differences();
	}

	@Test
	void areKeptByAFaultlessWorker() {
		assertThat(Promise.all())
			.allSatisfy((promise) -> assertThat(promise.differences(this.perfect.evidence(), EXPECTATION)).isEmpty());
	}

	@Test
	void noticeACommandThatIsAppliedTwice() {
		spoil((evidence) -> {
			Expectation.Task task = any(evidence, Expectation.Task.class);
			evidence.rows.put(task.key(),
					new Expectation.Task(task.taskId(), task.title(), task.description(), task.status(),
							task.username(), task.createdAt(), task.updatedAt(), task.completedAt(),
							task.version() + 1));
		}, new AppliesOnce(), new ConvergesToTable());
	}

	@Test
	void noticeAPostThatIsChangedByACommandOfATask() {
		spoil((evidence) -> {
			Expectation.Post post = any(evidence, Expectation.Post.class);
			evidence.rows.put(post.key(), new Expectation.Post(post.postId(), "Any title", post.text(), post.username(),
					post.createdAt(), post.updatedAt(), post.version()));
		}, new AppliesOnce(), new ConvergesToTable());
	}

	@Test
	void noticeARowTooMany() {
		spoil((evidence) -> evidence.rows.put(Key.user("somebody"),
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
	void noticeAnEventInTheTopicOfAnotherType() {
		spoil((evidence) -> evidence.readModels.replaceAll((event) -> Key.of(event).type().equals(Posts.TYPE)
				? PerfectEvidence.withTopic(event, TOPICS.readModel(Tasks.TYPE)) : event),
				new PublishesEveryVersionOnce(), new ConvergesToTable());
	}

	@Test
	void noticeAPostWhoseUserIsGone() {
		spoil((evidence) -> {
			Expectation.Post post = any(evidence, Expectation.Post.class);
			forget(evidence, post.user());
		}, new KeepsReferences(), new AppliesOnce());
	}

	@Test
	void noticeAPostOfAUserWhoNeverWas() {
		spoil((evidence) -> {
			Expectation.Post post = any(evidence, Expectation.Post.class);
			evidence.rows.put(post.key(), new Expectation.Post(post.postId(), post.title(), post.text(), "nobody",
					post.createdAt(), post.updatedAt(), post.version()));
		}, new KeepsReferences());
	}

	/** In rows, events and log alike, as if the delete had not looked for posts. */
	@Test
	void noticeThatAUserIsDeletedWhoHasPosts() {
		spoil((evidence) -> {
			ConsumerRecord<byte[], byte[]> rejection = evidence.rejections.stream()
				.filter((event) -> member(event, "reason").equals("USER_HAS_POSTS"))
				.findFirst()
				.orElseThrow();
			evidence.rejections.remove(rejection);
			evidence.commandLog.put(UUID.fromString(Evidence.text(rejection, EventHeaders.CE_CAUSATIONID)),
					new Evidence.Logged(Users.DELETE.wireName(), Evidence.key(rejection), "applied", null));
			forget(evidence, Key.user(Evidence.key(rejection)));
		}, new KeepsReferences(), new RejectsWithReason(), new AppliesOnce(), new PublishesEveryVersionOnce());
	}

	@Test
	void areKeptHoweverARaceWithPostsEnds() {
		assertThat(judge(afterRaces(Optional.empty()))).isEmpty();
		assertThat(judge(afterRaces(Optional.of(Users.TYPE.has(Posts.TYPE))))).isEmpty();
	}

	/**
	 * The user comes again later, so rows and events are what they are where the posts
	 * have waited for that. Only when they were published tells that they did not.
	 */
	@Test
	void noticeThatAUserIsDeletedWhoHasPostsAndComesAgain() {
		PerfectEvidence evidence = afterRaces(Optional.empty());
		UUID delete = WORKLOAD.contestedDeletes().keySet().iterator().next();
		ConsumerRecord<byte[], byte[]> tombstone = evidence.readModels.stream()
			.filter((event) -> Evidence.text(event, EventHeaders.CE_CAUSATIONID).equals(delete.toString()))
			.findFirst()
			.orElseThrow();
		evidence.readModels.replaceAll((event) -> isPostOf(event, Evidence.key(tombstone))
				? PerfectEvidence.withTimestamp(event, tombstone.timestamp() - 1) : event);

		assertThat(judge(evidence)).containsOnlyKeys(new KeepsReferences().name());
	}

	private static boolean isPostOf(ConsumerRecord<byte[], byte[]> event, String username) {
		return Key.of(event).type().equals(Posts.TYPE) && member(event, "username").equals(username);
	}

	private static String member(ConsumerRecord<byte[], byte[]> event, String name) {
		JsonNode data = Evidence.json(event);
		return (data != null) ? data.path(name).asString("") : "";
	}

	@Test
	void doNotBelieveInAReasonThatCannotBe() {
		PerfectEvidence evidence = afterRaces(Optional.of(Users.TYPE.alreadyExists()));

		assertThat(judge(evidence)).containsKey(new RejectsWithReason().name());
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

	private static <T extends Expectation.Row> T any(PerfectEvidence evidence, Class<T> type) {
		return evidence.rows.values().stream().filter(type::isInstance).map(type::cast).findFirst().orElseThrow();
	}

	/** Takes a user out of the table and of the read model. */
	private static void forget(PerfectEvidence evidence, Key user) {
		evidence.rows.remove(user);
		evidence.readModels.stream()
			.filter((event) -> Key.of(event).equals(user))
			.reduce((_, last) -> last)
			.ifPresent((last) -> evidence.readModels.add(PerfectEvidence.withValue(last, null)));
	}

	private static boolean isSameKey(PerfectEvidence evidence, int one, int other) {
		return Key.of(evidence.readModels.get(one)).equals(Key.of(evidence.readModels.get(other)));
	}

	/** The version of an event, or 0 where there is none. */
	private static long version(PerfectEvidence evidence, int index) {
		String version = Evidence.text(evidence.readModels.get(index), EventHeaders.CE_VERSION);
		return version.isEmpty() ? 0 : Long.parseLong(version);
	}

}
