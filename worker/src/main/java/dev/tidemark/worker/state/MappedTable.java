package dev.tidemark.worker.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.AttributeMapping;
import org.hibernate.metamodel.mapping.BasicEntityIdentifierMapping;
import org.hibernate.metamodel.mapping.BasicValuedModelPart;
import org.hibernate.metamodel.mapping.JdbcMapping;
import org.hibernate.metamodel.mapping.internal.BasicAttributeMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.property.access.spi.Getter;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.JavaType;
import org.jspecify.annotations.Nullable;

/**
 * An entity's table, as its mapping says, and the statements that write it.
 *
 * @param name the table's name
 * @param key the primary key
 * @param inserted what an insert writes
 * @param updated what an update needs: the key, and what it writes
 * @param insert inserts rows, from an array for each of the columns inserted
 * @param update updates rows, from an array for each of the columns updated
 * @param delete deletes rows, by an array of keys
 */
record MappedTable(String name, Column key, List<Column> inserted, List<Column> updated, String insert, String update,
		String delete) {

	/**
	 * Reads the mapping of an entity.
	 * @throws IllegalArgumentException if it has something that can't be written so
	 */
	static MappedTable of(SessionFactoryImplementor sessions, Class<?> entity) {
		EntityPersister mapping = sessions.getMappingMetamodel().getEntityDescriptor(entity);
		if (!(mapping.getIdentifierMapping() instanceof BasicEntityIdentifierMapping identifier)) {
			throw new IllegalArgumentException(entity + " has a key of several columns");
		}
		WrapperOptions options = sessions.getWrapperOptions();
		Column key = column(identifier, identifier::getIdentifier, options);
		List<Column> inserted = new ArrayList<>(List.of(key));
		List<Column> updated = new ArrayList<>(List.of(key));
		mapping.forEachAttributeMapping((attribute) -> {
			if (attribute instanceof BasicAttributeMapping basic) {
				Getter getter = basic.getPropertyAccess().getGetter();
				Column column = column(basic, getter::get, options);
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
		return of(mapping.getTableName(), key, List.copyOf(inserted), List.copyOf(updated));
	}

	private static Column column(BasicValuedModelPart part, Function<Object, @Nullable Object> getter,
			WrapperOptions options) {
		return new Column(part.getSelectionExpression(),
				ArrayType.of(part.getJdbcMapping().getJdbcType().getDefaultSqlTypeCode()), getter,
				part.getJdbcMapping(), options);
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

	private static MappedTable of(String name, Column key, List<Column> inserted, List<Column> updated) {
		String insert = "insert into %s (%s) select * from %s".formatted(name, names(inserted), unnest(inserted));
		String update = "update %s as t set %s from %s as r (%s) where t.%s = r.%5$s".formatted(name,
				updated.stream()
					.skip(1)
					.map((column) -> column.name() + " = r." + column.name())
					.collect(Collectors.joining(", ")),
				unnest(updated), names(updated), key.name());
		String delete = "delete from %s where %s = any(cast(? as %s))".formatted(name, key.name(),
				key.type().sqlName());
		return new MappedTable(name, key, inserted, updated, insert, update, delete);
	}

	private static String names(List<Column> columns) {
		return columns.stream().map(Column::name).collect(Collectors.joining(", "));
	}

	private static String unnest(List<Column> columns) {
		return columns.stream()
			.map((column) -> "cast(? as " + column.type().sqlName() + ")")
			.collect(Collectors.joining(", ", "unnest(", ")"));
	}

	/**
	 * A column, and where its values are.
	 *
	 * @param name the column's name
	 * @param type how it is written
	 * @param getter gets the attribute of an entity
	 * @param mapping turns the attribute into what the column holds
	 * @param options what the mapping wants to know
	 */
	record Column(String name, ArrayType type, Function<Object, @Nullable Object> getter, JdbcMapping mapping,
			WrapperOptions options) {

		/** The same column, where keys are given and not entities. */
		Column ofKeys() {
			return new Column(this.name, this.type, (key) -> key, this.mapping, this.options);
		}

		List<@Nullable Object> values(Collection<?> rows) {
			List<@Nullable Object> values = new ArrayList<>(rows.size());
			for (Object row : rows) {
				values.add(value(this.mapping.getJdbcJavaType(), this.getter.apply(row)));
			}
			return values;
		}

		@SuppressWarnings("unchecked") // The mapping is the attribute's.
		private <T> @Nullable Object value(JavaType<T> jdbcJavaType, @Nullable Object attribute) {
			Object relational = this.mapping.convertToRelationalValue(attribute);
			return jdbcJavaType.unwrap((T) relational, this.type.javaType(), this.options);
		}

	}

}
