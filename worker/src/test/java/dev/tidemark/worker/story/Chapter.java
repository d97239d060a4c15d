package dev.tidemark.worker.story;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.post.PostCommand.CreatePost;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskCommand.DeleteTask;
import dev.tidemark.contracts.task.TaskCommand.UpdateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.ChangePassword;
import dev.tidemark.contracts.user.UserCommand.DeleteUser;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;

/**
 * One command of the story, as it is sent.
 *
 * @param heading what it is about
 * @param id the command id
 * @param type the command's type
 * @param key the record's key
 * @param data the members of its data
 * @param expectedVersion the version that it is meant for, if it matters
 */
record Chapter(String heading, UUID id, CommandType type, String key, Map<String, @Nullable Object> data,
		@Nullable Long expectedVersion) {

	/** Of "tide", by BCrypt at its lowest cost; a real sender's cost is higher. */
	static final PasswordHash HASH = new PasswordHash(
			"{bcrypt}$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private Chapter(String heading, Command command) {
		this(heading, UUID.randomUUID(), command.type(), command.key(), command.data(), null);
	}

	private Chapter expecting(long version) {
		return new Chapter(this.heading, this.id, this.type, this.key, this.data, version);
	}

	private Chapter again(String heading) {
		return new Chapter(heading, this.id, this.type, this.key, this.data, this.expectedVersion);
	}

	private Chapter with(String member, String value) {
		Map<String, @Nullable Object> changed = new LinkedHashMap<>(this.data);
		changed.put(member, value);
		return new Chapter(this.heading, this.id, this.type, this.key, changed, this.expectedVersion);
	}

	/**
	 * Returns the story.
	 * @return its chapters, with ids that no other telling has
	 */
	static List<Chapter> all() {
		UUID tables = UUID.randomUUID();
		UUID gauge = UUID.randomUUID();
		UUID harbour = UUID.randomUUID();
		UUID post = UUID.randomUUID();
		Chapter completion = new Chapter("The tables are ordered", new CompleteTask(tables));
		return List.of(new Chapter("Amara signs up", new RegisterUser("amara", HASH)),
				new Chapter("佐藤 signs up", new RegisterUser("佐藤", HASH)),
				new Chapter("Amara has something to do",
						new CreateTask(tables, "Order the tide tables for 2027", "amara",
								"Two copies, one for the pier.", TaskStatus.PENDING)),
				new Chapter("So has 佐藤", new CreateTask(gauge, "潮位計を校正する 🌊", "佐藤", null, TaskStatus.IN_PROGRESS)),
				new Chapter("A task comes before its user",
						new CreateTask(harbour, "مراجعة جدول المد والجزر", "ليلى", null, TaskStatus.PENDING)),
				new Chapter("Amara hands a task over, and says more about it",
						new UpdateTask(tables, Field.absent(), Field.given("Three copies."),
								Field.given(TaskStatus.IN_PROGRESS), Field.given("佐藤"))),
				new Chapter("The user comes, and the task that waited goes on", new RegisterUser("ليلى", HASH)),
				completion, completion.again("The same command in another record"),
				new Chapter("Somebody who saw version 1 comes too late",
						new UpdateTask(tables, Field.given("Order no tide tables"), Field.absent(), Field.absent(),
								Field.absent()))
					.expecting(1),
				new Chapter("Amara posts about the tide",
						new CreatePost(post, "Spring tide on Friday", "amara", "Keep off the lower pier.")),
				new Chapter("Amara wants to leave, and her post still refers to her", new DeleteUser("amara")),
				new Chapter("Somebody sends a password instead of its hash", new ChangePassword("amara", HASH))
					.with("passwordHash", "correct horse battery staple"),
				new Chapter("佐藤 gives up", new DeleteTask(gauge)));
	}

}
