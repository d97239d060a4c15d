package dev.tidemark.worker;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

import dev.tidemark.worker.aggregate.DeclarationCheck;
import dev.tidemark.worker.batch.OtherGroupException;
import dev.tidemark.worker.deferral.DeferralSweep;
import dev.tidemark.worker.intake.Intake;
import dev.tidemark.worker.intake.UnusableCodecException;
import dev.tidemark.worker.migration.SchemaCheck;
import dev.tidemark.worker.migration.SchemaMismatchException;
import dev.tidemark.worker.observability.Checks;
import dev.tidemark.worker.retention.CommandLogRetention;
import dev.tidemark.worker.state.Tables;
import dev.tidemark.worker.state.UnsupportedMappingException;
import dev.tidemark.worker.topics.TopicCreation;
import dev.tidemark.worker.waiting.Waiting;
import dev.tidemark.worker.waiting.WaitingRoom;

/**
 * Starts the intake when the database and the topics are there. Until then it waits: a
 * worker may be started before what it needs. A schema that it was not built for is
 * nothing to wait for; then the process ends.
 */
@Component
class Startup implements ApplicationRunner {

	private final KafkaClients clients;

	private final Tables tables;

	private final DeclarationCheck declarations;

	private final SchemaCheck schema;

	private final TopicCreation topics;

	private final Intake intake;

	private final DeferralSweep sweep;

	private final CommandLogRetention retention;

	private final Checks checks;

	private final ClockWatch clockWatch;

	private final Waiting waiting;

	private final CountDownLatch closed = new CountDownLatch(1);

	Startup(KafkaClients clients, Tables tables, DeclarationCheck declarations, SchemaCheck schema,
			TopicCreation topics, Intake intake, DeferralSweep sweep, CommandLogRetention retention, Checks checks,
			ClockWatch clockWatch, WaitingRoom waitingRoom) {
		this.clients = clients;
		this.tables = tables;
		this.declarations = declarations;
		this.schema = schema;
		this.topics = topics;
		this.intake = intake;
		this.sweep = sweep;
		this.retention = retention;
		this.checks = checks;
		this.clockWatch = clockWatch;
		this.waiting = waitingRoom.place("The start");
	}

	@Override
	public void run(ApplicationArguments arguments) throws InterruptedException {
		this.clients.check();
		while (true) {
			try {
				this.tables.verify();
				this.declarations.verifyMapping();
				this.intake.verifyCodecs();
				this.schema.verify();
				this.declarations.verifyTables();
				this.intake.verifyGroup();
				int partitions = this.topics.ensure();
				this.intake.start(partitions);
				this.waiting.succeeded();
				this.sweep.start();
				this.retention.start();
				this.checks.start();
				this.clockWatch.start();
				return;
			}
			catch (UnsupportedMappingException | SchemaMismatchException | UnusableCodecException
					| OtherGroupException ex) {
				System.err.println("tidemark: " + ex.getMessage());
				System.exit(1);
			}
			catch (SQLException | RuntimeException ex) {
				this.clients.check(ex);
				Duration wait = this.waiting.failed(ex);
				if (this.closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
					return;
				}
			}
		}
	}

	@EventListener
	void on(ContextClosedEvent event) {
		this.closed.countDown();
	}

}
