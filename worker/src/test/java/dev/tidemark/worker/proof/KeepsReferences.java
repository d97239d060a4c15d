package dev.tidemark.worker.proof;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.JsonNode;

import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.user.Users;

/**
 * Whom a task or a post refers to is there, and no user goes while one refers to him. It
 * takes no model to see that; and where a user's delete races with tasks and posts, and
 * he comes again later, a model does not see it: what waited for him ends as what was
 * there all the time.
 * <p>
 * When an event was published is told by its record's timestamp, which is a later one
 * where it was published again after a crash. That hides a difference at worst, and makes
 * none: in a workload nothing lets go of a user who may go, and who refers to one who
 * comes again does so in the phase after.
 */
final class KeepsReferences implements Promise {

	@Override
	public List<String> differences(Evidence evidence, Expectation expectation) {
		Differences differences = new Differences();
		evidence.rows().forEach((key, row) -> {
			Key user = row.user();
			if (user != null && !evidence.rows().containsKey(user)) {
				differences.add("row of %s: refers to %s, who is not there".formatted(key, user));
			}
		});
		Map<Key, Key> references = new HashMap<>();
		evidence.readModels()
			.stream()
			.sorted(Comparator.comparingLong(ConsumerRecord::timestamp))
			.forEach((event) -> follow(event, references, differences));
		return differences.lines();
	}

	/**
	 * Follows who refers to whom.
	 * @param references the user of each task and each post, as the events before have
	 * left them
	 */
	private static void follow(ConsumerRecord<byte[], byte[]> event, Map<Key, Key> references,
			Differences differences) {
		Key key = Key.of(event);
		JsonNode snapshot = Evidence.json(event);
		if (!key.type().equals(Users.TYPE)) {
			if (snapshot != null) {
				references.put(key, Key.user(snapshot.path("username").asString("")));
			}
			else {
				references.remove(key);
			}
		}
		else if (snapshot == null && !Evidence.text(event, EventHeaders.CE_VERSION).isEmpty()) {
			references.forEach((child, user) -> {
				if (user.equals(key)) {
					differences.add("event %s: %s was deleted, and %s referred to it".formatted(Evidence.where(event),
							key, child));
				}
			});
		}
	}

}
