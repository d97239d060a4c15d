package dev.tidemark.worker.migration;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the entities and the changelog say differently on purpose, each with its reason.
 * In these the changelog is right.
 */
final class AllowedDifferences {

	/** Reasons by the names of the objects. */
	static final Map<String, String> REASONS = Map.of("index command_log_logged_at_idx",
			"A BRIN index, for which the entities have no word");

	private AllowedDifferences() {
	}

	/**
	 * Returns the schema that the changelog should make.
	 * @param entities the schema that Hibernate makes of the entities
	 * @param changelog the schema that the changelog makes
	 */
	static Catalog wanted(Catalog entities, Catalog changelog) {
		SortedMap<String, SchemaObject> wanted = new TreeMap<>(entities.without(REASONS.keySet()).objects());
		changelog.objects().forEach((name, object) -> {
			if (REASONS.containsKey(name)) {
				wanted.put(name, object);
			}
		});
		return new Catalog(wanted);
	}

}
