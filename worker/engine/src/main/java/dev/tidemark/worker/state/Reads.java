package dev.tidemark.worker.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/**
 * What a batch reads: one query a table, and all queries in one round trip, or in a few.
 * <p>
 * All queries of a round trip are sent before the first result is read. What comes after
 * the first must therefore fit into the sockets' buffers, or either side would wait for
 * the other to read. What does not fit goes on another trip.
 */
public final class Reads {

	/**
	 * How long the keys may be that follow the first query of a round trip: some thousand
	 * ids, or some hundred names.
	 */
	private static final int BUFFERED_BYTES = 48 * 1024;

	private final Tables tables;

	private final List<Read> reads = new ArrayList<>();

	Reads(Tables tables) {
		this.tables = tables;
	}

	/**
	 * Finds rows. What they are associated with is not loaded.
	 * @param type the entities' type
	 * @param keys the rows' keys, some of which the table may not have
	 * @param found is given the entities that there are, in no order
	 */
	public <E> void find(Class<E> type, Collection<?> keys, Consumer<E> found) {
		MappedTable table = this.tables.table(type);
		select(table.select(), keys, (row) -> found.accept(type.cast(table.read(row))));
	}

	/**
	 * Finds rows in the order of their keys.
	 * @param type the entities' type
	 * @param behind the key that they come behind; null for the first
	 * @param atMost how many to find
	 * @param found is given the entities, in order
	 */
	public <E> void page(Class<E> type, @Nullable Object behind, int atMost, Consumer<E> found) {
		MappedTable table = this.tables.table(type);
		page(table, table.selectPage(behind == null, atMost), behind,
				(row) -> found.accept(type.cast(table.read(row))));
	}

	/**
	 * Finds keys in their order.
	 * @param type the entities' type
	 * @param behind the key that they come behind; null for the first
	 * @param atMost how many to find
	 * @param found is given the keys, in order
	 */
	public void pageOfKeys(Class<?> type, @Nullable Object behind, int atMost, Consumer<Object> found) {
		MappedTable table = this.tables.table(type);
		page(table, table.selectKeyPage(behind == null, atMost), behind,
				(row) -> found.accept(table.key().readRequired(row, 1)));
	}

	private void page(MappedTable table, String sql, @Nullable Object behind, RowReader reader) {
		this.reads.add((behind == null) ? new Read(sql, List.of(), List.of(), reader)
				: new Read(sql, List.of(table.key().type()), List.of(List.of(behind)), reader));
	}

	/**
	 * Finds out which rows there are.
	 * @param type the entities' type
	 * @param keys the rows' keys, some of which the table may not have
	 * @param found is given the keys that there are, in no order
	 */
	public void findKeys(Class<?> type, Collection<?> keys, Consumer<Object> found) {
		MappedTable table = this.tables.table(type);
		select(table.selectKeys(), keys, (row) -> found.accept(table.key().readRequired(row, 1)));
	}

	/**
	 * Finds out which keys rows refer to.
	 * @param type the entities' type
	 * @param attribute the attribute that refers
	 * @param referred the keys in question
	 * @param except the keys of rows that do not count
	 * @param found is given the keys that are referred to, in no order
	 */
	public void findReferred(Class<?> type, String attribute, Collection<?> referred, Collection<?> except,
			Consumer<Object> found) {
		MappedTable table = this.tables.table(type);
		MappedTable.Column column = table.column(attribute);
		if (!referred.isEmpty()) {
			this.reads.add(new Read(
					"""
							select r from unnest(?) as r
							where exists (select from %s as t where t.%s = r and t.%s <> all(?))"""
						.formatted(table.name(), column.name(), table.key().name()),
					List.of(column.type(), table.key().type()), List.of(referred, except),
					(row) -> found.accept(column.readRequired(row, 1))));
		}
	}

	/**
	 * Finds out which rows have values that no two can have.
	 * @param type the entities' type
	 * @param attribute the attribute that has the value
	 * @param values the values in question
	 * @param except the keys of rows that do not count
	 * @param found is given each value that there is, and the key of its row
	 */
	public void findHolders(Class<?> type, String attribute, Collection<?> values, Collection<?> except,
			BiConsumer<Object, Object> found) {
		MappedTable table = this.tables.table(type);
		MappedTable.Column column = table.column(attribute);
		if (!values.isEmpty()) {
			this.reads.add(new Read(table.selectKeysBy(column), List.of(column.type(), table.key().type()),
					List.of(values, except),
					(row) -> found.accept(column.readRequired(row, 1), table.key().readRequired(row, 2))));
		}
	}

	/**
	 * Draws numbers for rows that may be inserted, where the database draws them: they
	 * are to be known before that. One that is not used is lost.
	 * @param type the entities' type
	 * @param count how many
	 * @param drawn is given, for each number, what gives it to a row; nothing, where rows
	 * have no such number
	 */
	public <E> void drawNumbers(Class<E> type, int count, Consumer<Consumer<E>> drawn) {
		MappedTable table = this.tables.table(type);
		MappedTable.Column column = table.drawn();
		if (column != null && count > 0) {
			this.reads.add(
					new Read(table.drawNumbers(column), List.of(ArrayType.INTEGERS), List.of(List.of(count)), (row) -> {
						long number = row.getLong(1);
						drawn.accept((entity) -> column.setNumber(entity, number));
					}));
		}
	}

	/**
	 * Reads what is no entity.
	 * @param sql the query, with a parameter that is an array
	 * @param values the array's elements; if there are none, nothing is read
	 * @param reader reads a row
	 */
	public void select(String sql, Collection<?> values, RowReader reader) {
		if (!values.isEmpty()) {
			this.reads.add(new Read(sql, List.of(ArrayType.of(values)), List.of(values), reader));
		}
	}

	/**
	 * Has it all read.
	 * @param session the batch's transaction
	 */
	public void run(StatelessSession session) {
		if (!this.reads.isEmpty()) {
			session.doWork(this::run);
		}
	}

	/**
	 * Has it all read.
	 * @param connection the transaction
	 * @throws SQLException if that fails
	 */
	public void run(Connection connection) throws SQLException {
		int from = 0;
		while (from < this.reads.size()) {
			int to = endOfTrip(from);
			run(connection, this.reads.subList(from, to));
			from = to;
		}
	}

	/** A trip has one query, and those behind it whose keys fit into the buffers. */
	private int endOfTrip(int from) {
		long buffered = 0;
		for (int i = from + 1; i < this.reads.size(); i++) {
			buffered += this.reads.get(i).bytes();
			if (buffered > BUFFERED_BYTES) {
				return i;
			}
		}
		return this.reads.size();
	}

	private static void run(Connection connection, List<Read> trip) throws SQLException {
		String sql = trip.stream().map(Read::sql).collect(Collectors.joining(";\n"));
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			int parameter = 0;
			for (Read read : trip) {
				for (int i = 0; i < read.types().size(); i++) {
					statement.setArray(++parameter, read.types().get(i).array(connection, read.values().get(i)));
				}
			}
			statement.execute();
			for (Read read : trip) {
				try (ResultSet row = statement.getResultSet()) {
					while (row.next()) {
						read.reader().read(row);
					}
				}
				statement.getMoreResults();
			}
		}
	}

	/** Reads a row of a query. */
	@FunctionalInterface
	public interface RowReader {

		/**
		 * Reads a row.
		 * @param row the result, at the row
		 * @throws SQLException if that fails
		 */
		void read(ResultSet row) throws SQLException;

	}

	/**
	 * A query.
	 *
	 * @param sql its text
	 * @param types its parameters' types
	 * @param values its parameters' elements
	 * @param reader reads a row
	 */
	private record Read(String sql, List<ArrayType> types, List<? extends Collection<?>> values, RowReader reader) {

		/** About how long the parameters are. */
		long bytes() {
			long bytes = 0;
			for (int i = 0; i < this.types.size(); i++) {
				bytes += this.types.get(i).bytes(this.values.get(i));
			}
			return bytes;
		}

	}

}
