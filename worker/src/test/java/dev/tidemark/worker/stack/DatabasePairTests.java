package dev.tidemark.worker.stack;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tidemark.worker.stack.DatabasePair.Replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What a database's standby has when it is promoted.
 */
class DatabasePairTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@TempDir
	static Path directory;

	private static DatabasePair pair;

	@BeforeAll
	static void start() {
		pair = new DatabasePair(directory, Replication.SYNCHRONOUS, 1);
		pair.start();
	}

	@AfterAll
	static void close() {
		pair.close();
	}

	@BeforeEach
	void makeTable() throws SQLException {
		try (Connection connection = pair.address().connect(); Statement statement = connection.createStatement()) {
			statement.execute("drop table if exists mine");
			statement.execute("create table mine (id int generated always as identity)");
		}
		pair.awaitStandby();
		assertThat(rows(pair.standby())).isZero();
	}

	@Test
	void aSynchronousStandbyHasEveryRowThatWasAcknowledged() throws SQLException {
		pair.replicate(Replication.SYNCHRONOUS);
		AtomicLong acknowledged = new AtomicLong();
		// Twice, as whoever was promoted is to have a standby that is as good.
		for (int i = 0; i < 2; i++) {
			CompletableFuture<Void> inserting = CompletableFuture
				.runAsync(() -> insertUntilItFails(pair.address(), acknowledged));
			long enough = acknowledged.get() + 200;
			Awaitility.await().atMost(PATIENCE).until(() -> acknowledged.get() >= enough);
			assertThatIllegalStateException().isThrownBy(pair::promote);
			pair.stopImmediately();
			inserting.join();
			pair.promote();
			assertThat(rows(pair.address())).isBetween(acknowledged.get(), acknowledged.get() + 1);
			acknowledged.set(rows(pair.address()));
			pair.pair();
		}
		assertThat(rows(pair.standby())).isEqualTo(acknowledged.get());
	}

	@Test
	void aSynchronousPrimaryAcknowledgesNothingThatTheStandbyDoesNotHave() throws SQLException {
		pair.replicate(Replication.SYNCHRONOUS);
		AtomicLong acknowledged = new AtomicLong();
		CompletableFuture<Void> inserting = CompletableFuture
			.runAsync(() -> insertUntilItFails(pair.address(), acknowledged));
		Awaitility.await().atMost(PATIENCE).until(() -> acknowledged.get() >= 10);

		pair.replication().cut();
		Awaitility.await().until(() -> number(pair.address(), "select count(*) from pg_stat_replication") == 0);
		Awaitility.await().until(() -> waiting(pair.address()) == 1);
		long before = acknowledged.get();
		assertThat(waiting(pair.address())).isOne();
		assertThat(acknowledged).hasValue(before);

		pair.replication().mend();
		Awaitility.await().atMost(PATIENCE).until(() -> acknowledged.get() > before);
		pair.stopImmediately();
		inserting.join();
		pair.start();
	}

	@Test
	void anAsynchronousStandbyThatWasHeldBackLacksWhatCameMeanwhile() throws SQLException {
		pair.replicate(Replication.ASYNCHRONOUS);
		insert(pair.address(), 100);
		pair.awaitStandby();
		pair.replication().stall();
		insert(pair.address(), 50);
		assertThat(pair.behind()).isPositive();

		pair.stopImmediately();
		pair.promote();
		assertThat(rows(pair.address())).isEqualTo(100);

		pair.replication().mend();
		pair.pair();
		insert(pair.address(), 1);
		pair.awaitStandby();
		assertThat(rows(pair.standby())).isEqualTo(101);
	}

	private static void insert(DatabaseAddress address, int count) throws SQLException {
		try (Connection connection = address.connect();
				PreparedStatement statement = connection.prepareStatement("insert into mine default values")) {
			for (int i = 0; i < count; i++) {
				statement.execute();
			}
		}
	}

	private static void insertUntilItFails(DatabaseAddress address, AtomicLong acknowledged) {
		try (Connection connection = address.connect();
				PreparedStatement statement = connection.prepareStatement("insert into mine default values")) {
			while (true) {
				statement.execute();
				acknowledged.incrementAndGet();
			}
		}
		catch (SQLException ex) {
			// The primary is gone.
		}
	}

	private static long rows(DatabaseAddress address) throws SQLException {
		return number(address, "select count(*) from mine");
	}

	private static long waiting(DatabaseAddress address) throws SQLException {
		return number(address, "select count(*) from pg_stat_activity where wait_event = 'SyncRep'");
	}

	private static long number(DatabaseAddress address, String sql) throws SQLException {
		try (Connection connection = address.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getLong(1);
		}
	}

}
