package dev.tidemark.worker.state;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.AttributeMapping;
import org.hibernate.metamodel.mapping.BasicEntityIdentifierMapping;
import org.hibernate.metamodel.mapping.BasicValuedModelPart;
import org.hibernate.metamodel.mapping.JdbcMapping;
import org.hibernate.metamodel.mapping.SingularAttributeMapping;
import org.hibernate.metamodel.mapping.internal.BasicAttributeMapping;
import org.hibernate.metamodel.spi.EntityInstantiator;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.property.access.spi.PropertyAccess;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.JavaType;
import org.jspecify.annotations.Nullable;

/**
 * An entity's table, as its mapping says, and the statements that read and write it.
 *
 * @param name the table's name
 * @param instantiator makes an entity with nothing in it
 * @param columns all columns; the first is the key: the natural id, or the primary key
 * where there is none
 * @param drawn the primary key where the database draws it; null where it does not
 * @param inserted what an insert writes
 * @param updated what an update needs: the key, and what it writes
 */
record MappedTable(String name, EntityInstantiator instantiator, List<Column> columns, @Nullable Column drawn,
		List<Column> inserted, List<Column> updated, String select, String insert, String update, String delete) {

	private MappedTable(String name, EntityInstantiator instantiator, List<Column> columns, @Nullable Column drawn,
			List<Column> inserted, List<Column> updated, Column key) {
		this(name, instantiator, columns, drawn, inserted, updated,
				"select %s from %s where %s = any(?)".formatted(names(columns), name, key.name()),
				"insert into %s (%s) select %s".formatted(name, names(inserted), rows(inserted)),
				"update %s as t set %s from (select %s) as r where t.%s = r.%4$s".formatted(name, assignments(updated),
						rows(updated), key.name()),
				"delete from %s where %s = any(?)".formatted(name, key.name()));
	}

	/**
	 * Reads the mapping of an entity.
	 * @throws IllegalArgumentException if it has something that can't be read or written
	 * so
	 */
	static MappedTable of(SessionFactoryImplementor sessions, Class<?> entity) {
		EntityPersister mapping = sessions.getMappingMetamodel().getEntityDescriptor(entity);
		if (!(mapping.getIdentifierMapping() instanceof BasicEntityIdentifierMapping identifier)) {
			throw new IllegalArgumentException(entity.getName() + " has a key of several columns");
		}
		WrapperOptions options = sessions.getWrapperOptions();
		Column primaryKey = Column.of(identifier, identifier.getPropertyAccess(), options);
		BasicAttributeMapping naturalId = naturalId(mapping);
		boolean isDrawn = mapping.isIdentifierAssignedByInsert();
		if (isDrawn != (naturalId != null)) {
			throw new IllegalArgumentException(entity.getName() + (isDrawn
					? " has an id that the database draws, and needs a natural id beside it, which records have"
					: " has a natural id, and the database does not draw its id: the natural id can be the id"));
		}
		Column key = (naturalId != null) ? Column.of(naturalId, naturalId.getPropertyAccess(), options) : primaryKey;
		List<Column> columns = new ArrayList<>(List.of(key));
		List<Column> inserted = new ArrayList<>(List.of(key));
		List<Column> updated = new ArrayList<>(List.of(key));
		if (isDrawn) {
			columns.add(primaryKey);
			inserted.add(primaryKey);
		}
		mapping.forEachAttributeMapping((attribute) -> {
			if (attribute.equals(naturalId)) {
				return;
			}
			if (attribute instanceof BasicAttributeMapping basic) {
				Column column = Column.of(basic, basic.getPropertyAccess(), options);
				columns.add(column);
				if (basic.isInsertable()) {
					inserted.add(column);
				}
				if (basic.isUpdateable()) {
					updated.add(column);
				}
			}
			else {
				checkThatNothingIsWritten(attribute, key);
			}
		});
		return new MappedTable(mapping.getTableName(), mapping.getRepresentationStrategy().getInstantiator(),
				List.copyOf(columns), isDrawn ? primaryKey : null, List.copyOf(inserted), List.copyOf(updated), key);
	}

	private static @Nullable BasicAttributeMapping naturalId(EntityPersister mapping) {
		if (mapping.getNaturalIdMapping() == null) {
			return null;
		}
		List<SingularAttributeMapping> attributes = mapping.getNaturalIdMapping().getNaturalIdAttributes();
		if (attributes.size() > 1 || !(attributes.getFirst() instanceof BasicAttributeMapping basic)) {
			throw new IllegalArgumentException(
					mapping.getMappedClass().getName() + " has a natural id of several columns");
		}
		return basic;
	}

	/** An association may go by the key or by a column that is an attribute, too. */
	private static void checkThatNothingIsWritten(AttributeMapping attribute, Column key) {
		attribute.forEachSelectable((_, column) -> {
			if (!column.getSelectionExpression().equals(key.name())
					&& (column.isInsertable() || column.isUpdateable())) {
				throw new IllegalArgumentException(attribute.getNavigableRole().getFullPath() + " can't be written");
			}
		});
	}

	private static String names(List<Column> columns) {
		return joined(columns, Column::name);
	}

	private static String assignments(List<Column> updated) {
		return joined(updated.subList(1, updated.size()), (column) -> column.name() + " = r." + column.name());
	}

	/**
	 * Selects a row for each element of the columns' arrays, which are of one length. As
	 * a table, {@code from unnest(?, ?, ...)}, PostgreSQL would first store each column.
	 */
	private static String rows(List<Column> columns) {
		return joined(columns, (column) -> "unnest(?) as " + column.name());
	}

	private static String joined(List<Column> columns, Function<Column, String> text) {
		return columns.stream().map(text).collect(Collectors.joining(", "));
	}

	/** What records have: the natural id, or the primary key. */
	Column key() {
		return this.columns.getFirst();
	}

	/** A query for the keys that there are. */
	String selectKeys() {
		return "select %1$s from %2$s where %1$s = any(?)".formatted(key().name(), this.name);
	}

	/** A query for the keys of rows by what another column holds. */
	String selectKeysBy(Column column) {
		return "select %1$s, %2$s from %3$s where %1$s = any(?) and %2$s <> all(?)".formatted(column.name(),
				key().name(), this.name);
	}

	/**
	 * A query for as many numbers of {@link #drawn} as the array's only element says,
	 * which nobody else has been or will be given.
	 */
	String drawNumbers(Column drawn) {
		return "select nextval(pg_get_serial_sequence('%s', '%s')) from generate_series(1, (?)[1])"
			.formatted(this.name.replace("'", "''"), drawn.unquotedName().replace("'", "''"));
	}

	/** A query for rows in the order of their keys, behind the key in an array of one. */
	String selectPage(boolean first, int atMost) {
		return selectPage(this.columns, first, atMost);
	}

	/** The same for the keys alone. */
	String selectKeyPage(boolean first, int atMost) {
		return selectPage(List.of(key()), first, atMost);
	}

	private String selectPage(List<Column> selected, boolean first, int atMost) {
		return "select %s from %s%s order by %s limit %d".formatted(names(selected), this.name,
				first ? "" : " where %s > (?)[1]".formatted(key().name()), key().name(), atMost);
	}

	/**
	 * Returns the column of an attribute.
	 * @throws IllegalArgumentException if there is none
	 */
	Column column(String attribute) {
		return this.columns.stream()
			.filter((column) -> column.attribute().equals(attribute))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException(
					"%s has no column for an attribute %s".formatted(this.name, attribute)));
	}

	/** Makes an entity of a row of {@link #select}. */
	Object read(ResultSet row) throws SQLException {
		Object entity = this.instantiator.instantiate();
		for (int i = 0; i < this.columns.size(); i++) {
			Column column = this.columns.get(i);
			column.set(entity, column.type().read(row, i + 1));
		}
		return entity;
	}

	/**
	 * A column and the attribute that it is mapped to.
	 *
	 * @param attribute the attribute's name
	 * @param name the column's name
	 * @param type how it is read and written
	 * @param access where an entity has the attribute
	 * @param mapping turns the attribute into what the column holds, and back
	 * @param options what the mapping wants to know
	 */
	record Column(String attribute, String name, ArrayType type, PropertyAccess access, JdbcMapping mapping,
			WrapperOptions options) {

		private static Column of(BasicValuedModelPart part, PropertyAccess access, WrapperOptions options) {
			JdbcMapping mapping = part.getJdbcMapping();
			try {
				ArrayType type = ArrayType.of(mapping.getJdbcType().getDefaultSqlTypeCode());
				return new Column(part.getPartName(), part.getSelectionExpression(), type, access, mapping, options);
			}
			catch (IllegalArgumentException ex) {
				throw new IllegalArgumentException(
						"%s has %s".formatted(part.getNavigableRole().getFullPath(), ex.getMessage()), ex);
			}
		}

		/** Returns the name as the catalog has it. */
		String unquotedName() {
			return this.name.startsWith("\"") ? this.name.substring(1, this.name.length() - 1) : this.name;
		}

		/** Reads the column where it holds something. */
		Object readRequired(ResultSet row, int column) throws SQLException {
			return Objects.requireNonNull(this.type.read(row, column), this.name);
		}

		/** Returns what the column of an entity's row is to hold. */
		@Nullable Object get(Object entity) {
			Object value = this.mapping.convertToRelationalValue(this.access.getGetter().get(entity));
			return this.type.javaType().isInstance(value) ? value : unwrap(this.mapping.getJdbcJavaType(), value);
		}

		@SuppressWarnings("unchecked") // The value is of the mapping's type.
		private <T> @Nullable Object unwrap(JavaType<T> type, @Nullable Object value) {
			return type.unwrap((T) value, this.type.javaType(), this.options);
		}

		/** Gives an entity a number that has been drawn for its row. */
		void setNumber(Object entity, long number) {
			set(entity, (this.type == ArrayType.INTEGERS) ? (Object) Math.toIntExact(number) : (Object) number);
		}

		private void set(Object entity, @Nullable Object value) {
			if (value != null) {
				Object relational = this.mapping.getJdbcJavaType().wrap(value, this.options);
				this.access.getSetter().set(entity, this.mapping.convertToDomainValue(relational));
			}
		}

	}

}
