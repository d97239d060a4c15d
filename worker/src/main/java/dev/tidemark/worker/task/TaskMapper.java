package dev.tidemark.worker.task;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.mapstruct.BeanMapping;
import org.mapstruct.Condition;
import org.mapstruct.Mapper;
import org.mapstruct.MappingTarget;

import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskSnapshot;
import dev.tidemark.worker.state.MapperSettings;

/**
 * Copies fields: command to task, task to snapshot.
 */
@Mapper(config = MapperSettings.class)
interface TaskMapper {

	Task create(CreateTask create, Instant createdAt);

	/**
	 * The key never moves; the status is changed by name, as the completion follows it.
	 */
	@BeanMapping(ignoreUnmappedSourceProperties = { "taskId", "status" })
	void apply(UpdateTask update, @MappingTarget Task task);

	TaskSnapshot toSnapshot(Task task);

	@Condition
	default boolean isGiven(Field<?> field) {
		return field.isGiven();
	}

	default @Nullable String value(Field<@Nullable String> field) {
		return field.value();
	}

}
