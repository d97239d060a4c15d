package dev.tidemark.worker.proof;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.Verb;

/**
 * Of every command comes exactly one thing, and the command log knows which.
 */
final class LosesNothing implements Promise {

	@Override
	public List<String> differences(Evidence evidence, Expectation expectation) {
		Differences differences = new Differences();
		Map<String, Long> events = Stream.concat(evidence.readModels().stream(), evidence.rejections().stream())
			.collect(Collectors.groupingBy((event) -> Evidence.text(event, EventHeaders.CE_ID), Collectors.counting()));
		Map<Integer, Long> deadLetters = evidence.deadLetters()
			.stream()
			.map((record) -> Objects.requireNonNullElse(Order.number(record.headers()), -1))
			.collect(Collectors.groupingBy((number) -> number, Collectors.counting()));
		Map<UUID, Evidence.Logged> log = new HashMap<>(evidence.commandLog());
		evidence.asks().forEach((id, order) -> {
			Evidence.Logged logged = log.remove(id);
			if (!(order.intent() instanceof Intent.Ask ask) || isResume(ask.command().type())) {
				return;
			}
			String what = "%s (number %d, %s of %s)".formatted(id, order.number(), ask.command().type(),
					ask.command().key());
			long applied = events.getOrDefault(id + ":applied", 0L);
			long rejected = events.getOrDefault(id + ":rejected", 0L);
			long dead = deadLetters.getOrDefault(order.number(), 0L);
			differences.compare(what + ", outcomes", 1L, applied + rejected + dead);
			if (logged == null) {
				differences.compare(what + ", dead letters of what is not in the log", 1L, dead);
			}
			else {
				differences.compare(what + ", logged",
						new Evidence.Logged(ask.command().type().wireName(), ask.command().key(),
								(applied > 0) ? "applied" : "rejected", (applied > 0) ? null : reason(expectation, id)),
						logged);
			}
		});
		log.values().removeIf((logged) -> isResume(Catalogue.installed().command(logged.type())));
		log.forEach(
				(id, logged) -> differences.add("%s is in the log, and nobody has sent it: %s".formatted(id, logged)));
		evidence.commands().forEach((received) -> {
			Order order = received.order();
			DeadLetterReason reason = (order != null) ? expectation.deadLetters().get(order.number()) : null;
			if (order != null && reason != null) {
				differences.compare("number %d, %s, dead letters".formatted(order.number(), reason), 1L,
						deadLetters.getOrDefault(order.number(), 0L));
			}
		});
		return differences.lines();
	}

	/** The workers send them as they like, and nothing is published of them. */
	private static boolean isResume(@Nullable CommandType type) {
		return type != null && type.verb() == Verb.RESUME;
	}

	private static String reason(Expectation expectation, UUID id) {
		Expectation.Rejection rejection = expectation.rejections().get(id);
		return (rejection != null) ? rejection.reason().name() : "none";
	}

}
