package dev.tidemark.worker.aggregate;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Snapshot;
import dev.tidemark.worker.state.Reads;
import dev.tidemark.worker.state.Tables;

/**
 * Reads aggregates as they stand, for those who only look: as the same snapshots that are
 * published.
 */
@Component
public class AggregateReader {

	/** So that no more than a few are in memory. */
	private static final int PAGE = 100;

	private static final int PAGE_OF_KEYS = 1000;

	private final Aggregates aggregates;

	private final Tables tables;

	AggregateReader(Aggregates aggregates, Tables tables) {
		this.aggregates = aggregates;
		this.tables = tables;
	}

	/**
	 * Finds all aggregates that have a key, whatever their type.
	 * @param connection a transaction
	 * @param key any text
	 * @return how each stands
	 * @throws SQLException if the database does not answer
	 */
	public List<Snapshot> find(Connection connection, String key) throws SQLException {
		List<Snapshot> found = new ArrayList<>();
		for (Aggregate<?, ?, ?> aggregate : this.aggregates.all()) {
			if (aggregate.isKey(key)) {
				AggregateBatch<?, ?, ?> batch = new AggregateBatch<>(aggregate);
				batch.look(key);
				run(connection, batch::load);
				run(connection, batch::loadParts);
				Snapshot snapshot = batch.readModel(key).snapshot();
				if (snapshot != null) {
					found.add(snapshot);
				}
			}
		}
		return found;
	}

	/**
	 * Counts the aggregates of a type.
	 * @param connection a transaction
	 * @param type the type
	 * @return how many there are
	 * @throws SQLException if the database does not answer
	 */
	public long count(Connection connection, AggregateType type) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet count = statement.executeQuery(this.tables.count(this.aggregates.of(type).entity()))) {
			count.next();
			return count.getLong(1);
		}
	}

	/**
	 * Goes through the aggregates of a type in the order of their keys, some at a time.
	 * @param connection a transaction, or several one after the other
	 * @param type the type
	 * @param action is given each key, as records have it, and how the aggregate stands
	 * @throws SQLException if the database does not answer
	 */
	public void forEach(Connection connection, AggregateType type, BiConsumer<String, Snapshot> action)
			throws SQLException {
		forEach(connection, this.aggregates.of(type), action);
	}

	private <E extends AggregateRow> void forEach(Connection connection, Aggregate<E, ?, ?> aggregate,
			BiConsumer<String, Snapshot> action) throws SQLException {
		Object last = null;
		List<E> page;
		do {
			AggregateBatch<E, ?, ?> batch = new AggregateBatch<>(aggregate);
			page = page(connection, batch, last);
			run(connection, batch::loadParts);
			for (E row : page) {
				last = aggregate.rowKey(row);
				action.accept(last.toString(), aggregate.snapshot(row));
			}
		}
		while (page.size() == PAGE);
	}

	/**
	 * Goes through the keys of a type in their order, some at a time. Nothing else is
	 * read.
	 * @param connection a transaction, or several one after the other
	 * @param type the type
	 * @param action is given each key, as records have it
	 * @throws SQLException if the database does not answer
	 */
	public void forEachKey(Connection connection, AggregateType type, Consumer<String> action) throws SQLException {
		Object last = null;
		List<Object> page;
		do {
			Reads reads = this.tables.reads();
			page = new ArrayList<>();
			reads.pageOfKeys(this.aggregates.of(type).entity(), last, PAGE_OF_KEYS, page::add);
			reads.run(connection);
			for (Object key : page) {
				last = key;
				action.accept(key.toString());
			}
		}
		while (page.size() == PAGE_OF_KEYS);
	}

	private <E extends AggregateRow> List<E> page(Connection connection, AggregateBatch<E, ?, ?> batch,
			@Nullable Object behind) throws SQLException {
		Reads reads = this.tables.reads();
		List<E> page = batch.loadPage(reads, behind, PAGE);
		reads.run(connection);
		return page;
	}

	private void run(Connection connection, Consumer<Reads> wanted) throws SQLException {
		Reads reads = this.tables.reads();
		wanted.accept(reads);
		reads.run(connection);
	}

}
