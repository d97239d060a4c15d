package dev.tidemark.worker.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Proves the contract's guarantees on the real worker, from outside.
 * <p>
 * The short form is always run. {@code -Dtidemark.proof=plain} adds 10,000 mixed
 * commands, undisturbed and with three kills; {@code -Dtidemark.proof=full} adds the long
 * form, under both group protocols. With {@code -Dtidemark.stack=cluster} besides, three
 * brokers and a database with a standby do the work, and the long form has the faults
 * that only they can have. {@code -Dtidemark.proof=soak} is a long form of hours, with a
 * third worker that is never killed. {@code -Dtidemark.proof.commands} makes the long
 * forms shorter or longer. A failure names its seed, and {@code -Dtidemark.proof.seed}
 * runs the same commands and faults again.
 */
@Order(1)
class ProofTests {

	private static final String FORM = "tidemark.proof";

	/** Of the long form. */
	private static final int COMMANDS = Integer.getInteger(FORM + ".commands", 33_000);

	/** Of so many commands of the longest form, all faults strike once. */
	private static final int ALL_FAULTS_IN = Integer.getInteger(FORM + ".all-faults-in", 50_000);

	private static final boolean CLUSTER = System.getProperty("tidemark.stack", "").equals("cluster");

	private final long seed = Long.getLong(FORM + ".seed", new SplittableRandom().nextLong(1_000_000));

	@Test
	void keepsItsPromisesInShort() {
		prove(new Proof(this.seed, 3_000, 4, 2, "classic", faults(3, 1, 1, 0), false));
	}

	@Test
	@EnabledIfSystemProperty(named = FORM, matches = "plain|full")
	void keepsItsPromisesUndisturbed() {
		prove(new Proof(this.seed, 10_000, 6, 1, "classic", List.of(), false));
	}

	@Test
	@EnabledIfSystemProperty(named = FORM, matches = "plain|full")
	void keepsItsPromisesWhenKilledThreeTimes() {
		prove(new Proof(this.seed, 10_000, 6, 1, "classic", faults(3, 0, 0, 0), false));
	}

	@ParameterizedTest
	@ValueSource(strings = { "classic", "consumer" })
	@EnabledIfSystemProperty(named = FORM, matches = "full")
	void keepsItsPromisesWhateverHappens(String groupProtocol) {
		List<Fault> faults = CLUSTER ? Fault.shuffledOnCluster(new SplittableRandom(this.seed)) : faults(12, 2, 2, 1);
		prove(new Proof(this.seed, COMMANDS, 6, 2, groupProtocol, faults, true));
	}

	@Test
	@EnabledIfSystemProperty(named = FORM, matches = "soak")
	void keepsItsPromisesForHours() {
		int commands = Integer.getInteger(FORM + ".commands", 1_000_000);
		SplittableRandom random = new SplittableRandom(this.seed);
		List<Fault> faults = new ArrayList<>();
		for (int i = 0; i < Math.max(1, commands / ALL_FAULTS_IN); i++) {
			faults.addAll(CLUSTER ? Fault.shuffledOnCluster(random) : Fault.shuffled(12, 2, 2, 1, random));
		}
		prove(new Proof(this.seed, commands, 6, 3, "classic", faults, true));
	}

	private List<Fault> faults(int kills, int brokerOutages, int databaseOutages, int stalls) {
		return Fault.shuffled(kills, brokerOutages, databaseOutages, stalls, new SplittableRandom(this.seed));
	}

	private static void prove(Proof proof) {
		Proof.Report report = proof.run();
		System.out.println(report);
		assertThat(report.differences()).as(report::toString).isEmpty();
	}

}
