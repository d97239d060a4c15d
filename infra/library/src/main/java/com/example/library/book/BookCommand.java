package com.example.library.book;

import java.math.BigDecimal;
import java.time.Instant;

import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.Field;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of a book.
 */
public sealed interface BookCommand extends Command {

	@Override
	default CommandType type() {
		return Books.TYPE.typeOf(this);
	}

	record CreateBook(String isbn, String title, long shelf, @Nullable String sequelTo, long pages, BigDecimal price,
			boolean loanable, Instant acquired, Format format, @Nullable String lockCode) implements BookCommand {
	}

	record ChangeBook(String isbn, Field<String> title, Field<Long> shelf, Field<@Nullable String> sequelTo,
			Field<Long> pages, Field<BigDecimal> price, Field<Boolean> loanable, Field<Instant> acquired,
			Field<Format> format, Field<@Nullable String> lockCode) implements BookCommand {
	}

	record DeleteBook(String isbn) implements BookCommand {
	}

	record RepublishBook(String isbn) implements BookCommand {
	}

	record ResumeBook(String isbn) implements BookCommand {
	}

}
