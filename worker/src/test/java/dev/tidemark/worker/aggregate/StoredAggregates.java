package dev.tidemark.worker.aggregate;

import java.util.ArrayList;
import java.util.List;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Command;
import dev.tidemark.worker.state.RecordedWrites;

/**
 * Aggregates as if they had been loaded from their tables.
 */
public final class StoredAggregates {

	private final InHand inHand = declared().inHand();

	/**
	 * Returns all aggregates that the application has.
	 * @return what has been declared of them
	 */
	public static Aggregates declared() {
		return Declared.AGGREGATES;
	}

	/**
	 * Returns what is needed to write aggregates.
	 * @return the types of the entities
	 */
	public static List<Class<?>> entities() {
		List<Class<?>> entities = new ArrayList<>();
		for (Aggregate<?, ?, ?> aggregate : declared().all()) {
			entities.add(aggregate.entity());
			aggregate.parts().forEach((part) -> entities.add(part.entity()));
		}
		return entities;
	}

	/**
	 * Returns the mapping of all aggregates.
	 * @return a database with nothing in it
	 */
	public static RecordedWrites database() {
		return new RecordedWrites(entities().toArray(Class<?>[]::new));
	}

	/**
	 * Stores a row.
	 * @param type what it is
	 * @param row the row
	 * @param parts what else belongs to it
	 * @return these aggregates
	 */
	public StoredAggregates with(AggregateType type, AggregateRow row, Object... parts) {
		this.inHand.adopt(type, row);
		for (Object part : parts) {
			this.inHand.adoptPart(type, part);
		}
		return this;
	}

	/**
	 * Takes note of commands before anything is loaded.
	 * @param commands the commands
	 * @return these aggregates
	 */
	public StoredAggregates touchedBy(Command... commands) {
		for (Command command : commands) {
			this.inHand.touch(command);
		}
		return this;
	}

	/**
	 * Says that a parent is referred to by somebody who is not in hand.
	 * @param parent the parent's type
	 * @param key its key
	 * @return these aggregates
	 */
	public StoredAggregates referredTo(AggregateType parent, String key) {
		this.inHand.foundChildren(parent, key);
		return this;
	}

	/**
	 * Returns what a batch has in hand.
	 * @return these aggregates
	 */
	public InHand inHand() {
		return this.inHand;
	}

	/** Found once, as a worker finds them. */
	private static final class Declared {

		private static final Aggregates AGGREGATES = find();

		private static Aggregates find() {
			try (var context = new AnnotationConfigApplicationContext()) {
				AggregateScan.register(context);
				context.register(Aggregates.class);
				context.refresh();
				return context.getBean(Aggregates.class);
			}
		}

	}

}
