package dev.tidemark.benchmark.typical;

import java.time.Instant;
import java.util.UUID;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.NullUnmarked;
import org.springframework.data.domain.Persistable;

@Entity
@Table(name = "command_log")
@NullUnmarked
class ProcessedCommand implements Persistable<UUID> {

	@Id
	UUID commandId;

	String topic;

	int partition;

	long recordOffset;

	String type;

	String key;

	Instant commandedAt;

	String outcome;

	String reason;

	Long version;

	@Override
	public UUID getId() {
		return this.commandId;
	}

	/** It is looked for before. */
	@Override
	public boolean isNew() {
		return true;
	}

}
