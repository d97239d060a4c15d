package dev.tidemark.contracts.post;

import java.util.UUID;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.Member;
import dev.tidemark.contracts.Verb;
import dev.tidemark.contracts.post.PostCommand.CreatePost;
import dev.tidemark.contracts.post.PostCommand.DeletePost;
import dev.tidemark.contracts.post.PostCommand.RepublishPost;
import dev.tidemark.contracts.post.PostCommand.ResumePost;
import dev.tidemark.contracts.post.PostCommand.UpdatePost;
import dev.tidemark.contracts.user.Users;

/**
 * What travels of posts.
 */
public final class Posts {

	private static final Member<UUID> POST_ID = Member.uuid("postId",
			"The id of the post, in lower case. It is the key of the Kafka record too.");

	private static final Member<String> TITLE = Member.text("title", 1, 1_024, "What the post is called.");

	private static final Member<String> TEXT = Member
		.text("text", 0, 65_536, "What the post says. Null is as if absent.")
		.orNull();

	private static final Member<String> USERNAME = Users.USERNAME.saying("Whose post it is.");

	/** Type of {@link CreatePost}. */
	public static final CommandType CREATE = CommandType.of(Verb.CREATE, "dev.tidemark.post.create.v1", "Create a post",
			"Asks for a new post. It is rejected if the post is there, and deferred while the user is not.",
			CreatePost.class,
			POST_ID.saying("The id of the new post, in lower case, chosen by the sender. It is the key of the Kafka "
					+ "record too."),
			TITLE, USERNAME, TEXT);

	/** Type of {@link UpdatePost}. */
	public static final CommandType UPDATE = CommandType.of(Verb.CHANGE, "dev.tidemark.post.update.v1", "Update a post",
			"Asks for other values of some fields of a post: a merge patch (RFC 7396). A field that is absent stays "
					+ "as it is; at least one is needed.",
			UpdatePost.class, POST_ID, TITLE.patch().saying("The new title."),
			TEXT.patch().saying("The new text. Null clears it."), USERNAME.patch()
				.saying("Whose post it is from now on. The command is deferred while that user is not there."));

	/** Type of {@link DeletePost}. */
	public static final CommandType DELETE = CommandType.of(Verb.DELETE, "dev.tidemark.post.delete.v1", "Delete a post",
			"Asks for a post to be gone.", DeletePost.class, POST_ID);

	/** Type of {@link RepublishPost}. */
	public static final CommandType REPUBLISH = CommandType.of(Verb.REPUBLISH, "dev.tidemark.post.republish.v1",
			"Publish a post again",
			"Asks for the current snapshot of a post to be published again, or a tombstone where there is no such "
					+ "post. Nothing else changes.",
			RepublishPost.class, POST_ID);

	/** Type of {@link ResumePost}. */
	public static final CommandType RESUME = CommandType.of(Verb.RESUME, "dev.tidemark.post.resume.v1", "Resume a post",
			"Asks for the deferred commands of a post to be taken up again. The worker sends it to itself; it does "
					+ "no harm from anyone.",
			ResumePost.class, POST_ID);

	/** Posts, by their ids. */
	public static final AggregateType TYPE = AggregateType.named("post", "posts")
		.commands(CREATE, UPDATE, DELETE, REPUBLISH, RESUME)
		.refersTo(Users.TYPE)
		.publishes(PostSnapshot.class, POST_ID, TITLE, TEXT.saying("What the post says, or null for nothing."),
				USERNAME, Member.time("createdAt", "The time of the command that created the post, in UTC."),
				Member.time("updatedAt", "The time of the command that changed the post last, in UTC."));

	private Posts() {
	}

}
