package dev.tidemark.worker.post;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.mapstruct.BeanMapping;
import org.mapstruct.Condition;
import org.mapstruct.Mapper;
import org.mapstruct.MappingTarget;

import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.post.PostCommand.CreatePost;
import dev.tidemark.contracts.post.PostCommand.UpdatePost;
import dev.tidemark.contracts.post.PostSnapshot;
import dev.tidemark.worker.state.MapperSettings;

/**
 * Copies fields: command to post, post to snapshot.
 */
@Mapper(config = MapperSettings.class)
interface PostMapper {

	Post create(CreatePost create, Instant createdAt);

	/** The key never moves. */
	@BeanMapping(ignoreUnmappedSourceProperties = "postId")
	void apply(UpdatePost update, @MappingTarget Post post);

	PostSnapshot toSnapshot(Post post);

	@Condition
	default boolean isGiven(Field<?> field) {
		return field.isGiven();
	}

	default @Nullable String value(Field<@Nullable String> field) {
		return field.value();
	}

}
