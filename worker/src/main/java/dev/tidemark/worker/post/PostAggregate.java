package dev.tidemark.worker.post;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.Snapshot;
import dev.tidemark.contracts.post.PostCommand;
import dev.tidemark.contracts.post.PostCommand.CreatePost;
import dev.tidemark.contracts.post.PostCommand.UpdatePost;
import dev.tidemark.contracts.post.Posts;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.aggregate.Aggregate;
import dev.tidemark.worker.aggregate.Reference;

/**
 * What a post is: it has a user.
 */
@Component
final class PostAggregate extends Aggregate<Post, CreatePost, UpdatePost> {

	private static final List<Reference<Post, CreatePost, UpdatePost>> REFERENCES = List
		.of(new Reference<>(Users.TYPE, "username", CreatePost::username, PostAggregate::newUser, Post::getUsername));

	private final PostMapper mapper;

	PostAggregate(PostMapper mapper) {
		super(Posts.TYPE, Post.class);
		this.mapper = mapper;
	}

	@Override
	protected Object rowKey(String key) {
		return UUID.fromString(key);
	}

	@Override
	protected Object rowKey(Command command) {
		return ((PostCommand) command).postId();
	}

	@Override
	protected Object rowKey(Post row) {
		return row.getPostId();
	}

	@Override
	protected Post create(CreatePost create, Instant at) {
		return this.mapper.create(create);
	}

	@Override
	protected void change(Post post, UpdatePost change, Instant at) {
		this.mapper.apply(change, post);
	}

	@Override
	protected Snapshot snapshot(Post post) {
		return this.mapper.toSnapshot(post);
	}

	@Override
	protected List<Reference<Post, CreatePost, UpdatePost>> references() {
		return REFERENCES;
	}

	private static @Nullable String newUser(UpdatePost update) {
		return (update.username() instanceof Field.Given<String>(String name)) ? name : null;
	}

}
