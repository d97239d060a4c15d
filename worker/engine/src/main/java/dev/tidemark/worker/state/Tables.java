package dev.tidemark.worker.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.hibernate.SessionFactory;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.BasicEntityIdentifierMapping;
import org.springframework.stereotype.Component;

/**
 * The tables that entities are mapped to, to be read and written in sets: one statement
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
