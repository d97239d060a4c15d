package dev.tidemark.worker.state;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.hibernate.HibernateException;
import org.hibernate.SessionFactory;
import org.hibernate.StaleStateException;
import org.hibernate.cfg.Configuration;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.tool.schema.Action;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.entities.Dependent;
import dev.tidemark.entities.Sample;
import dev.tidemark.entities.Sample.Flavour;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What is written as arrays is what Hibernate reads back, and so is what is read.
 * <p>
 * A real database, since it reads the arrays.
 */
class TablesTests {

	private final DatabaseAddress database = Stack.shared().newTenant().database();

	private SessionFactory sessions;

	private Tables tables;

	@BeforeEach
	void start() {
		this.sessions = new Configuration().addAnnotatedClass(Sample.class)
			.addAnnotatedClass(Dependent.class)
			.setJdbcUrl(this.database.jdbcUrl())
			.setCredentials(this.database.user(), this.database.password())
			.setSchemaExportAction(Action.CREATE)
			.buildSessionFactory();
		this.tables = new Tables(this.sessions);
	}

	@AfterEach
	void stop() {
		this.sessions.close();
	}

	@Test
	void insertsAndUpdatesEveryKindOfColumn() {
		Sample full = new Sample();
		full.text = "Grüße, 你好, {\"a\\b\",NULL} 😀";
		full.flavour = Flavour.SWEET;
		full.optional = Long.MIN_VALUE;
		full.number = Integer.MIN_VALUE;
		full.bytes = new byte[] { 0, -1, 127 };
		full.yes = true;
		full.price = new BigDecimal("-123456789012345678901234567890.0123456789");
		full.day = LocalDate.parse("1969-12-31");
		Sample empty = new Sample();
		write((writes) -> writes.insert(Sample.class, List.of(full, empty)));
		assertStored(full);
		assertStored(empty);
		assertThat(stored(empty).readOnly).isEqualTo("the default");

		full.text = null;
		full.optional = null;
		empty.flavour = Flavour.SOUR;
		empty.bytes = new byte[0];
		empty.yes = false;
		empty.price = new BigDecimal("0.0000000000");
		empty.day = LocalDate.parse("2026-02-28");
		empty.text = "";
		write((writes) -> writes.update(Sample.class, List.of(full, empty)));
		assertStored(full);
		assertStored(empty);
		assertThat(stored(empty).readOnly).isEqualTo("the default");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "1999-12-31T23:59:59.999999Z",
			"2000-01-01T00:00:00Z", "2026-11-20T10:00:00.123456Z", "9999-12-31T23:59:59.999999Z" })
	void keepsEveryMicrosecond(Instant time) {
		Sample sample = new Sample();
		sample.time = time;
		write((writes) -> writes.insert(Sample.class, List.of(sample)));
		assertThat(numbers("select cast(extract(epoch from time) * 1000000 as bigint) from sample"))
			.containsExactly(time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000);
	}

	@Test
	void deletesByKeyWhatIsThere() {
		Sample going = new Sample();
		Sample staying = new Sample();
		write((writes) -> writes.insert(Sample.class, List.of(going, staying)));
		write((writes) -> writes.delete(Sample.class, List.of(going.id, UUID.randomUUID())));
		assertThat(stored(going)).isNull();
		assertThat(stored(staying)).isNotNull();
	}

	@Test
	void hasNothingToSayWhereThereIsNothingToWrite() {
		write((writes) -> {
			writes.insert(Sample.class, List.of());
			writes.update(Sample.class, List.of());
			writes.delete(Sample.class, List.of());
		});
	}

	@Test
	void findsByKeyWhatIsThere() {
		Sample one = new Sample();
		Sample other = new Sample();
		write((writes) -> writes.insert(Sample.class, List.of(one, other, new Sample())));
		assertThat(found(one.id, UUID.randomUUID(), other.id)).extracting((sample) -> sample.id)
			.containsExactlyInAnyOrder(one.id, other.id);
		assertThat(found()).isEmpty();
	}

	@Test
	void readsAndWritesSeveralThingsInOrder() {
		Sample one = new Sample();
		Sample other = new Sample();
		write((writes) -> {
			writes.insert(Sample.class, List.of(one, other));
			writes.execute("update sample set text = u.text from unnest(?, ?) u (id, text) where sample.id = u.id",
					(rows) -> assertThat(rows).isOne(), List.of(one.id), List.of("by hand"));
			writes.delete(Sample.class, List.of(other.id));
		});
		List<String> read = new ArrayList<>();
		Reads reads = this.tables.reads();
		reads.select("select 'none' from sample where id = any(?)", List.of(other.id), (row) -> read.add("deleted"));
		reads.select("select text from sample where id = any(?)", List.of(one.id), (row) -> read.add(row.getString(1)));
		reads.find(Sample.class, List.of(one.id), (sample) -> read.add(sample.id.toString()));
		this.sessions.inStatelessTransaction(reads::run);
		assertThat(read).containsExactly("by hand", one.id.toString());
	}

	@Test
	void tellsThatARowHasGoneBeforeItWasUpdated() {
		Sample there = new Sample();
		write((writes) -> writes.insert(Sample.class, List.of(there)));
		assertThatExceptionOfType(StaleStateException.class)
			.isThrownBy(
					() -> write((writes) -> writes.update(Sample.class, List.of(there, new Sample(), new Sample()))))
			.withMessage("2 of 3 rows of Sample have gone");
	}

	@Test
	void tellsWhatTheDatabaseRefuses() {
		Sample there = new Sample();
		write((writes) -> writes.insert(Sample.class, List.of(there)));
		assertThatExceptionOfType(ConstraintViolationException.class)
			.isThrownBy(() -> write((writes) -> writes.insert(Sample.class, List.of(new Sample(), there))));
		Sample tooLong = new Sample();
		tooLong.text = "x".repeat(41);
		assertThatExceptionOfType(HibernateException.class)
			.isThrownBy(() -> write((writes) -> writes.insert(Sample.class, List.of(tooLong))))
			.withStackTraceContaining("value too long");
	}

	@Test
	void refusesAnAssociationThatHasAColumnOfItsOwn() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> write((writes) -> writes.insert(Dependent.class, List.of(new Dependent()))))
			.withMessageContaining("sample can't be written");
	}

	/** All at once would fill the sockets' buffers on both sides, and stand for ever. */
	@Test
	@Timeout(60)
	void whatDoesNotFitIntoOneRoundTripGoesOnAnother() {
		List<String> texts = IntStream.range(0, 3_000).mapToObj((i) -> i + "x".repeat(1_000)).toList();
		List<String> found = new ArrayList<>();
		this.sessions.inStatelessTransaction((session) -> {
			Reads reads = this.tables.reads();
			for (int i = 0; i < 3; i++) {
				reads.select("select unnest(?)", texts, (row) -> found.add(row.getString(1)));
			}
			reads.run(session);
		});
		assertThat(found).hasSize(9_000).containsAll(texts);
	}

	@Test
	void findsKeysAndWhatRefersToThem() {
		Sample one = new Sample();
		one.text = "referred";
		Sample other = new Sample();
		other.text = "of a row that does not count";
		write((writes) -> writes.insert(Sample.class, List.of(one, other)));
		List<Object> keys = new ArrayList<>();
		List<Object> referred = new ArrayList<>();
		this.sessions.inStatelessTransaction((session) -> {
			Reads reads = this.tables.reads();
			reads.findKeys(Sample.class, List.of(one.id, UUID.randomUUID()), keys::add);
			reads.findReferred(Sample.class, "text", List.of("referred", "of nobody", "of a row that does not count"),
					List.of(other.id), referred::add);
			reads.findReferred(Sample.class, "text", List.of("of a row that does not count"), List.of(), referred::add);
			reads.run(session);
		});
		assertThat(keys).containsExactly(one.id);
		assertThat(referred).containsExactly("referred", "of a row that does not count");
		assertThatIllegalArgumentException().isThrownBy(
				() -> this.tables.reads().findReferred(Sample.class, "unknown", List.of("x"), List.of(), keys::add));
	}

	private void write(Consumer<Writes> work) {
		this.sessions.inStatelessTransaction((session) -> {
			Writes writes = this.tables.writes();
			work.accept(writes);
			writes.run(session);
		});
	}

	private List<Sample> found(UUID... ids) {
		List<Sample> found = new ArrayList<>();
		Reads reads = this.tables.reads();
		reads.find(Sample.class, List.of(ids), found::add);
		this.sessions.inStatelessTransaction(reads::run);
		return found;
	}

	private List<Long> numbers(String query) {
		return this.sessions
			.fromStatelessSession((session) -> session.createNativeQuery(query, Long.class).getResultList());
	}

	private void assertStored(Sample sample) {
		Sample stored = stored(sample);
		assertThat(stored).usingRecursiveComparison().ignoringFields("readOnly").isEqualTo(sample);
		assertThat(found(sample.id)).singleElement().usingRecursiveComparison().isEqualTo(stored);
	}

	private Sample stored(Sample sample) {
		return this.sessions.fromStatelessSession((session) -> session.get(Sample.class, sample.id));
	}

}
