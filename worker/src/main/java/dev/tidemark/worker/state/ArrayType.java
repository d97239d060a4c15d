package dev.tidemark.worker.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Oid;
import org.postgresql.jdbc.PgArray;

/**
 * The types of columns that can be written as arrays, in PostgreSQL's binary format: the
 * driver's own arrays are text for most of them, which both sides would have to parse.
 */
enum ArrayType {

	UUIDS("uuid[]", Oid.UUID_ARRAY, Oid.UUID, UUID.class),

	TEXTS("text[]", Oid.TEXT_ARRAY, Oid.TEXT, String.class),

	INTEGERS("integer[]", Oid.INT4_ARRAY, Oid.INT4, Integer.class),

	LONGS("bigint[]", Oid.INT8_ARRAY, Oid.INT8, Long.class),

	TIMES("timestamptz[]", Oid.TIMESTAMPTZ_ARRAY, Oid.TIMESTAMPTZ, Instant.class),

	BYTES("bytea[]", Oid.BYTEA_ARRAY, Oid.BYTEA, byte[].class);

	/** PostgreSQL counts microseconds, and since 2000. */
	private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

	private final String sqlName;

	private final int oid;

	private final int elementOid;

	private final Class<?> javaType;

	ArrayType(String sqlName, int oid, int elementOid, Class<?> javaType) {
		this.sqlName = sqlName;
		this.oid = oid;
		this.elementOid = elementOid;
		this.javaType = javaType;
	}

	/**
	 * Finds the type for a column.
	 * @param sqlType one of {@link SqlTypes}
	 * @throws IllegalArgumentException if no entity has had such a column yet
	 */
	static ArrayType of(int sqlType) {
		return switch (sqlType) {
			case SqlTypes.UUID -> UUIDS;
			case SqlTypes.VARCHAR, SqlTypes.LONG32VARCHAR -> TEXTS;
			case SqlTypes.INTEGER -> INTEGERS;
			case SqlTypes.BIGINT -> LONGS;
			case SqlTypes.TIMESTAMP_UTC -> TIMES;
			case SqlTypes.VARBINARY, SqlTypes.LONG32VARBINARY -> BYTES;
			default -> throw new IllegalArgumentException("Columns of SQL type " + sqlType + " can't be written");
		};
	}

	/** How SQL calls it. */
	String sqlName() {
		return this.sqlName;
	}

	/** What an element is to Java. */
	Class<?> javaType() {
		return this.javaType;
	}

	/**
	 * Makes an array of one dimension, as PostgreSQL's {@code array_recv} reads it.
	 * @param connection the connection to bind it on
	 * @param values the elements, of this type's Java type or null
	 */
	Array array(Connection connection, List<? extends @Nullable Object> values) throws SQLException {
		byte[][] elements = new byte[values.size()][];
		int size = 5 * Integer.BYTES;
		boolean nulls = false;
		for (int i = 0; i < elements.length; i++) {
			Object value = values.get(i);
			size += Integer.BYTES;
			if (value == null) {
				nulls = true;
			}
			else {
				elements[i] = encode(value);
				size = Math.addExact(size, elements[i].length);
			}
		}
		ByteBuffer bytes = ByteBuffer.allocate(size)
			.putInt(1)
			.putInt(nulls ? 1 : 0)
			.putInt(this.elementOid)
			.putInt(elements.length)
			.putInt(1);
		for (byte[] element : elements) {
			if (element == null) {
				bytes.putInt(-1);
			}
			else {
				bytes.putInt(element.length).put(element);
			}
		}
		return new PgArray(connection.unwrap(BaseConnection.class), this.oid, bytes.array());
	}

	private byte[] encode(Object value) {
		return switch (this) {
			case UUIDS -> {
				UUID uuid = (UUID) value;
				yield ByteBuffer.allocate(2 * Long.BYTES)
					.putLong(uuid.getMostSignificantBits())
					.putLong(uuid.getLeastSignificantBits())
					.array();
			}
			case TEXTS -> ((String) value).getBytes(StandardCharsets.UTF_8);
			case INTEGERS -> ByteBuffer.allocate(Integer.BYTES).putInt((Integer) value).array();
			case LONGS -> ByteBuffer.allocate(Long.BYTES).putLong((Long) value).array();
			case TIMES ->
				ByteBuffer.allocate(Long.BYTES).putLong(ChronoUnit.MICROS.between(EPOCH, (Instant) value)).array();
			case BYTES -> (byte[]) value;
		};
	}

}
