package dev.tidemark.worker.aggregate;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.hibernate.HibernateException;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.hibernate.tool.schema.Action;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.EventType;
import dev.tidemark.contracts.Field;
import dev.tidemark.contracts.Member;
import dev.tidemark.contracts.Snapshot;
import dev.tidemark.contracts.Verb;
import dev.tidemark.sample.CityRow;
import dev.tidemark.worker.outcome.Outcome;
import dev.tidemark.worker.outcome.ReadModel;
import dev.tidemark.worker.stack.DatabaseAddress;
import dev.tidemark.worker.stack.Stack;
import dev.tidemark.worker.state.Reads;
import dev.tidemark.worker.state.RecordedWrites;
import dev.tidemark.worker.state.Tables;
import dev.tidemark.worker.state.UnsupportedMappingException;
import dev.tidemark.worker.state.Writes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

/**
 * A member that is unique, and a row whose number the database draws. No aggregate that
 * is shipped has either.
 * <p>
 * A real database, since it draws the numbers, and has the constraints.
 */
class CitiesTests {

	private static final Member<String> NAME = Member.line("name", 1, 255, "What it is called.");

	private static final Member<String> PLATE = Member.line("plate", 1, 3, "What cars have.");

	private static final Member<Long> INHABITANTS = Member.integer("inhabitants", 0, Long.MAX_VALUE, "How many.");

	private static final AggregateType CITY = AggregateType.named("city", "cities")
		.commands(
				CommandType.of(Verb.CREATE, "test.city.create.v1", "Create", "Asks.", CreateCity.class, NAME,
						PLATE.orNull(), INHABITANTS),
				CommandType.of(Verb.CHANGE, "test.city.update.v1", "Update", "Asks.", UpdateCity.class, NAME,
						PLATE.orNull().patch(), INHABITANTS.patch()),
				CommandType.of(Verb.DELETE, "test.city.delete.v1", "Delete", "Asks.", DeleteCity.class, NAME),
				CommandType.of(Verb.REPUBLISH, "test.city.republish.v1", "Republish", "Asks.", RepublishCity.class,
						NAME))
		.unique(PLATE)
		.publishes(CitySnapshot.class, NAME, Member.integer("id", 1, Integer.MAX_VALUE, "Its number."), PLATE.orNull(),
				INHABITANTS);

	private final DatabaseAddress database = Stack.shared().newTenant().database();

	private final Aggregates aggregates = new Aggregates(Catalogue.of(List.of(CITY)), List.of(new Cities(true)));

	private SessionFactory sessions;

	private final RecordedWrites mapping = new RecordedWrites(CityRow.class);

	private final Tables tables = this.mapping.tables();

	@BeforeEach
	void start() {
		this.sessions = new Configuration().addAnnotatedClass(CityRow.class)
			.setJdbcUrl(this.database.jdbcUrl())
			.setCredentials(this.database.user(), this.database.password())
			.setSchemaExportAction(Action.CREATE)
			.buildSessionFactory();
	}

	@AfterEach
	void stop() {
		this.sessions.close();
		this.mapping.close();
	}

	@Test
	void aNumberIsKnownBeforeTheRowIsWrittenAndStays() {
		assertThat(decide(create("Ulm", "UL"), create("Aalen", null), update("Ulm", "UL", 126_000)))
			.containsExactly("Ulm 1 UL 0 v1", "Aalen 2 null 0 v1", "Ulm 1 UL 126000 v2");
		assertThat(decide(create("Ulm", null), create("Bonn", "BN"), new DeleteCity("Aalen")))
			.containsExactly("CITY_ALREADY_EXISTS", "Bonn 3 BN 0 v1", "gone");
		assertThat(decide(new RepublishCity("Ulm"), new RepublishCity("Bonn"), new RepublishCity("Aalen")))
			.containsExactly("Ulm 1 UL 126000 v2", "Bonn 3 BN 0 v1", "gone");
	}

	@Test
	void aValueThatAnotherHasIsTaken() {
		assertThat(decide(create("Ulm", "UL"), create("Ulmen", "UL"), create("Ulmet", null), create("Aalen", null)))
			.containsExactly("Ulm 1 UL 0 v1", "CITY_PLATE_TAKEN", "Ulmet 2 null 0 v1", "Aalen 3 null 0 v1");
		assertThat(decide(create("Ulrichstein", "UL"), update("Ulmet", "UL", 1), update("Ulm", "UL", 1)))
			.containsExactly("CITY_PLATE_TAKEN", "CITY_PLATE_TAKEN", "Ulm 1 UL 1 v2");
		assertThat(decide(update("Nowhere", "UL", 1))).containsExactly("CITY_NOT_FOUND");
	}

	@Test
	void aValuePassesFromOneToAnotherWithinABatch() {
		decide(create("Ulm", "UL"), create("Aalen", "AA"), create("Bonn", "BN"));
		assertThat(decide(update("Ulm", null, 1), update("Aalen", "UL", 2), update("Ulm", "AA", 3),
				new DeleteCity("Bonn"), create("Berlin", "BN"), update("Aalen", "BN", 4)))
			.containsExactly("Ulm 1 null 1 v2", "Aalen 2 UL 2 v2", "Ulm 1 AA 3 v3", "gone", "Berlin 4 BN 0 v1",
					"CITY_PLATE_TAKEN");
		assertThat(decide(new RepublishCity("Ulm"), new RepublishCity("Aalen"), new RepublishCity("Berlin")))
			.containsExactly("Ulm 1 AA 3 v3", "Aalen 2 UL 2 v2", "Berlin 4 BN 0 v1");
	}

	@Test
	void whatAnotherTransactionHasTakenMeanwhileIsRefusedByTheDatabase() {
		InHand early = load(create("Ulm", "UL"));
		decide(create("Ulmen", "UL"));
		assertThatExceptionOfType(HibernateException.class).isThrownBy(() -> write(early, create("Ulm", "UL")))
			.havingRootCause()
			.asInstanceOf(type(SQLException.class))
			.extracting(SQLException::getSQLState)
			.isEqualTo("23505");
		assertThat(decide(create("Ulm", "UL"))).containsExactly("CITY_PLATE_TAKEN");
	}

	@Test
	void whatTheContractCallsUniqueIsTheAggregates() {
		assertThatIllegalStateException()
			.isThrownBy(() -> new Aggregates(Catalogue.of(List.of(CITY)), List.of(new Cities(false))))
			.withMessage("The aggregate of type city has unique [], but its declaration [plate]");
	}

	@Test
	void aMissingIndexIsFoundAtTheStart() {
		assertThatNoException().isThrownBy(() -> check().verifyMapping());
		assertThatNoException().isThrownBy(() -> check().verifyTables());
		execute("alter table cities drop constraint cities_plate_key");
		execute("create index cities_plate_idx on cities (plate)");
		execute("alter table cities alter id drop identity");
		assertThatExceptionOfType(UnsupportedMappingException.class).isThrownBy(() -> check().verifyTables())
			.withMessage("cities has no unique index of plate alone; "
					+ "cities.id draws no numbers: it must be an identity column");
	}

	private DeclarationCheck check() {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setURL(this.database.jdbcUrl());
		dataSource.setUser(this.database.user());
		dataSource.setPassword(this.database.password());
		return new DeclarationCheck(this.aggregates, this.tables, dataSource);
	}

	private void execute(String sql) {
		this.sessions.inStatelessTransaction((session) -> session.createNativeMutationQuery(sql).executeUpdate());
	}

	/** Decides commands in a batch of their own, and says what came of each. */
	private List<String> decide(Command... commands) {
		return write(load(commands), commands);
	}

	private InHand load(Command... commands) {
		InHand inHand = this.aggregates.inHand();
		for (Command command : commands) {
			inHand.touch(command);
		}
		Reads reads = this.tables.reads();
		inHand.load(reads);
		this.sessions.inStatelessTransaction(reads::run);
		return inHand;
	}

	private List<String> write(InHand inHand, Command... commands) {
		List<String> outcomes = new ArrayList<>();
		for (Command command : commands) {
			outcomes.add(inWords(inHand.decide(command, Instant.EPOCH, null)));
		}
		Writes writes = this.tables.writes();
		inHand.write(writes);
		this.sessions.inStatelessTransaction(writes::run);
		return outcomes;
	}

	private static String inWords(Outcome outcome) {
		return switch (outcome) {
			case Outcome.Applied(ReadModel readModel) ->
				(readModel.snapshot() instanceof CitySnapshot city) ? "%s %d %s %d v%d".formatted(city.name(),
						city.id(), city.plate(), city.inhabitants(), city.version()) : "gone";
			case Outcome.Rejected rejected -> rejected.reason().name();
			case Outcome.Deferred _ -> "waits";
		};
	}

	private static CreateCity create(String name, @Nullable String plate) {
		return new CreateCity(name, plate, 0);
	}

	@SuppressWarnings("NullAway") // It does not see through the type of the field.
	private static UpdateCity update(String name, @Nullable String plate, long inhabitants) {
		return new UpdateCity(name, Field.given(plate), Field.given(inhabitants));
	}

	/** What can be asked of a city. */
	sealed interface CityCommand extends Command {

		@Override
		default CommandType type() {
			return CITY.typeOf(this);
		}

	}

	public record CreateCity(String name, @Nullable String plate, long inhabitants) implements CityCommand {
	}

	public record UpdateCity(String name, Field<@Nullable String> plate,
			Field<Long> inhabitants) implements CityCommand {
	}

	public record DeleteCity(String name) implements CityCommand {
	}

	public record RepublishCity(String name) implements CityCommand {
	}

	public record CitySnapshot(String name, long id, @Nullable String plate, long inhabitants,
			long version) implements Snapshot {

		@Override
		public EventType eventType() {
			return CITY.snapshot();
		}

	}

	/** Declares cities, with what is unique of them or without. */
	private static final class Cities extends Aggregate<CityRow, CreateCity, UpdateCity> {

		private final boolean unique;

		Cities(boolean unique) {
			super(CITY, CityRow.class);
			this.unique = unique;
		}

		@Override
		protected Object rowKey(CityRow row) {
			return row.name;
		}

		@Override
		protected CityRow create(CreateCity create, Instant at) {
			return new CityRow(create.name(), create.plate(), create.inhabitants());
		}

		@Override
		protected void change(CityRow row, UpdateCity update, Instant at) {
			if (update.plate().isGiven()) {
				row.plate = update.plate().value();
			}
			if (update.inhabitants().isGiven()) {
				row.inhabitants = update.inhabitants().value();
			}
		}

		@Override
		protected Snapshot snapshot(CityRow row) {
			return new CitySnapshot(row.name, Objects.requireNonNull(row.id), row.plate, row.inhabitants,
					row.getVersion());
		}

		@Override
		protected List<Unique<CityRow>> uniques() {
			return this.unique ? List.of(new Unique<>(PLATE, "plate", (row) -> row.plate)) : List.of();
		}

	}

}
