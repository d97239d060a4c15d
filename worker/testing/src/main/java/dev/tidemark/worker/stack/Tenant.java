package dev.tidemark.worker.stack;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.tidemark.worker.migration.Migrations;

/**
 * A share of a {@link Stack} in which nobody else meddles: a database of its own with the
 * role that owns it, names of topics that no other tenant has, and a consumer group. The
 * database is empty, and the topics are not created yet.
 *
 * @param bootstrapServers where the broker is
 * @param database the database, and its owner
 * @param topics the topics' names
 * @param groupId the workers' consumer group
 */
public record Tenant(String bootstrapServers, DatabaseAddress database, TopicNames topics, String groupId) {

	/**
	 * Returns what a worker's environment must have for the worker to live here, and
	 * nothing that has a default to be tested.
	 * @return values by variable
	 */
	public Map<String, String> environment() {
		Map<String, String> environment = new LinkedHashMap<>();
		environment.put("KAFKA_BOOTSTRAP_SERVERS", this.bootstrapServers);
		environment.put("DB_HOST", this.database.host());
		environment.put("DB_PORT", Integer.toString(this.database.port()));
		environment.put("DB_NAME", this.database.name());
		environment.put("DB_USER", this.database.user());
		environment.put("DB_PASS", this.database.password());
		environment.put("TIDEMARK_GROUP_ID", this.groupId);
		environment.putAll(this.topics.environment());
		return environment;
	}

	/**
	 * Creates the topics with as many partitions as given.
	 * @param partitions how many partitions each topic gets
	 * @return this tenant
	 */
	public Tenant withTopics(int partitions) {
		this.topics.create(this.bootstrapServers, partitions);
		return this;
	}

	/**
	 * Creates the topics, with command topics whose broker lets senders compress, and so
	 * does not bound what records unpack to.
	 * @param partitions how many partitions each topic gets
	 * @return this tenant
	 */
	public Tenant withUnboundedTopics(int partitions) {
		this.topics.create(this.bootstrapServers, partitions);
		this.topics.unbound(this.bootstrapServers);
		return this;
	}

	/**
	 * Makes the schema, as {@code migrate upgrade} does, within this JVM.
	 * @return this tenant
	 */
	public Tenant withSchema() {
		try (Connection connection = this.database.connect()) {
			Migrations.upgrade(connection);
			return this;
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The schema could not be made", ex);
		}
	}

}
