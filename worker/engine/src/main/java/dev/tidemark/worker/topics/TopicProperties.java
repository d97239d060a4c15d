package dev.tidemark.worker.topics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Topics;

/**
 * The topics' names, and how those that are missing are created. Each type of aggregate
 * has three, whose settings have its name: {@code tidemark.topics.task-commands},
 * {@code -read-model} and {@code -commands-dlt}. What a setting may be is
 * {@link dev.tidemark.worker.settings.SettingsCheck}'s to say.
 */
@Component
public final class TopicProperties {

	/** What the names of all these settings begin with. */
	static final String PREFIX = "tidemark.topics.";

	private final Map<AggregateType, String> commands;

	private final Map<AggregateType, String> readModels;

	/** By the name of a command topic. */
	private final Map<String, String> deadLetters;

	private final String commandRejections;

	private final boolean create;

	private final int partitions;

	private final @Nullable Short replicas;

	/**
	 * Reads the settings.
	 * @param environment has them
	 */
	public TopicProperties(Environment environment) {
		Settings settings = new Settings(Binder.get(environment));
		this.commands = names((type) -> settings.get(type.wireName() + "-commands", String.class, type.commandTopic()));
		this.readModels = names(
				(type) -> settings.get(type.wireName() + "-read-model", String.class, type.readModelTopic()));
		this.deadLetters = new HashMap<>();
		this.commands.forEach((type, topic) -> this.deadLetters.put(topic,
				settings.get(type.wireName() + "-commands" + Topics.DEAD_LETTER_SUFFIX, String.class,
						topic + Topics.DEAD_LETTER_SUFFIX)));
		this.commandRejections = settings.get("command-rejections", String.class, Topics.COMMAND_REJECTIONS);
		this.create = settings.get("create", Boolean.class, false);
		this.partitions = settings.get("partitions", Integer.class, 12);
		this.replicas = settings.find("replicas", Short.class);
	}

	private static Map<AggregateType, String> names(Function<AggregateType, String> name) {
		Map<AggregateType, String> names = new LinkedHashMap<>();
		Catalogue.installed().aggregates().forEach((type) -> names.put(type, name.apply(type)));
		return names;
	}

	/**
	 * Returns the topics that commands come from.
	 * @return one name a type of aggregate
	 */
	public List<String> commands() {
		return List.copyOf(this.commands.values());
	}

	/**
	 * Returns the topic that a type's commands come from.
	 * @param aggregate the type
	 * @return the topic's name
	 */
	public String commands(AggregateType aggregate) {
		return get(this.commands, aggregate);
	}

	/**
	 * Returns the topics that snapshots and tombstones are published to.
	 * @return one name a type of aggregate
	 */
	public List<String> readModels() {
		return List.copyOf(this.readModels.values());
	}

	/**
	 * Returns the topic that a type's snapshots and tombstones are published to.
	 * @param aggregate the type
	 * @return the topic's name
	 */
	public String readModel(AggregateType aggregate) {
		return get(this.readModels, aggregate);
	}

	/**
	 * Returns the topic that rejections are published to.
	 * @return the topic's name
	 */
	public String commandRejections() {
		return this.commandRejections;
	}

	/**
	 * Returns the topics that are published to.
	 * @return the names of all but the command topics
	 */
	public List<String> published() {
		List<String> published = new ArrayList<>(readModels());
		published.add(this.commandRejections);
		commands().forEach((topic) -> published.add(deadLetters(topic)));
		return published;
	}

	/**
	 * Returns the topic that an event is published to.
	 * @param type the event's type
	 * @return the topic's name
	 */
	public String of(EventType type) {
		for (AggregateType aggregate : Catalogue.installed().aggregates()) {
			if (type.equals(aggregate.snapshot()) || type.equals(aggregate.tombstone())) {
				return readModel(aggregate);
			}
		}
		return this.commandRejections;
	}

	/**
	 * Returns the topic for the dead letters of a topic.
	 * @param commands the name of a command topic
	 * @return the name of its dead-letter topic
	 * @throws IllegalArgumentException if commands come from another topic
	 */
	public String deadLetters(String commands) {
		return get(this.deadLetters, commands);
	}

	/**
	 * Tells whether missing topics are created at start.
	 * @return whether they are
	 */
	public boolean create() {
		return this.create;
	}

	/**
	 * Returns how many partitions created topics have; dead letters always have one.
	 * @return 1 or more
	 */
	public int partitions() {
		return this.partitions;
	}

	/**
	 * Returns how many replicas created topics have.
	 * @return 1 or more, or null for as many as the broker says
	 */
	public @Nullable Short replicas() {
		return this.replicas;
	}

	private static <K> String get(Map<K, String> names, K key) {
		String name = names.get(key);
		if (name == null) {
			throw new IllegalArgumentException("no topic is known of " + key);
		}
		return name;
	}

	/** The settings of this prefix. */
	private record Settings(Binder binder) {

		<T> T get(String name, Class<T> type, T otherwise) {
			return this.binder.bind(PREFIX + name, type).orElse(otherwise);
		}

		<T> @Nullable T find(String name, Class<T> type) {
			return this.binder.bind(PREFIX + name, type).orElse(null);
		}

	}

}
