package dev.tidemark.benchmark.typical;

import java.time.Instant;
import java.util.UUID;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.NullUnmarked;

@Entity
@Table(name = "dones")
@NullUnmarked
class Done {

	@Id
	UUID taskId;

	Instant completedAt;

}
