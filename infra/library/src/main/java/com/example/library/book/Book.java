package com.example.library.book;

import java.math.BigDecimal;
import java.time.Instant;

import com.example.library.shelf.Shelf;

import dev.tidemark.worker.aggregate.AggregateEntity;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/**
 * The row of a book. A reference is a column with the other's key; the association beside
 * it is there for the foreign key alone.
 */
@Entity
@Table(name = "books", indexes = { @Index(name = "books_shelf_idx", columnList = "shelf"),
		@Index(name = "books_sequel_to_idx", columnList = "sequel_to") })
class Book extends AggregateEntity {

	@Id
	@Column(length = 17)
	public String isbn;

	@Column(length = 500, nullable = false)
	public String title;

	@Column(nullable = false)
	public long shelf;

	@ManyToOne(fetch = FetchType.LAZY)
	@JoinColumn(name = "shelf", insertable = false, updatable = false,
			foreignKey = @ForeignKey(name = "books_shelf_fkey"))
	private Shelf shelfItself;

	@Column(length = 17)
	public @Nullable String sequelTo;

	@ManyToOne(fetch = FetchType.LAZY)
	@JoinColumn(name = "sequelTo", insertable = false, updatable = false,
			foreignKey = @ForeignKey(name = "books_sequel_to_fkey"))
	private @Nullable Book bookBefore;

	@Column(nullable = false)
	public long pages;

	@Column(precision = 8, scale = 2, nullable = false)
	public BigDecimal price;

	@Column(nullable = false)
	public boolean loanable;

	@Column(nullable = false)
	public Instant acquired;

	@Enumerated(EnumType.STRING)
	@Column(length = 16, nullable = false)
	public Format format;

	@Column(length = 16)
	public @Nullable String lockCode;

}
