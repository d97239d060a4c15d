package com.example.library.shelf;

import java.time.Instant;
import java.util.List;

import com.example.library.shelf.ShelfCommand.ChangeShelf;
import com.example.library.shelf.ShelfCommand.CreateShelf;

import dev.tidemark.contracts.Snapshot;
import dev.tidemark.worker.aggregate.Aggregate;
import dev.tidemark.worker.aggregate.Unique;
import org.springframework.stereotype.Component;

/**
 * What commands do to a shelf.
 */
@Component
class ShelfAggregate extends Aggregate<Shelf, CreateShelf, ChangeShelf> {

	private final ShelfMapper mapper;

	ShelfAggregate(ShelfMapper mapper) {
		super(Shelves.TYPE, Shelf.class);
		this.mapper = mapper;
	}

	@Override
	protected Object rowKey(Shelf shelf) {
		return shelf.number;
	}

	@Override
	protected Shelf create(CreateShelf create, Instant at) {
		return this.mapper.create(create);
	}

	@Override
	protected void change(Shelf shelf, ChangeShelf change, Instant at) {
		this.mapper.apply(change, shelf);
	}

	@Override
	protected List<Unique<Shelf>> uniques() {
		return List.of(new Unique<>(Shelves.LABEL, "label", (shelf) -> shelf.label));
	}

	@Override
	protected Snapshot snapshot(Shelf shelf) {
		return this.mapper.toSnapshot(shelf);
	}

}
