package dev.tidemark.worker.migration;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

import org.junit.jupiter.api.Test;

import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The entities and the changelog describe the same schema. If this fails, write the
 * migration that is missing: MIGRATIONS.md says how, in one command.
 * <p>
 * A real database, since both schemas are made in it.
 */
class DriftTests {

	@Test
	void changelogMakesTheSchemaOfTheEntities() throws IOException, SQLException {
		DatabaseAddress fromEntities = Stack.shared().newTenant().database();
		EntitySchema.create(fromEntities);
		try (Connection entities = fromEntities.connect();
				Connection changelog = Stack.shared().newTenant().database().connect()) {
			Migrations.upgrade(changelog, Revision.changelog(SourceTree.RESOURCES));
			Catalog wanted = Catalog.read(entities);
			Catalog made = Catalog.read(changelog);
			assertThat(AllowedDifferences.wanted(wanted, made).differencesTo(made)).isEmpty();
			assertThat(AllowedDifferences.REASONS)
				.allSatisfy((name, _) -> assertThat(wanted.objects().get(name)).as("%s is a difference, still", name)
					.isNotEqualTo(made.objects().get(name)));
		}
	}

}
