package com.example.library.book;

import java.math.BigDecimal;
import java.time.Instant;

import com.example.library.book.BookCommand.ChangeBook;
import com.example.library.book.BookCommand.CreateBook;
import com.example.library.book.BookCommand.DeleteBook;
import com.example.library.book.BookCommand.RepublishBook;
import com.example.library.book.BookCommand.ResumeBook;
import com.example.library.shelf.Shelves;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.Member;
import dev.tidemark.contracts.Verb;

/**
 * What travels of books.
 */
public final class Books {

	private static final Member<String> ISBN = Member.line("isbn", 10, 17, "The book's key.");

	private static final Member<String> TITLE = Member.text("title", 1, 500, "What the book is called.");

	private static final Member<Long> SHELF = Member.integer("shelf", 1, 999_999, "The shelf that the book is on.");

	private static final Member<String> SEQUEL_TO = Member
		.line("sequelTo", 10, 17, "The book that comes before this one.")
		.orNull();

	private static final Member<Long> PAGES = Member.integer("pages", 1, 100_000, "How many pages the book has.");

	private static final Member<BigDecimal> PRICE = Member.decimal("price", 8, 2, "What the book has cost.");

	private static final Member<Boolean> LOANABLE = Member.bool("loanable", "Whether the book may be taken home.");

	private static final Member<Instant> ACQUIRED = Member.time("acquired", "When the book was bought.");

	private static final Member<Format> FORMAT = Member.choice("format", Format.class, Format::wireName,
			"What the book is made of.");

	private static final Member<String> LOCK_CODE = Member.line("lockCode", 4, 16, "What opens the book's lock.")
		.orNull()
		.secret();

	private static final CommandType CREATE = CommandType.of(Verb.CREATE, "com.example.book.create.v1", "Create a book",
			"Asks for a new book. It is rejected if the book is there, and deferred while the shelf, or the book before it, is not.",
			CreateBook.class, ISBN, TITLE, SHELF, SEQUEL_TO, PAGES, PRICE, LOANABLE.or(true), ACQUIRED, FORMAT,
			LOCK_CODE);

	private static final CommandType CHANGE = CommandType.of(Verb.CHANGE, "com.example.book.change.v1", "Change a book",
			"Asks for other values of some fields of a book: a merge patch (RFC 7396).", ChangeBook.class, ISBN,
			TITLE.patch(), SHELF.patch(), SEQUEL_TO.patch(), PAGES.patch(), PRICE.patch(), LOANABLE.patch(),
			ACQUIRED.patch(), FORMAT.patch(), LOCK_CODE.patch());

	private static final CommandType DELETE = CommandType.of(Verb.DELETE, "com.example.book.delete.v1", "Delete a book",
			"Asks for a book to be gone. It is rejected while another is its sequel.", DeleteBook.class, ISBN);

	private static final CommandType REPUBLISH = CommandType.of(Verb.REPUBLISH, "com.example.book.republish.v1",
			"Publish a book again", "Asks for the current snapshot of a book to be published again.",
			RepublishBook.class, ISBN);

	private static final CommandType RESUME = CommandType.of(Verb.RESUME, "com.example.book.resume.v1", "Resume a book",
			"Asks for the deferred commands of a book to be taken up again.", ResumeBook.class, ISBN);

	public static final AggregateType TYPE = AggregateType.named("book", "books")
		.commands(CREATE, CHANGE, DELETE, REPUBLISH, RESUME)
		.refersTo(Shelves.TYPE)
		.refersToItself()
		.publishes(BookSnapshot.class, ISBN, TITLE, SHELF, SEQUEL_TO, PAGES, PRICE, LOANABLE, ACQUIRED, FORMAT,
				Member.time("createdAt", "When it was created."),
				Member.time("updatedAt", "When it was changed last."));

	private Books() {
	}

}
