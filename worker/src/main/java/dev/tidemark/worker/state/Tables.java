package dev.tidemark.worker.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.hibernate.SessionFactory;
import org.hibernate.StaleStateException;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.state.MappedTable.Column;

/**
 * Reads and writes entities in sets, in the tables that they are mapped to: one statement
 * whatever the number of rows, with an array for each column. Hibernate does the same row
 * by row, with a statement that it makes anew each time, for more than twice the work on
 * either side.
 */
@Component
public final class Tables {

	private final SessionFactoryImplementor sessions;

	private final Map<Class<?>, MappedTable> tables = new ConcurrentHashMap<>();

	Tables(SessionFactory sessions) {
		this.sessions = sessions.unwrap(SessionFactoryImplementor.class);
	}

	/**
	 * Finds rows. What they are associated with is not loaded.
	 * @param session the batch's transaction
	 * @param type the entities' type
	 * @param keys the rows' keys, some of which the table may not have
	 * @return the entities that there are, in no order
	 */
	public <E> List<E> find(StatelessSession session, Class<E> type, Collection<?> keys) {
		List<E> found = new ArrayList<>();
		if (!keys.isEmpty()) {
			MappedTable table = table(type);
			select(session, table.select(), keys, (row) -> found.add(type.cast(table.read(row))));
		}
		return found;
	}

	/**
	 * Inserts rows.
	 * @param session the batch's transaction
	 * @param type the entities' type
	 * @param rows the entities, which the table does not have
	 * @throws org.hibernate.HibernateException if the database refuses one of them
	 */
	public <E> void insert(StatelessSession session, Class<E> type, Collection<E> rows) {
		if (!rows.isEmpty()) {
			MappedTable table = table(type);
			write(session, table.insert(), table.inserted(), rows);
		}
	}

	/**
	 * Updates rows.
	 * @param session the batch's transaction
	 * @param type the entities' type
	 * @param rows the entities, as they are to be
	 * @throws StaleStateException if the table does not have all of them any more
	 * @throws org.hibernate.HibernateException if the database refuses one of them
	 */
	public <E> void update(StatelessSession session, Class<E> type, Collection<E> rows) {
		if (!rows.isEmpty()) {
			MappedTable table = table(type);
			int updated = write(session, table.update(), table.updated(), rows);
			if (updated != rows.size()) {
				throw new StaleStateException(
						"%d of %d rows of %s have gone".formatted(rows.size() - updated, rows.size(), table.name()));
			}
		}
	}

	/**
	 * Deletes rows.
	 * @param session the batch's transaction
	 * @param type the entities' type
	 * @param keys the rows' keys, some of which the table may not have
	 * @throws org.hibernate.HibernateException if the database refuses to
	 */
	public void delete(StatelessSession session, Class<?> type, Collection<?> keys) {
		if (!keys.isEmpty()) {
			execute(session, table(type).delete(), keys);
		}
	}

	/**
	 * Reads what is no entity.
	 * @param session the batch's transaction
	 * @param sql the query, with a parameter that is an array
	 * @param values the array's elements, of which there must be some
	 * @param reader reads a row
	 */
	public void select(StatelessSession session, String sql, Collection<?> values, RowReader reader) {
		session.doWork((connection) -> {
			try (PreparedStatement statement = connection.prepareStatement(sql)) {
				statement.setArray(1, ArrayType.of(values).array(connection, values));
				try (ResultSet row = statement.executeQuery()) {
					while (row.next()) {
						reader.read(row);
					}
				}
			}
		});
	}

	/**
	 * Writes what is no entity.
	 * @param session the batch's transaction
	 * @param sql the statement, with parameters that are arrays
	 * @param columns the arrays' elements, of which there must be some
	 */
	public void execute(StatelessSession session, String sql, Collection<?>... columns) {
		List<ArrayType> types = Stream.of(columns).map(ArrayType::of).toList();
		session.doReturningWork((connection) -> execute(connection, sql, types, List.of(columns)));
	}

	private static int write(StatelessSession session, String sql, List<Column> columns, Collection<?> rows) {
		List<List<@Nullable Object>> values = new ArrayList<>();
		for (int i = 0; i < columns.size(); i++) {
			values.add(new ArrayList<>(rows.size()));
		}
		for (Object row : rows) {
			for (int i = 0; i < columns.size(); i++) {
				values.get(i).add(columns.get(i).get(row));
			}
		}
		List<ArrayType> types = columns.stream().map(Column::type).toList();
		return session.doReturningWork((connection) -> execute(connection, sql, types, values));
	}

	private static int execute(Connection connection, String sql, List<ArrayType> types,
			List<? extends Collection<? extends @Nullable Object>> columns) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			for (int i = 0; i < types.size(); i++) {
				statement.setArray(i + 1, types.get(i).array(connection, columns.get(i)));
			}
			return statement.executeUpdate();
		}
	}

	private MappedTable table(Class<?> type) {
		return this.tables.computeIfAbsent(type, (key) -> MappedTable.of(this.sessions, key));
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

}
