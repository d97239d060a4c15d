package dev.tidemark.worker.aggregate;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.springframework.stereotype.Component;

import dev.tidemark.worker.state.Tables;
import dev.tidemark.worker.state.UnsupportedMappingException;

/**
 * Makes sure, before the first command, that what is declared of the aggregates and where
 * they are stored fit together. Whatever else is wrong with a declaration is found
 * before.
 */
@Component
public class DeclarationCheck {

	private final Aggregates aggregates;

	private final Tables tables;

	private final DataSource dataSource;

	DeclarationCheck(Aggregates aggregates, Tables tables, DataSource dataSource) {
		this.aggregates = aggregates;
		this.tables = tables;
		this.dataSource = dataSource;
	}

	/**
	 * Makes sure that keys, what refers to them, and what is unique are of the types that
	 * their columns hold. No database is asked.
	 * @throws UnsupportedMappingException if they are not, with all that is wrong
	 */
	public void verifyMapping() {
		List<String> objections = new ArrayList<>();
		for (Aggregate<?, ?, ?> aggregate : this.aggregates.all()) {
			Class<?> entity = aggregate.entity();
			Class<?> keyType = this.tables.keyType(entity);
			for (Object edge : aggregate.type().key().edges(true)) {
				check(entity, "key", keyType, aggregate.rowKey(edge.toString()).getClass(),
						"must be a %s, as the keys that it holds", objections);
			}
			for (Reference<?, ?, ?> reference : aggregate.references()) {
				check(entity, reference.attribute(), this.tables.keyType(this.aggregates.of(reference.to()).entity()),
						"must be a %s, as the keys that it holds", objections);
			}
			for (Unique<?> unique : aggregate.uniques()) {
				check(entity, unique.attribute(), unique.member().type(), "must be a %s, as the member that it holds",
						objections);
			}
		}
		complain(objections);
	}

	private void check(Class<?> entity, String attribute, Class<?> expected, String demand, List<String> objections) {
		try {
			check(entity, attribute, this.tables.columnType(entity, attribute), expected, demand, objections);
		}
		catch (IllegalArgumentException ex) {
			objections.add(String.valueOf(ex.getMessage()));
		}
	}

	private static void check(Class<?> entity, String what, Class<?> column, Class<?> expected, String demand,
			List<String> objections) {
		String objection = "%s.%s is a %s, and ".formatted(entity.getName(), what, column.getSimpleName())
				+ demand.formatted(expected.getSimpleName());
		if (column != expected && !objections.contains(objection)) {
			objections.add(objection);
		}
	}

	/**
	 * Makes sure that the tables have the indexes by which rows are found, and those that
	 * keep unique what is.
	 * @throws UnsupportedMappingException if they have not, with all that is missing
	 * @throws SQLException if the database does not answer: ask again later
	 */
	public void verifyTables() throws SQLException {
		List<String> objections = new ArrayList<>();
		try (Connection connection = this.dataSource.getConnection()) {
			for (Aggregate<?, ?, ?> aggregate : this.aggregates.all()) {
				objections.addAll(this.tables.missing(connection, aggregate.entity(),
						aggregate.references().stream().map(Reference::attribute).toList(),
						aggregate.uniques().stream().map(Unique::attribute).toList()));
			}
		}
		complain(objections);
	}

	private static void complain(List<String> objections) {
		if (!objections.isEmpty()) {
			throw new UnsupportedMappingException(String.join("; ", objections));
		}
	}

}
