package dev.tidemark.benchmark.typical;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

@Component
class TaskListener {

	private final TaskRepository tasks;

	private final DoneRepository dones;

	private final ProcessedCommandRepository processed;

	private final KafkaTemplate<String, String> kafka;

	private final JsonMapper json;

	private final String readModel;

	private final String rejections;

	TaskListener(TaskRepository tasks, DoneRepository dones, ProcessedCommandRepository processed,
			KafkaTemplate<String, String> kafka, JsonMapper json,
			@Value("${TIDEMARK_TOPICS_TASK_READ_MODEL}") String readModel,
			@Value("${TIDEMARK_TOPICS_COMMAND_REJECTIONS}") String rejections) {
		this.tasks = tasks;
		this.dones = dones;
		this.processed = processed;
		this.kafka = kafka;
		this.json = json;
		this.readModel = readModel;
		this.rejections = rejections;
	}

	@KafkaListener(topics = "${TIDEMARK_TOPICS_TASK_COMMANDS}")
	@Transactional
	public void on(ConsumerRecord<String, String> record) throws ExecutionException, InterruptedException {
		UUID id = UUID.fromString(header(record, "ce_id"));
		if (this.processed.existsById(id)) {
			return;
		}
		ProcessedCommand command = new ProcessedCommand();
		command.commandId = id;
		command.topic = record.topic();
		command.partition = record.partition();
		command.recordOffset = record.offset();
		command.type = header(record, "ce_type");
		command.key = record.key();
		command.commandedAt = Instant.parse(header(record, "ce_time"));
		Map<String, @Nullable String> data = this.json.readerForMapOf(String.class).readValue(record.value());
		Task task = this.tasks.findById(UUID.fromString(record.key())).orElse(null);
		if (command.type.contains("create")) {
			create(command, data, task);
		}
		else if (task == null) {
			reject(command, "TASK_NOT_FOUND");
		}
		else {
			change(command, data, task);
		}
	}

	private void create(ProcessedCommand command, Map<String, @Nullable String> data, @Nullable Task existing)
			throws ExecutionException, InterruptedException {
		if (existing != null) {
			reject(command, "TASK_ALREADY_EXISTS");
			return;
		}
		Task task = new Task();
		task.taskId = UUID.fromString(command.key);
		task.title = Objects.requireNonNull(data.get("title"));
		task.description = data.get("description");
		task.status = data.getOrDefault("status", "pending");
		task.username = Objects.requireNonNull(data.get("username"));
		task.createdAt = command.commandedAt;
		apply(command, task);
	}

	private void change(ProcessedCommand command, Map<String, @Nullable String> data, Task task)
			throws ExecutionException, InterruptedException {
		if (command.type.contains("delete")) {
			this.dones.findById(task.taskId).ifPresent(this.dones::delete);
			this.dones.flush();
			this.tasks.delete(task);
			command.outcome = "applied";
			command.version = task.version + 1;
			this.processed.save(command);
			send(command, "dev.tidemark.task.deleted.v1", this.readModel, ":applied", null);
			return;
		}
		if (command.type.contains("update")) {
			task.title = data.getOrDefault("title", task.title);
			task.username = data.getOrDefault("username", task.username);
			task.description = data.containsKey("description") ? data.get("description") : task.description;
			task.status = data.getOrDefault("status", task.status);
		}
		else if (command.type.contains("complete")) {
			task.status = "done";
		}
		apply(command, task);
	}

	private void apply(ProcessedCommand command, Task task) throws ExecutionException, InterruptedException {
		task.updatedAt = command.commandedAt;
		task.version++;
		this.tasks.save(task);
		Done done = this.dones.findById(task.taskId).orElse(null);
		if (done == null && task.status.equals("done")) {
			done = new Done();
			done.taskId = task.taskId;
			done.completedAt = command.commandedAt;
			this.dones.save(done);
		}
		else if (done != null && !task.status.equals("done")) {
			this.dones.delete(done);
			done = null;
		}
		command.outcome = "applied";
		command.version = task.version;
		this.processed.save(command);
		Map<String, @Nullable Object> snapshot = new LinkedHashMap<>();
		snapshot.put("taskId", task.taskId);
		snapshot.put("title", task.title);
		snapshot.put("description", task.description);
		snapshot.put("status", task.status);
		snapshot.put("username", task.username);
		snapshot.put("createdAt", task.createdAt);
		snapshot.put("updatedAt", task.updatedAt);
		snapshot.put("completedAt", (done != null) ? done.completedAt : null);
		snapshot.put("version", task.version);
		send(command, "dev.tidemark.task.snapshot.v1", this.readModel, ":applied",
				this.json.writeValueAsString(snapshot));
	}

	private void reject(ProcessedCommand command, String reason) throws ExecutionException, InterruptedException {
		command.outcome = "rejected";
		command.reason = reason;
		this.processed.save(command);
		send(command, "dev.tidemark.command.rejected.v1", this.rejections, ":rejected",
				this.json.writeValueAsString(Map.of("commandId", command.commandId, "commandType", command.type, "key",
						command.key, "reason", reason, "detail", reason)));
	}

	private void send(ProcessedCommand command, String type, String topic, String suffix, @Nullable String value)
			throws ExecutionException, InterruptedException {
		ProducerRecord<String, @Nullable String> event = new ProducerRecord<>(topic, command.key, value);
		add(event, "ce_specversion", "1.0");
		add(event, "ce_id", command.commandId + suffix);
		add(event, "ce_source", "tidemark");
		add(event, "ce_type", type);
		add(event, "ce_time", command.commandedAt.toString());
		add(event, "ce_subject", command.key);
		add(event, "ce_causationid", command.commandId.toString());
		if (command.version != null) {
			add(event, "ce_version", command.version.toString());
		}
		this.kafka.send(event).get();
	}

	private static void add(ProducerRecord<?, ?> event, String name, String value) {
		event.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
	}

	private static String header(ConsumerRecord<?, ?> record, String name) {
		return new String(Objects.requireNonNull(record.headers().lastHeader(name)).value(), StandardCharsets.UTF_8);
	}

}
