package dev.tidemark.worker;

import java.util.Collection;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.shipped.ShippedAggregates;

/**
 * The jar's main class, and the list of its aggregates.
 */
@WorkerApplication
public class TidemarkWorker implements Catalogue.Source {

	/**
	 * Does what it is told to.
	 * @param arguments see {@link Worker#run}
	 */
	public static void main(String[] arguments) {
		Worker.run(TidemarkWorker.class, arguments);
	}

	@Override
	public Collection<AggregateType> aggregates() {
		return ShippedAggregates.TYPES;
	}

}
