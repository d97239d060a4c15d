package dev.tidemark.worker.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.hibernate.StatelessSession;

/**
 * What a batch reads: one query a table, and all queries in one round trip.
 * <p>
 * All are sent before the first result is read. What comes after the first query must
 * therefore fit into the sockets' buffers, or either side would wait for the other to
 * read: some thousand ids do, and what has no such bound comes first.
 */
public final class Reads {

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
	 * Reads what is no entity.
	 * @param sql the query, with a parameter that is an array
	 * @param values the array's elements; if there are none, nothing is read
	 * @param reader reads a row
	 */
	public void select(String sql, Collection<?> values, RowReader reader) {
		if (!values.isEmpty()) {
			this.reads.add(new Read(sql, values, reader));
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

	private void run(Connection connection) throws SQLException {
		String sql = this.reads.stream().map(Read::sql).collect(Collectors.joining(";\n"));
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			int parameter = 0;
			for (Read read : this.reads) {
				statement.setArray(++parameter, ArrayType.of(read.values()).array(connection, read.values()));
			}
			statement.execute();
			for (Read read : this.reads) {
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
	 * @param values its parameter's elements
	 * @param reader reads a row
	 */
	private record Read(String sql, Collection<?> values, RowReader reader) {
	}

}
