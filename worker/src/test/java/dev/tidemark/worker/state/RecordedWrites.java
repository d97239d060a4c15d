package dev.tidemark.worker.state;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.cfg.Configuration;
import org.hibernate.jdbc.Work;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Oid;
import org.postgresql.jdbc.PgArray;

/**
 * What a batch would have written, where there is no database: the statements in their
 * order, each with the rows that it is about. Whoever reads finds nothing.
 */
public final class RecordedWrites implements AutoCloseable {

	private final SessionFactory sessions;

	private final Tables tables;

	/**
	 * Reads the mapping of entities.
	 * @param entities their types, with all that they are associated with
	 */
	public RecordedWrites(Class<?>... entities) {
		Configuration configuration = new Configuration()
			.setProperty("hibernate.boot.allow_jdbc_metadata_access", false)
			.setProperty("hibernate.dialect", "org.hibernate.dialect.PostgreSQLDialect");
		Arrays.stream(entities).forEach(configuration::addAnnotatedClass);
		this.sessions = configuration.buildSessionFactory();
		this.tables = new Tables(this.sessions);
	}

	/**
	 * Has somebody write.
	 * @param work gathers what is to be written
	 * @return each statement in a few words, such as {@code insert tasks [key]}
	 */
	public List<String> of(Consumer<Writes> work) {
		return record(work).statements();
	}

	/**
	 * Has somebody insert rows.
	 * @param column the name of a column
	 * @param work gathers what is to be written
	 * @return what is inserted into the column
	 */
	public List<String> inserted(String column, Consumer<Writes> work) {
		return record(work).inserted(column);
	}

	private Recorder record(Consumer<Writes> work) {
		Writes writes = this.tables.writes();
		work.accept(writes);
		Recorder recorder = new Recorder(Refusal.NEVER);
		writes.run(session(recorder));
		return recorder;
	}

	/**
	 * Returns the tables of the entities.
	 * @return the tables
	 */
	public Tables tables() {
		return this.tables;
	}

	/**
	 * Returns a database in which there is nothing, before and after each transaction.
	 * @param refusal is asked when a transaction writes
	 * @return what opens its transactions
	 */
	public SessionFactory empty(Refusal refusal) {
		return fake(SessionFactory.class, (_, method, arguments) -> {
			if (!method.getName().equals("fromStatelessTransaction")) {
				throw new UnsupportedOperationException(method.getName());
			}
			return transaction(session(new Recorder(refusal)), arguments[0]);
		});
	}

	@SuppressWarnings("unchecked") // By the signature of the method.
	private static @Nullable Object transaction(StatelessSession session, Object work) {
		return ((Function<StatelessSession, @Nullable Object>) work).apply(session);
	}

	private static StatelessSession session(Recorder recorder) {
		return fake(StatelessSession.class, (_, _, arguments) -> {
			((Work) arguments[0]).execute(recorder.connection());
			return null;
		});
	}

	@Override
	public void close() {
		this.sessions.close();
	}

	private static <T> T fake(Class<T> type, InvocationHandler handler) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

	/**
	 * Says what a database refuses.
	 */
	@FunctionalInterface
	public interface Refusal {

		/** Refuses nothing. */
		Refusal NEVER = (_) -> {
		};

		/**
		 * Looks at a transaction.
		 * @param statements what it writes, as above
		 * @throws RuntimeException if that is refused
		 */
		void check(List<String> statements);

	}

	/**
	 * Answers as a driver does whose database has every row that is written, and none
	 * that is read.
	 */
	private static final class Recorder {

		private final Refusal refusal;

		private @Nullable String sql;

		private final List<PgArray> parameters = new ArrayList<>();

		private final List<String> statements = new ArrayList<>();

		/** How many rows each statement has changed. */
		private final List<Integer> counts = new ArrayList<>();

		/** What has been inserted, by column. */
		private final Map<String, List<String>> inserted = new HashMap<>();

		private int result;

		Recorder(Refusal refusal) {
			this.refusal = refusal;
		}

		Connection connection() {
			return fake(Connection.class, (_, method, arguments) -> switch (method.getName()) {
				case "prepareStatement" -> {
					this.sql = (String) arguments[0];
					this.parameters.clear();
					this.result = 0;
					yield statement();
				}
				case "unwrap" -> null;
				default -> throw new UnsupportedOperationException(method.getName());
			});
		}

		private PreparedStatement statement() {
			return fake(PreparedStatement.class, (_, method, arguments) -> switch (method.getName()) {
				case "setArray" -> {
					this.parameters.add((PgArray) arguments[1]);
					yield null;
				}
				case "execute" -> {
					record();
					yield false;
				}
				case "getResultSet" -> noRows();
				case "getUpdateCount" -> this.counts.get(this.result);
				case "getMoreResults" -> {
					this.result++;
					yield false;
				}
				case "close" -> null;
				default -> throw new UnsupportedOperationException(method.getName());
			});
		}

		private static ResultSet noRows() {
			return fake(ResultSet.class, (_, method, _) -> method.getName().equals("next") ? false : null);
		}

		private void record() throws SQLException {
			int parameter = 0;
			if (Objects.requireNonNull(this.sql).startsWith("select")) {
				return;
			}
			for (String statement : Objects.requireNonNull(this.sql).split(";\n", -1)) {
				List<String> rows = elements(this.parameters.get(parameter));
				String[] words = statement.strip().split("\\s+", -1);
				this.statements
					.add("%s %s %s".formatted(words[0], words[0].equals("update") ? words[1] : words[2], rows));
				this.counts.add(rows.size());
				if (words[0].equals("insert")) {
					for (int i = 0; words[3 + i].matches("\\(?(\\w+)[,)]"); i++) {
						this.inserted.put(words[3 + i].replaceAll("\\W", ""),
								elements(this.parameters.get(parameter + i)));
					}
				}
				parameter += (int) statement.chars().filter((letter) -> letter == '?').count();
			}
			this.refusal.check(this.statements);
		}

		List<String> statements() {
			return this.statements;
		}

		List<String> inserted(String column) {
			return Objects.requireNonNull(this.inserted.get(column), column);
		}

		private static List<String> elements(PgArray array) throws SQLException {
			ByteBuffer bytes = ByteBuffer.wrap(Objects.requireNonNull(array.toBytes())).position(2 * Integer.BYTES);
			int oid = bytes.getInt();
			int count = bytes.getInt();
			bytes.getInt();
			List<String> elements = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				int length = bytes.getInt();
				elements.add((length < 0) ? "null" : switch (oid) {
					case Oid.UUID -> new UUID(bytes.getLong(), bytes.getLong()).toString();
					case Oid.INT4 -> Integer.toString(bytes.getInt());
					case Oid.INT8, Oid.TIMESTAMPTZ -> Long.toString(bytes.getLong());
					default -> text(bytes, length);
				});
			}
			return elements;
		}

		private static String text(ByteBuffer bytes, int length) {
			byte[] text = new byte[length];
			bytes.get(text);
			return new String(text, StandardCharsets.UTF_8);
		}

	}

}
