package dev.tidemark.contracts.post;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.MalformedDataException;

/**
 * Everything one can ask of a post. The commands of one post are applied in the order in
 * which its partition holds them.
 */
public sealed interface PostCommand extends Command {

	/**
	 * Returns the id of the post, chosen by whoever creates it.
	 * @return the post's id
	 */
	UUID postId();

	@Override
	default CommandType type() {
		return Posts.TYPE.typeOf(this);
	}

	/**
	 * Asks for a new post. It is deferred while its user is not registered.
	 *
	 * @param postId the id of the new post
	 * @param title 1 to 1,024 code points
	 * @param username whose post it is, 1 to 255 code points
	 * @param text at most 65,536 code points, or null for none
	 */
	record CreatePost(UUID postId, String title, String username, @Nullable String text) implements PostCommand {

		/**
		 * Demands of each component what the wire demands.
		 * @throws MalformedDataException if one breaks its rule
		 */
		public CreatePost {
			Posts.CREATE.check(postId, title, username, text);
		}

	}

	/**
	 * Asks for other values of some fields of a post, as a merge patch (RFC 7396): what
	 * is absent stays as it is.
	 *
	 * @param postId the id of the post to change
	 * @param title the new title, 1 to 1,024 code points
	 * @param text the new text, at most 65,536 code points; null clears it
	 * @param username whose post it is from now on, 1 to 255 code points
	 */
	record UpdatePost(UUID postId, Field<String> title, Field<@Nullable String> text,
			Field<String> username) implements PostCommand {

		/**
		 * Demands of each component what the wire demands.
		 * @throws MalformedDataException if no field is given, or one breaks its rule
		 */
		public UpdatePost {
			Posts.UPDATE.check(postId, title, text, username);
		}

	}

	/**
	 * Asks for a post to be gone. Its id may be used for another life, from version 1.
	 *
	 * @param postId the id of the post
	 */
	record DeletePost(UUID postId) implements PostCommand {

		/**
		 * Demands a post's id.
		 */
		public DeletePost {
			Posts.DELETE.check(postId);
		}

	}

	/**
	 * Asks for the post's current snapshot to be published again, or a tombstone where
	 * there is no such post.
	 *
	 * @param postId the id of the post
	 */
	record RepublishPost(UUID postId) implements PostCommand {

		/**
		 * Demands a post's id.
		 */
		public RepublishPost {
			Posts.REPUBLISH.check(postId);
		}

	}

	/**
	 * Asks for the deferred commands of a post to be taken up again. The worker sends it;
	 * from others it does no harm.
	 *
	 * @param postId the id of the post
	 */
	record ResumePost(UUID postId) implements PostCommand {

		/**
		 * Demands a post's id.
		 */
		public ResumePost {
			Posts.RESUME.check(postId);
		}

	}

}
