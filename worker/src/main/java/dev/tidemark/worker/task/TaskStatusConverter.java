package dev.tidemark.worker.task;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

import dev.tidemark.contracts.task.TaskStatus;

/**
 * Keeps a status in its column by the name that it has on the wire.
 */
@Converter
class TaskStatusConverter implements AttributeConverter<TaskStatus, String> {

	@Override
	public String convertToDatabaseColumn(TaskStatus status) {
		return status.wireName();
	}

	@Override
	public TaskStatus convertToEntityAttribute(String wireName) {
		return TaskStatus.of(wireName);
	}

}
