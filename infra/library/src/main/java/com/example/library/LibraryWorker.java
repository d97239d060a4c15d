package com.example.library;

import java.util.Collection;
import java.util.List;

import com.example.library.book.Books;
import com.example.library.shelf.Shelves;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.worker.Worker;
import dev.tidemark.worker.WorkerApplication;

/**
 * The jar's main class, and the list of its aggregates.
 */
@WorkerApplication
public class LibraryWorker implements Catalogue.Source {

	public static void main(String[] arguments) {
		Worker.run(LibraryWorker.class, arguments);
	}

	@Override
	public Collection<AggregateType> aggregates() {
		return List.of(Shelves.TYPE, Books.TYPE);
	}

}
