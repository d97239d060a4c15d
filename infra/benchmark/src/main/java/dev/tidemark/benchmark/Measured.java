package dev.tidemark.benchmark;

import java.util.Collection;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.shipped.ShippedAggregates;

/**
 * The aggregates of the worker that is measured, whose topics there must be.
 */
public final class Measured implements Catalogue.Source {

	@Override
	public Collection<AggregateType> aggregates() {
		return ShippedAggregates.TYPES;
	}

}
