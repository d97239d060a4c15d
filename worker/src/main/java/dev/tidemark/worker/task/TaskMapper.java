package dev.tidemark.worker.task;

import java.time.Instant;

import org.mapstruct.BeanMapping;
import org.mapstruct.Mapper;
import org.mapstruct.MappingTarget;

import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskSnapshot;
import dev.tidemark.worker.state.MapperSettings;
import dev.tidemark.worker.state.PatchFields;

/**
 * Copies fields: command to task, task to snapshot.
 */
@Mapper(config = MapperSettings.class, uses = PatchFields.class)
interface TaskMapper {

	Task create(CreateTask create, Instant at);

	/**
	 * The key never moves; the status is changed by name, as the completion follows it.
	 */
	@BeanMapping(ignoreUnmappedSourceProperties = { "taskId", "status" })
	void apply(UpdateTask update, @MappingTarget Task task);

	TaskSnapshot toSnapshot(Task task);

}
