package dev.tidemark.worker.operations;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SequenceWriter;

import dev.tidemark.worker.deadletter.DeadLetterRecord;
import dev.tidemark.worker.deadletter.DeadLetters;
import dev.tidemark.worker.deadletter.NotReplayableException;
import dev.tidemark.worker.deadletter.Selection;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.settings.UsageException;
import dev.tidemark.worker.settings.WorkerEnvironment;
import dev.tidemark.worker.settings.WorkerEnvironment.Use;

/**
 * Runs {@code dead-letters}.
 */
final class DeadLettersCommand {

	/** Longer keys are cut in a list, where they are for people. */
	private static final int KEY_WIDTH = 80;

	private final DeadLetters letters;

	private final Output output;

	private DeadLettersCommand(DeadLetters letters, Output output) {
		this.letters = letters;
		this.output = output;
	}

	static int run(Arguments arguments, Output output) {
		List<String> words = arguments.words();
		String verb = words.isEmpty() ? "" : words.getFirst();
		Coordinates place = (words.size() > 1) ? place(words.get(1)) : null;
		if (words.size() > 2) {
			throw new UsageException("%s does not know what to do with '%s'".formatted(verb, words.getLast()));
		}
		switch (verb) {
			case "list" -> {
				arguments.refuse(verb, "all", "dry-run");
				if (place != null) {
					throw new UsageException("list lists all there are; to see one, show");
				}
			}
			case "show" -> arguments.refuse(verb, "all", "dry-run", "topic", "reason");
			case "replay" -> {
				arguments.refuse(verb, "json");
				if (arguments.has("all") == (place != null)) {
					throw new UsageException("replay wants TOPIC-PARTITION@OFFSET, or --all, and not both");
				}
				if (place != null) {
					arguments.refuse("replay of one", "topic", "reason");
				}
			}
			default -> throw new UsageException("there are list, show and replay");
		}
		if (verb.equals("show") && place == null) {
			throw new UsageException("show wants to know which: TOPIC-PARTITION@OFFSET");
		}
		try (KafkaAccess kafka = new KafkaAccess(WorkerEnvironment.read(arguments.properties(), Use.KAFKA))) {
			return new DeadLettersCommand(kafka.deadLetters(), output).run(verb, place, arguments);
		}
	}

	private int run(String verb, @Nullable Coordinates place, Arguments arguments) {
		Selection selection = new Selection(arguments.value("topic"), arguments.value("reason"));
		try {
			if (verb.equals("list")) {
				return arguments.has("json") ? listJson(selection) : list(selection);
			}
			if (place == null) {
				return replayAll(selection, arguments.has("dry-run"));
			}
			return verb.equals("show") ? show(place, arguments.has("json")) : replay(place, arguments.has("dry-run"));
		}
		catch (IllegalArgumentException ex) {
			throw new UsageException(String.valueOf(ex.getMessage()));
		}
	}

	private static Coordinates place(String text) {
		Coordinates place = Coordinates.parse(text);
		if (place == null) {
			throw new UsageException("'%s' is not TOPIC-PARTITION@OFFSET".formatted(text));
		}
		return place;
	}

	private int list(Selection selection) {
		int[] count = new int[1];
		this.letters.forEach(selection, (letter) -> {
			count[0]++;
			String key = String.valueOf(letter.key());
			this.output.entry("%s  %s  %s  %s  %s".formatted(letter.place(), letter.time(), letter.reason(),
					(key.length() > KEY_WIDTH) ? key.substring(0, KEY_WIDTH) + "…" : key, letter.detail()));
		});
		if (count[0] == 0) {
			this.output.error("No dead letters");
		}
		return Tools.DONE;
	}

	private int listJson(Selection selection) {
		try (SequenceWriter list = this.output.jsonList()) {
			this.letters.forEach(selection, (letter) -> {
				list.write(summary(letter));
				this.output.check();
			});
		}
		this.output.endList();
		return Tools.DONE;
	}

	private int show(Coordinates place, boolean json) {
		DeadLetterRecord letter = this.letters.find(place);
		if (letter == null) {
			return notThere(place);
		}
		Map<String, @Nullable Object> all = summary(letter);
		if (json) {
			all.put("headers", letter.headers());
			all.put("value", letter.value());
			this.output.json(all);
			return Tools.DONE;
		}
		all.forEach(
				(name, value) -> this.output.line("%-12s  %s".formatted(name, Objects.requireNonNullElse(value, "-"))));
		letter.headers()
			.forEach((header) -> this.output.line("%-12s  %s: %s".formatted("header", header.name(),
					Objects.requireNonNullElse(header.value(), "-"))));
		this.output.line("%-12s  %s".formatted("value", Objects.requireNonNullElse(letter.value(), "-")));
		return Tools.DONE;
	}

	private static Map<String, @Nullable Object> summary(DeadLetterRecord letter) {
		Map<String, @Nullable Object> summary = new LinkedHashMap<>();
		summary.put("place", letter.place().toString());
		summary.put("time", letter.time().toString());
		summary.put("reason", letter.reason());
		summary.put("detail", letter.detail());
		summary.put("original", text(letter.original()));
		summary.put("originalTime", text(letter.originalTime()));
		summary.put("replayedFrom", text(letter.replayedFrom()));
		summary.put("key", letter.key());
		return summary;
	}

	private static @Nullable String text(@Nullable Object value) {
		return (value != null) ? value.toString() : null;
	}

	private int notThere(Coordinates place) {
		this.output.error("dead-letters: there is no dead letter at %s, or none any more".formatted(place));
		return Tools.FAILED;
	}

	private int replay(Coordinates place, boolean dryRun) {
		if (dryRun) {
			DeadLetterRecord letter = this.letters.find(place);
			return (letter != null) ? wouldReplay(letter) : notThere(place);
		}
		Coordinates went = this.letters.replay(place);
		if (went == null) {
			return notThere(place);
		}
		this.output.line("%s replayed to %s".formatted(place, went));
		return Tools.DONE;
	}

	private int replayAll(Selection selection, boolean dryRun) {
		Counts counts = new Counts();
		if (dryRun) {
			this.letters.forEachToReplay(selection, (letter) -> counts.add(wouldReplay(letter) == Tools.DONE));
			this.output
				.error("%d would be replayed, %d could not; nothing has been sent".formatted(counts.good, counts.bad));
		}
		else {
			this.letters.replayAll(selection, new DeadLetters.ReplayListener() {
				@Override
				public void replayed(Coordinates letter, Coordinates went) {
					counts.add(true);
					DeadLettersCommand.this.output.line("%s replayed to %s".formatted(letter, went));
				}

				@Override
				public void notReplayable(NotReplayableException why) {
					counts.add(false);
					DeadLettersCommand.this.output.error("dead-letters: " + why.getMessage());
				}
			});
			this.output.error("%d replayed, %d could not be".formatted(counts.good, counts.bad));
		}
		return (counts.bad == 0) ? Tools.DONE : Tools.FAILED;
	}

	private int wouldReplay(DeadLetterRecord letter) {
		try {
			this.output.line("%s would be replayed to %s".formatted(letter.place(), this.letters.target(letter)));
			return Tools.DONE;
		}
		catch (NotReplayableException ex) {
			this.output.error("dead-letters: " + ex.getMessage());
			return Tools.FAILED;
		}
	}

	private static final class Counts {

		private int good;

		private int bad;

		void add(boolean success) {
			if (success) {
				this.good++;
			}
			else {
				this.bad++;
			}
		}

	}

}
