package dev.tidemark.worker.operations;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;

/**
 * One of the jar's tools, and how it is called.
 *
 * @param word what it is called by
 * @param operation what it does
 * @param flags the switches that it knows
 * @param options the options that it knows, each with a value
 * @param help how it is used
 */
record Tool(String word, Operation operation, Set<String> flags, Set<String> options, String help) {

	private static final String AGGREGATES = Catalogue.installed()
		.aggregates()
		.stream()
		.map(AggregateType::plural)
		.collect(Collectors.joining(" | "));

	private static final List<Tool> ALL = List.of(new Tool("command", CommandStatus::run, Set.of("json"), Set.of(), """
			command ID [--json]
			  What came of a command: outcome, reason, version, when; what it waits for. Exit code 1 if it is not known.
			"""),
			new Tool("dead-letters", DeadLettersCommand::run, Set.of("json", "all", "dry-run"),
					Set.of("topic", "reason"),
					"""
							dead-letters list [--topic TOPIC] [--reason REASON] [--json]
							  The dead letters, of one partition in order: place, when it died, why, key, what is wrong.
							dead-letters show TOPIC-PARTITION@OFFSET [--json]
							  A dead letter, with headers and value. A password or its hash is never shown.
							dead-letters replay TOPIC-PARTITION@OFFSET | --all [--topic TOPIC] [--reason REASON] [--dry-run]
							  Send it, or all of them, back to the topic and partition that they came from. Twice is harmless.
							  With --all, those that were replayed and died again are sent once.
							  TOPIC is a topic of dead letters, or the commands' topic before it; a place is the dead letter's own.
							"""),
			new Tool("realign", Realign::run, Set.of("dry-run"), Set.of("wait"),
					"""
							realign [--dry-run] [--wait SECONDS]
							  Bring database, consumer group and topics together again: after a restore or a fail-over that lost
							  something, when records are gone, a topic was made again, the cluster is another one, or another group
							  takes over. It says where each partition stands, has workers go on where they wait for a word, waits
							  until they have read everything, publishes again what differs, and verifies. It ends when nothing has
							  been read for SECONDS (60 unless given). With --dry-run it only says; exit code 3 if there is something to do.
							"""),
			new Tool("records", RecordsCommand::run, Set.of("dry-run"), Set.of(),
					"""
							records skip TOPIC-PARTITION@OFFSET [--dry-run]
							  Pass over what a worker can't read there, as a damaged batch. It leaves a dead letter, and workers go on
							  within ten seconds. What can be read is never passed over.
							"""),
			new Tool("republish", Republish::run, Set.of(), Set.of("key", "rate"), """
					republish %s [--key KEY]... [--rate N]
					  Publish snapshots again, by a command for each row, N a second (1000 unless given). With --key, of
					  these keys only, which need not have a row: then a tombstone comes of it.
					""".formatted(AGGREGATES)),
			new Tool("verify", Verify::run, Set.of("json"), Set.of("wait"),
					"""
							verify %s [--wait SECONDS] [--json]
							  Compare the compacted topic with the table. Exit code 3, and the keys, if any differ:
							    missing    the table has the row, the topic no snapshot of it
							    stale      the snapshot is of an earlier version than the row
							    ghost      the topic has a snapshot, the table no row
							    differing  anything else is not as in the row
							  A worker may run meanwhile: what differs has SECONDS (15 unless given) to be put right before it counts.
							"""
						.formatted(AGGREGATES)));

	static Tool of(String word) {
		return ALL.stream()
			.filter((tool) -> tool.word.equals(word))
			.findAny()
			.orElseThrow(() -> new IllegalArgumentException(word));
	}

	static List<String> words() {
		return ALL.stream().map(Tool::word).toList();
	}

	static String overview() {
		return """
				usage: java -jar tidemark-worker.jar [COMMAND] [--NAME=SETTING]...

				(no command)
				  Consume.
				migrate upgrade | downgrade | current | history | status | stamp | validate | reset
				  Make or change the schema; 'migrate --help' explains.
				%s
				help
				  This.

				Exit codes: 0 done, 1 failed, 2 wrong usage, 3 checked and not so.
				""".formatted(ALL.stream().map(Tool::help).collect(Collectors.joining()).stripTrailing());
	}

	int run(Arguments arguments, Output output) throws SQLException {
		return this.operation.run(arguments, output);
	}

	/** Whether there is a switch of this name. */
	boolean hasFlag(String name) {
		return this.flags.contains(name);
	}

	/** Whether there is an option of this name, with a value. */
	boolean hasOption(String name) {
		return this.options.contains(name);
	}

	@Override
	public String toString() {
		return this.word;
	}

	/**
	 * What a tool does.
	 */
	@FunctionalInterface
	interface Operation {

		/**
		 * Does it.
		 * @param arguments what is asked for
		 * @param output takes what there is to say
		 * @return the exit code
		 */
		int run(Arguments arguments, Output output) throws SQLException;

	}

}
