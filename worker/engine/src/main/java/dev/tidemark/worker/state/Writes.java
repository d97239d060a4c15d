package dev.tidemark.worker.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.hibernate.StaleStateException;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

import dev.tidemark.worker.state.MappedTable.Column;

/**
 * What a batch writes: one statement a table and kind of change, with an array for each
 * column, and all statements in one round trip, in the order in which they were asked
 * for. With few rows, round trips are most of what a batch costs.
 */
public final class Writes {

	private final Tables tables;

	private final List<Write> writes = new ArrayList<>();

	Writes(Tables tables) {
		this.tables = tables;
	}

	/**
	 * Inserts rows.
	 * @param type the entities' type
	 * @param rows the entities, which the table does not have
	 */
	public <E> void insert(Class<E> type, Collection<E> rows) {
		if (!rows.isEmpty()) {
			MappedTable table = this.tables.table(type);
			add(table.insert(), table.inserted(), rows, (_) -> {
			});
		}
	}

	/**
	 * Updates rows, which the table must have.
	 * @param type the entities' type
	 * @param rows the entities, as they are to be
	 */
	public <E> void update(Class<E> type, Collection<E> rows) {
		if (!rows.isEmpty()) {
			MappedTable table = this.tables.table(type);
			int expected = rows.size();
			add(table.update(), table.updated(), rows, (updated) -> {
				if (updated != expected) {
					throw new StaleStateException(
							"%d of %d rows of %s have gone".formatted(expected - updated, expected, table.name()));
				}
			});
		}
	}

	/**
	 * Deletes rows.
	 * @param type the entities' type
	 * @param keys the rows' keys, some of which the table may not have
	 */
	public void delete(Class<?> type, Collection<?> keys) {
		if (!keys.isEmpty()) {
			execute(this.tables.table(type).delete(), (_) -> {
			}, keys);
		}
	}

	/**
	 * Writes what is no entity.
	 * @param sql the statement, with parameters that are arrays
	 * @param check is told how many rows it has changed, and may throw: then nothing of
	 * the transaction counts
	 * @param columns the arrays' elements, of which there must be some
	 */
	public void execute(String sql, IntConsumer check, Collection<?>... columns) {
		this.writes.add(new Write(sql, Stream.of(columns).map(ArrayType::of).toList(), List.of(columns), check));
	}

	private void add(String sql, List<Column> columns, Collection<?> rows, IntConsumer check) {
		List<List<@Nullable Object>> values = new ArrayList<>();
		for (int i = 0; i < columns.size(); i++) {
			values.add(new ArrayList<>(rows.size()));
		}
		for (Object row : rows) {
			for (int i = 0; i < columns.size(); i++) {
				values.get(i).add(columns.get(i).get(row));
			}
		}
		this.writes.add(new Write(sql, columns.stream().map(Column::type).toList(), values, check));
	}

	/**
	 * Has it all written.
	 * @param session the batch's transaction
	 * @throws StaleStateException if a table does not have all rows to update any more
	 * @throws org.hibernate.HibernateException if the database refuses one of the rows
	 */
	public void run(StatelessSession session) {
		if (!this.writes.isEmpty()) {
			session.doWork(this::run);
		}
	}

	private void run(Connection connection) throws SQLException {
		String sql = this.writes.stream().map(Write::sql).collect(Collectors.joining(";\n"));
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			int parameter = 0;
			for (Write write : this.writes) {
				for (int i = 0; i < write.types().size(); i++) {
					statement.setArray(++parameter, write.types().get(i).array(connection, write.columns().get(i)));
				}
			}
			statement.execute();
			for (Write write : this.writes) {
				write.check().accept(statement.getUpdateCount());
				statement.getMoreResults();
			}
		}
	}

	/**
	 * A statement.
	 *
	 * @param sql its text
	 * @param types its parameters' types
	 * @param columns its parameters' elements
	 * @param check is told how many rows it has changed
	 */
	private record Write(String sql, List<ArrayType> types,
			List<? extends Collection<? extends @Nullable Object>> columns, IntConsumer check) {
	}

}
