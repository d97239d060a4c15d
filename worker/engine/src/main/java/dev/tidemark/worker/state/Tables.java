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

import org.hibernate.SessionFactory;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.BasicEntityIdentifierMapping;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.state.MappedTable.Column;

/**
 * The tables that entities are mapped to, to be read and written in sets: one statement
 * whatever the number of rows, with an array for each column. Hibernate does the same row
 * by row, with a statement that it makes anew each time, for more than twice the work on
 * either side.
 */
@Component
public final class Tables {

	/** Whether a valid index of all rows begins with a column. */
	private static final String INDEX = """
			select exists (
			  select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
			  where i.indrelid = cast(? as regclass) and a.attname = ? and i.indisvalid and i.indpred is null)""";

	/** The same of an index of that column alone, which has each value once. */
	private static final String UNIQUE_INDEX = INDEX.replace("i.indisvalid",
			"i.indisvalid and i.indisunique and i.indnkeyatts = 1");

	private final SessionFactoryImplementor sessions;

	private final Map<Class<?>, MappedTable> tables = new ConcurrentHashMap<>();

	Tables(SessionFactory sessions) {
		this.sessions = sessions.unwrap(SessionFactoryImplementor.class);
	}

	/**
	 * Makes sure that every entity can be read and written in sets. An entity with a key
	 * of several columns is left to Hibernate.
	 * @throws UnsupportedMappingException if one cannot, with all that is in the way
	 */
	public void verify() {
		List<String> objections = new ArrayList<>();
		this.sessions.getMappingMetamodel().forEachEntityDescriptor((entity) -> {
			if (entity.getIdentifierMapping() instanceof BasicEntityIdentifierMapping) {
				try {
					table(entity.getMappedClass());
				}
				catch (IllegalArgumentException ex) {
					objections.add(ex.getMessage());
				}
			}
		});
		if (!objections.isEmpty()) {
			throw new UnsupportedMappingException(String.join("; ", objections));
		}
	}

	/**
	 * Returns what a key is to Java.
	 * @param type the entities' type
	 * @return the type of the keys that can be looked for
	 */
	public Class<?> keyType(Class<?> type) {
		return table(type).key().type().javaType();
	}

	/**
	 * Returns what the column of an attribute is to Java.
	 * @param type the entities' type
	 * @param attribute the attribute's name
	 * @return the type of the column's values
	 * @throws IllegalArgumentException if there is no such column
	 */
	public Class<?> columnType(Class<?> type, String attribute) {
		return table(type).column(attribute).type().javaType();
	}

	/**
	 * Finds out what a table lacks for its rows to be found, and to be what they must be.
	 * @param connection a connection to the database, whose schema is there
	 * @param type the entities' type
	 * @param found the attributes by which rows are looked for, beside the key
	 * @param unique those of which no two rows have the same value
	 * @return what is missing, each in words; empty if nothing is
	 * @throws SQLException if the database does not answer
	 */
	public List<String> missing(Connection connection, Class<?> type, Collection<String> found,
			Collection<String> unique) throws SQLException {
		MappedTable table = table(type);
		Column drawn = table.drawn();
		List<String> missing = new ArrayList<>();
		for (String attribute : found) {
			Column column = table.column(attribute);
			if (!has(connection, INDEX, table, column)) {
				missing.add("%s has no index that begins with %s".formatted(table.name(), column.name()));
			}
		}
		List<Column> distinct = new ArrayList<>();
		unique.forEach((attribute) -> distinct.add(table.column(attribute)));
		if (drawn != null) {
			// The key is not the primary key then.
			distinct.add(table.key());
		}
		for (Column column : distinct) {
			if (!has(connection, UNIQUE_INDEX, table, column)) {
				missing.add("%s has no unique index of %s alone".formatted(table.name(), column.name()));
			}
		}
		if (drawn != null && !has(connection, "select pg_get_serial_sequence(?, ?) is not null", table, drawn)) {
			missing.add("%s.%s draws no numbers: it must be an identity column".formatted(table.name(), drawn.name()));
		}
		return missing;
	}

	private static boolean has(Connection connection, String sql, MappedTable table, Column column)
			throws SQLException {
		try (PreparedStatement query = connection.prepareStatement(sql)) {
			query.setString(1, table.name());
			query.setString(2, column.unquotedName());
			try (ResultSet row = query.executeQuery()) {
				row.next();
				return row.getBoolean(1);
			}
		}
	}

	/**
	 * Begins to gather what a batch reads.
	 * @return nothing yet
	 */
	public Reads reads() {
		return new Reads(this);
	}

	/**
	 * Begins to gather what a batch writes.
	 * @return nothing yet
	 */
	public Writes writes() {
		return new Writes(this);
	}

	/**
	 * Says in SQL how many rows there are.
	 * @param type the entities' type
	 * @return a query for one number
	 */
	public String count(Class<?> type) {
		return "select count(*) from " + table(type).name();
	}

	/**
	 * Says in SQL that there is a row.
	 * @param type the entities' type
	 * @param text an expression that is a key as text
	 * @return a condition
	 */
	public String exists(Class<?> type, String text) {
		MappedTable table = table(type);
		return "exists (select from %s as k where k.%s = cast(%s as %s))".formatted(table.name(), table.key().name(),
				text, table.key().type().sqlName());
	}

	MappedTable table(Class<?> type) {
		return this.tables.computeIfAbsent(type, (key) -> MappedTable.of(this.sessions, key));
	}

}
