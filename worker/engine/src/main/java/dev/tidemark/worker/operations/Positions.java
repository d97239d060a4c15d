package dev.tidemark.worker.operations;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.common.TopicPartition;

import dev.tidemark.worker.operations.Standing.Verdict;
import dev.tidemark.worker.outcome.KnownPosition;
import dev.tidemark.worker.outcome.Position;

/**
 * How far the database is, as the tools see it.
 */
final class Positions {

	private Positions() {
	}

	static Map<TopicPartition, KnownPosition> read(Connection connection) throws SQLException {
		Map<TopicPartition, KnownPosition> positions = new HashMap<>();
		try (PreparedStatement query = connection.prepareStatement(
				"select topic, partition, published_before, " + "read_before, topic_id, group_id from intake_position");
				ResultSet row = query.executeQuery()) {
			while (row.next()) {
				positions.put(new TopicPartition(row.getString(1), row.getInt(2)), new KnownPosition(
						new Position(row.getLong(3), row.getLong(4)), row.getObject(5, UUID.class), row.getString(6)));
			}
		}
		return positions;
	}

	/** Has the database belong to a group. */
	static void belongTo(Connection connection, String groupId) throws SQLException {
		try (PreparedStatement group = connection.prepareStatement("update intake_position set group_id = ?")) {
			group.setString(1, groupId);
			group.executeUpdate();
		}
	}

	/**
	 * Has the database stand where the group goes on.
	 * @param connection commits by itself
	 * @param standings the partitions
	 * @param verdict which of them
	 * @param topicIds by topic, the id that it has now
	 */
	static void agree(Connection connection, Collection<Standing> standings, Verdict verdict,
			Map<String, UUID> topicIds) throws SQLException {
		connection.setAutoCommit(false);
		try (PreparedStatement position = connection.prepareStatement("update intake_position "
				+ "set topic_id = ?, published_before = ?, read_before = ? where topic = ? and partition = ?")) {
			for (Standing standing : standings) {
				if (standing.verdict() == verdict) {
					position.setObject(1, topicIds.get(standing.partition().topic()));
					position.setLong(2, standing.next());
					position.setLong(3, standing.next());
					position.setString(4, standing.partition().topic());
					position.setInt(5, standing.partition().partition());
					position.addBatch();
				}
			}
			position.executeBatch();
			connection.commit();
		}
		finally {
			connection.rollback();
			connection.setAutoCommit(true);
		}
	}

}
