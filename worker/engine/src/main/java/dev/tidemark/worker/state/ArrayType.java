package dev.tidemark.worker.state;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Objects;
import java.util.UUID;

import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.JdbcTypeNameMapper;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Oid;
import org.postgresql.jdbc.PgArray;
import org.postgresql.util.ByteConverter;

/**
 * The types that columns have, and the arrays of them in PostgreSQL's binary format: the
 * driver's own arrays are text for most types, for both sides to write and to parse.
 */
enum ArrayType {

	UUIDS(Oid.UUID_ARRAY, Oid.UUID, UUID.class),

	TEXTS(Oid.TEXT_ARRAY, Oid.TEXT, String.class),

	BOOLEANS(Oid.BOOL_ARRAY, Oid.BOOL, Boolean.class),

	INTEGERS(Oid.INT4_ARRAY, Oid.INT4, Integer.class),

	LONGS(Oid.INT8_ARRAY, Oid.INT8, Long.class),

	DECIMALS(Oid.NUMERIC_ARRAY, Oid.NUMERIC, BigDecimal.class),

	DATES(Oid.DATE_ARRAY, Oid.DATE, LocalDate.class),

	TIMES(Oid.TIMESTAMPTZ_ARRAY, Oid.TIMESTAMPTZ, Instant.class),

	BYTES(Oid.BYTEA_ARRAY, Oid.BYTEA, byte[].class);

	/** PostgreSQL counts microseconds and days, and since 2000. */
	private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

	private static final LocalDate EPOCH_DAY = LocalDate.parse("2000-01-01");

	private final int oid;

	private final int elementOid;

	private final Class<?> javaType;

	ArrayType(int oid, int elementOid, Class<?> javaType) {
		this.oid = oid;
		this.elementOid = elementOid;
		this.javaType = javaType;
	}

	/**
	 * Finds the type for a column.
	 * @param sqlType one of {@link SqlTypes}
	 * @throws IllegalArgumentException if there is no array for it
	 */
	static ArrayType of(int sqlType) {
		return switch (sqlType) {
			case SqlTypes.UUID -> UUIDS;
			case SqlTypes.VARCHAR, SqlTypes.LONG32VARCHAR -> TEXTS;
			case SqlTypes.BOOLEAN -> BOOLEANS;
			case SqlTypes.INTEGER -> INTEGERS;
			case SqlTypes.BIGINT -> LONGS;
			case SqlTypes.NUMERIC, SqlTypes.DECIMAL -> DECIMALS;
			case SqlTypes.DATE -> DATES;
			case SqlTypes.TIMESTAMP_UTC -> TIMES;
			case SqlTypes.VARBINARY, SqlTypes.LONG32VARBINARY -> BYTES;
			default -> throw new IllegalArgumentException(
					"the SQL type %s, which the worker can't read and write in sets of rows"
						.formatted(JdbcTypeNameMapper.getTypeName(sqlType)));
		};
	}

	/**
	 * Finds the type for values.
	 * @param values some values of one type
	 * @throws IllegalArgumentException if there is no such type
	 */
	static ArrayType of(Collection<?> values) {
		Class<?> type = values.iterator().next().getClass();
		for (ArrayType candidate : values()) {
			if (candidate.javaType == type) {
				return candidate;
			}
		}
		throw new IllegalArgumentException("There is no array of " + type);
	}

	/** About how long an array is in PostgreSQL's binary format, and never longer. */
	long bytes(Collection<?> values) {
		long bytes = 5L * Integer.BYTES;
		for (Object value : values) {
			bytes += Integer.BYTES + switch (value) {
				// A char has no more than three bytes.
				case String text -> 3L * text.length();
				case byte[] array -> array.length;
				default -> 2L * Long.BYTES;
			};
		}
		return bytes;
	}

	/** What an element is to PostgreSQL. */
	String sqlName() {
		return switch (this) {
			case UUIDS -> "uuid";
			case TEXTS -> "varchar";
			case BOOLEANS -> "boolean";
			case INTEGERS -> "integer";
			case LONGS -> "bigint";
			case DECIMALS -> "numeric";
			case DATES -> "date";
			case TIMES -> "timestamptz";
			case BYTES -> "bytea";
		};
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
	Array array(Connection connection, Collection<? extends @Nullable Object> values) throws SQLException {
		byte[][] elements = new byte[values.size()][];
		int size = 5 * Integer.BYTES;
		boolean nulls = false;
		int index = 0;
		Object before = null;
		byte[] element = null;
		for (Object value : values) {
			// Rows next to each other often share a topic or a type.
			if (!Objects.equals(value, before)) {
				element = (value != null) ? encode(value) : null;
				before = value;
			}
			nulls |= element == null;
			size = Math.addExact(size, Integer.BYTES + ((element != null) ? element.length : 0));
			elements[index++] = element;
		}
		ByteBuffer bytes = ByteBuffer.allocate(size)
			.putInt(1)
			.putInt(nulls ? 1 : 0)
			.putInt(this.elementOid)
			.putInt(elements.length)
			.putInt(1);
		for (byte[] encoded : elements) {
			if (encoded == null) {
				bytes.putInt(-1);
			}
			else {
				bytes.putInt(encoded.length).put(encoded);
			}
		}
		return new PgArray(connection.unwrap(BaseConnection.class), this.oid, bytes.array());
	}

	/**
	 * Reads a column of such elements.
	 * @return the element, of this type's Java type, or null
	 */
	@Nullable Object read(ResultSet row, int column) throws SQLException {
		return switch (this) {
			case TEXTS -> row.getString(column);
			case BYTES -> row.getBytes(column);
			case TIMES -> {
				OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
				yield (time != null) ? time.toInstant() : null;
			}
			case UUIDS, BOOLEANS, INTEGERS, LONGS, DECIMALS, DATES -> row.getObject(column, this.javaType);
		};
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
			case BOOLEANS -> new byte[] { (byte) ((Boolean) value ? 1 : 0) };
			case INTEGERS -> ByteBuffer.allocate(Integer.BYTES).putInt((Integer) value).array();
			case LONGS -> ByteBuffer.allocate(Long.BYTES).putLong((Long) value).array();
			case DECIMALS -> ByteConverter.numeric((BigDecimal) value);
			case DATES -> ByteBuffer.allocate(Integer.BYTES)
				.putInt(Math.toIntExact(ChronoUnit.DAYS.between(EPOCH_DAY, (LocalDate) value)))
				.array();
			case TIMES ->
				ByteBuffer.allocate(Long.BYTES).putLong(ChronoUnit.MICROS.between(EPOCH, (Instant) value)).array();
			case BYTES -> (byte[]) value;
		};
	}

}
