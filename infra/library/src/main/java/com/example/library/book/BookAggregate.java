package com.example.library.book;

import java.time.Instant;
import java.util.List;

import com.example.library.book.BookCommand.ChangeBook;
import com.example.library.book.BookCommand.CreateBook;
import com.example.library.shelf.Shelves;

import dev.tidemark.contracts.Snapshot;
import dev.tidemark.worker.aggregate.Aggregate;
import dev.tidemark.worker.aggregate.Reference;
import org.springframework.stereotype.Component;

/**
 * What commands do to a book: it is on a shelf, and may be the sequel to another one.
 */
@Component
class BookAggregate extends Aggregate<Book, CreateBook, ChangeBook> {

	private final BookMapper mapper;

	BookAggregate(BookMapper mapper) {
		super(Books.TYPE, Book.class);
		this.mapper = mapper;
	}

	@Override
	protected Object rowKey(Book book) {
		return book.isbn;
	}

	@Override
	protected Book create(CreateBook create, Instant at) {
		return this.mapper.create(create);
	}

	@Override
	protected void change(Book book, ChangeBook change, Instant at) {
		this.mapper.apply(change, book);
	}

	@Override
	protected Snapshot snapshot(Book book) {
		return this.mapper.toSnapshot(book);
	}

	@Override
	protected List<Reference<Book, CreateBook, ChangeBook>> references() {
		return List.of(
				new Reference<>(Shelves.TYPE, "shelf", CreateBook::shelf, ChangeBook::shelf, (book) -> book.shelf),
				new Reference<>(Books.TYPE, "sequelTo", CreateBook::sequelTo, ChangeBook::sequelTo,
						(book) -> book.sequelTo));
	}

}
