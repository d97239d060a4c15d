package dev.tidemark.worker.proof;

import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.post.Posts;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.Users;

/**
 * Which aggregate. A task and a post may well have the same id, and have nothing to do
 * with each other then either.
 *
 * @param type what it is
 * @param text the key as records have it
 */
record Key(AggregateType type, String text) {

	static Key of(Command command) {
		return new Key(command.type().aggregate(), command.key());
	}

	static Key task(UUID taskId) {
		return new Key(Tasks.TYPE, taskId.toString());
	}

	static Key post(UUID postId) {
		return new Key(Posts.TYPE, postId.toString());
	}

	static Key user(String username) {
		return new Key(Users.TYPE, username);
	}

	/**
	 * Returns whose event it is, by the topic that it is in: there consumers look for it.
	 * @param event a record of a read-model topic
	 */
	static Key of(ConsumerRecord<byte[], byte[]> event) {
		AggregateType type = Catalogue.installed()
			.aggregates()
			.stream()
			.filter((candidate) -> event.topic().endsWith(candidate.readModelTopic()))
			.findAny()
			.orElseThrow(() -> new IllegalArgumentException(event.topic() + " is no topic of a read model"));
		return new Key(type, Evidence.key(event));
	}

	@Override
	public String toString() {
		return this.type + " " + this.text;
	}

}
