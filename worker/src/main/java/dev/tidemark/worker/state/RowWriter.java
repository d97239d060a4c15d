package dev.tidemark.worker.state;

import java.sql.PreparedStatement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.hibernate.SessionFactory;
import org.hibernate.StaleStateException;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Writes entities to the tables that they are mapped to: one statement for all rows of a
 * table, with an array for each column. Hibernate's batches write the same, row by row,
 * for more than twice the work on either side.
 */
@Component
public final class RowWriter {

	private final SessionFactoryImplementor sessions;

	private final Map<Class<?>, MappedTable> tables = new ConcurrentHashMap<>();

	RowWriter(SessionFactory sessions) {
		this.sessions = sessions.unwrap(SessionFactoryImplementor.class);
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
			execute(session, table.insert(), table.inserted(), rows);
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
			int updated = execute(session, table.update(), table.updated(), rows);
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
			MappedTable table = table(type);
			execute(session, table.delete(), List.of(table.key().ofKeys()), keys);
		}
	}

	private MappedTable table(Class<?> type) {
		return this.tables.computeIfAbsent(type, (key) -> MappedTable.of(this.sessions, key));
	}

	private static int execute(StatelessSession session, String sql, List<MappedTable.Column> columns,
			Collection<?> rows) {
		return session.doReturningWork((connection) -> {
			try (PreparedStatement statement = connection.prepareStatement(sql)) {
				int index = 0;
				for (MappedTable.Column column : columns) {
					List<@Nullable Object> values = column.values(rows);
					statement.setArray(++index, column.type().array(connection, values));
				}
				return statement.executeUpdate();
			}
		});
	}

}
