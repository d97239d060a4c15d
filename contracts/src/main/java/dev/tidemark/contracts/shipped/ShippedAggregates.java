package dev.tidemark.contracts.shipped;

import java.util.List;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.post.Posts;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.Users;

/**
 * The types of aggregates that Tidemark's own worker knows. Each has one line here.
 */
public final class ShippedAggregates {

	/** The types, for the application that has them. */
	public static final List<AggregateType> TYPES = List.of( //
			Tasks.TYPE, //
			Users.TYPE, //
			Posts.TYPE);

	/** The types, for those who have no {@link Catalogue#installed() application}. */
	public static final Catalogue CATALOGUE = Catalogue.of(TYPES);

	private ShippedAggregates() {
	}

}
