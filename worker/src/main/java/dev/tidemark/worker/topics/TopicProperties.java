package dev.tidemark.worker.topics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Topics;

/**
 * The topics' names, and how those that are missing are created.
 *
 * @param taskCommands the topic of task commands
 * @param userCommands the topic of user commands
 * @param taskReadModel the topic of task snapshots
 * @param userReadModel the topic of user snapshots
 * @param commandRejections the topic of rejections
 * @param taskCommandsDlt the topic of dead task commands; by default, the commands'
 * topic's name and {@code -dlt}
 * @param userCommandsDlt the topic of dead user commands, likewise
 * @param create whether missing topics are created at start
 * @param partitions how many partitions created topics have; dead letters always have one
 * @param replicas how many replicas created topics have; by default, as the broker says
 */
@Validated
@ConfigurationProperties("tidemark.topics")
public record TopicProperties(@DefaultValue(Topics.TASK_COMMANDS) @NotBlank String taskCommands,
		@DefaultValue(Topics.USER_COMMANDS) @NotBlank String userCommands,
		@DefaultValue(Topics.TASK_READ_MODEL) @NotBlank String taskReadModel,
		@DefaultValue(Topics.USER_READ_MODEL) @NotBlank String userReadModel,
		@DefaultValue(Topics.COMMAND_REJECTIONS) @NotBlank String commandRejections, @Nullable String taskCommandsDlt,
		@Nullable String userCommandsDlt, @DefaultValue("false") boolean create,
		@DefaultValue("12") @Positive int partitions, @Nullable @Positive Short replicas) {

	/**
	 * Returns the topics that commands come from.
	 * @return one name a type of aggregate
	 */
	public List<String> commands() {
		return Arrays.stream(AggregateType.values()).map(this::commands).toList();
	}

	/**
	 * Returns the topic that a type's commands come from.
	 * @param aggregate the type
	 * @return the topic's name
	 */
	public String commands(AggregateType aggregate) {
		return switch (aggregate) {
			case TASK -> this.taskCommands;
			case USER -> this.userCommands;
		};
	}

	/**
	 * Returns the topic that a type's snapshots and tombstones are published to.
	 * @param aggregate the type
	 * @return the topic's name
	 */
	public String readModel(AggregateType aggregate) {
		return switch (aggregate) {
			case TASK -> this.taskReadModel;
			case USER -> this.userReadModel;
		};
	}

	/**
	 * Returns the topics that snapshots and tombstones are published to.
	 * @return one name a type of aggregate
	 */
	public List<String> readModels() {
		return Arrays.stream(AggregateType.values()).map(this::readModel).toList();
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
		return switch (type) {
			case TASK_SNAPSHOT, TASK_DELETED -> readModel(AggregateType.TASK);
			case USER_SNAPSHOT, USER_DELETED -> readModel(AggregateType.USER);
			case COMMAND_REJECTED -> this.commandRejections;
		};
	}

	/**
	 * Returns the topic for the dead letters of a topic.
	 * @param commands the name of a command topic
	 * @return the name of its dead-letter topic
	 * @throws IllegalArgumentException if commands come from another topic
	 */
	public String deadLetters(String commands) {
		for (AggregateType aggregate : AggregateType.values()) {
			if (commands.equals(commands(aggregate))) {
				String configured = configuredDeadLetters(aggregate);
				return (configured != null) ? configured : commands + Topics.DEAD_LETTER_SUFFIX;
			}
		}
		throw new IllegalArgumentException(commands + " is no command topic");
	}

	private @Nullable String configuredDeadLetters(AggregateType aggregate) {
		return switch (aggregate) {
			case TASK -> this.taskCommandsDlt;
			case USER -> this.userCommandsDlt;
		};
	}

}
