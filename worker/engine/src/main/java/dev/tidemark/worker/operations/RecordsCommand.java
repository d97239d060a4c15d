package dev.tidemark.worker.operations;

import java.util.List;

import dev.tidemark.worker.deadletter.UnreadableRecords;
import dev.tidemark.worker.deadletter.UnreadableRecords.NotUnreadableException;
import dev.tidemark.worker.deadletter.UnreadableRecords.Stretch;
import dev.tidemark.worker.envelope.Coordinates;
import dev.tidemark.worker.settings.UsageException;
import dev.tidemark.worker.settings.WorkerEnvironment;

/**
 * Runs {@code records}.
 */
final class RecordsCommand {

	private RecordsCommand() {
	}

	static int run(Arguments arguments, Output output) {
		List<String> words = arguments.words();
		if (words.size() != 2 || !words.getFirst().equals("skip")) {
			throw new UsageException("there is skip TOPIC-PARTITION@OFFSET");
		}
		Coordinates place = Coordinates.parse(words.getLast());
		if (place == null) {
			throw new UsageException("'%s' is not TOPIC-PARTITION@OFFSET".formatted(words.getLast()));
		}
		try (KafkaAccess kafka = new KafkaAccess(WorkerEnvironment.read(arguments.properties()))) {
			return skip(kafka.unreadableRecords(), place, arguments.has("dry-run"), output);
		}
		catch (NotUnreadableException ex) {
			throw new OperationException("nothing is passed over: " + ex.getMessage());
		}
		catch (IllegalArgumentException ex) {
			throw new UsageException(String.valueOf(ex.getMessage()));
		}
	}

	private static int skip(UnreadableRecords records, Coordinates place, boolean dryRun, Output output) {
		Stretch stretch = records.find(place);
		String what = "%d offsets of %s, %d to %d: %s".formatted(stretch.offsets(), place.topicPartition(),
				place.offset(), stretch.next() - 1, stretch.failure());
		if (dryRun) {
			output.line("would pass over " + what);
			return Tools.DONE;
		}
		Coordinates letter = records.passOver(stretch);
		output.line("passed over " + what);
		output.line("the dead letter is %s; workers go on within ten seconds".formatted(letter));
		return Tools.DONE;
	}

}
