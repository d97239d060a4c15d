package dev.tidemark.worker.post;

import org.mapstruct.BeanMapping;
import org.mapstruct.Mapper;
import org.mapstruct.MappingTarget;

import dev.tidemark.contracts.post.PostCommand.CreatePost;
import dev.tidemark.contracts.post.PostCommand.UpdatePost;
import dev.tidemark.contracts.post.PostSnapshot;
import dev.tidemark.worker.state.MapperSettings;
import dev.tidemark.worker.state.PatchFields;

/**
 * Copies fields: command to post, post to snapshot.
 */
@Mapper(config = MapperSettings.class, uses = PatchFields.class)
interface PostMapper {

	Post create(CreatePost create);

	/** The key never moves. */
	@BeanMapping(ignoreUnmappedSourceProperties = "postId")
	void apply(UpdatePost update, @MappingTarget Post post);

	PostSnapshot toSnapshot(Post post);

}
