package dev.tidemark.worker.proof;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import dev.tidemark.worker.stack.ComposeProject;
import dev.tidemark.worker.stack.Tenant;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Proves the contract's guarantees on what is deployed: the image, brought up by the
 * compose file. Under load, a worker is killed, a third one joins, and all are replaced
 * by another image.
 * <p>
 * {@code -Dtidemark.proof=compose} runs it, where a container engine answers and has the
 * image.
 */
@EnabledIfSystemProperty(named = "tidemark.proof", matches = "compose")
class ComposeProofTests {

	private static final String WORKER = "worker";

	private static final String IMAGE = "tidemark/worker";

	private static final String NEXT_IMAGE = IMAGE + ":next";

	/** As many as the worker makes where it creates topics. */
	private static final int PARTITIONS = 12;

	private static final int COMMANDS = 6_000;

	/** The phase in which most of the work is done. */
	private static final int WORK = 2;

	private final long seed = Long.getLong("tidemark.proof.seed", new SplittableRandom().nextLong(1_000_000));

	private final ComposeProject project = new ComposeProject().with("TIDEMARK_DEFER_FOR", "1h");

	private final Map<String, Object> figures = new LinkedHashMap<>();

	private final List<String> logs = new ArrayList<>();

	@Test
	void keepsItsPromisesAsDeployed() {
		try (this.project) {
			this.project.up();
			assertThat(this.project.containers(WORKER)).hasSize(2);
			this.project.containers(WORKER).forEach(this::isConfined);

			Tenant tenant = this.project.tenant();
			letEverythingIn(tenant);
			Workload workload = Workload.of(this.seed, COMMANDS, PARTITIONS, Proof.POISON, tenant.topics());
			try (Progress progress = new Progress(tenant);
					Traffic traffic = new Traffic(tenant.bootstrapServers(), this.seed)) {
				work(workload, progress, traffic);
				this.figures.put("senders", traffic.toString());
				this.figures.put("transactions left open", traffic.leftOpen());
			}
			Evidence evidence = Evidence.gather(tenant, this.logs, List.of(), workload.orders());
			Proof.Report report = Proof.judge(workload, evidence, this.figures, new LinkedHashMap<>());
			System.out.println(report);
			assertThat(report.differences()).as(report::toString).isEmpty();
		}
	}

	/**
	 * The topics that the workers have made bound what records unpack to, and so refuse
	 * what is sent beyond the contract's bounds.
	 */
	private void letEverythingIn(Tenant tenant) {
		rememberLogs();
		this.project.with("TIDEMARK_TOPICS_CREATE", "false").up();
		tenant.topics().unbound(tenant.bootstrapServers());
	}

	private void work(Workload workload, Progress progress, Traffic traffic) {
		this.figures.put("seed", this.seed);
		this.figures.put("records sent", workload.orders().size());
		for (int phase = 1; phase <= Workload.EXPIRY; phase++) {
			if (phase == Workload.EXPIRY) {
				rememberLogs();
				this.project.with("TIDEMARK_DEFER_FOR", "3s").up("--scale", "worker=3");
			}
			List<Order> orders = workload.phase(phase);
			if (phase == WORK) {
				int third = orders.size() / 3;
				during(orders.subList(0, third), progress, traffic, this::killOne);
				during(orders.subList(third, 2 * third), progress, traffic, this::scaleToThree);
				during(orders.subList(2 * third, orders.size()), progress, traffic, this::rollToNextImage);
			}
			else {
				traffic.send(orders, false);
			}
			progress.awaitConsumed(traffic.last());
			if (phase >= Workload.EXPIRY - 1) {
				progress.awaitNothingDeferred();
			}
		}
		rememberLogs();
		this.project.compose("stop", WORKER);
	}

	/** Lets something happen while orders come in and some have been consumed. */
	private void during(List<Order> orders, Progress progress, Traffic traffic, Runnable happening) {
		long before = progress.consumed();
		CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> traffic.send(orders, false));
		try {
			progress.awaitConsumed(before, orders.size() / 10);
			happening.run();
		}
		finally {
			sending.join();
		}
	}

	private void killOne() {
		this.project.docker("kill", this.project.containers(WORKER).getFirst());
		this.figures.put("workers after a kill", this.project.containers(WORKER).size());
	}

	private void scaleToThree() {
		this.project.up("--no-recreate", "--scale", "worker=3");
		this.figures.put("workers, scaled", this.project.containers(WORKER).size());
	}

	private void rollToNextImage() {
		rememberLogs();
		String container = this.project.docker("create", IMAGE).strip();
		this.project.docker("commit", "--change", "LABEL dev.tidemark.release=next", container, NEXT_IMAGE);
		this.project.docker("rm", container);
		this.project.with("TIDEMARK_IMAGE", NEXT_IMAGE).up("--scale", "worker=3");
		this.figures.put("workers, new image",
				this.project.containers(WORKER)
					.stream()
					.filter((id) -> inspect(id, "{{.Config.Image}}").equals(NEXT_IMAGE))
					.count());
	}

	/** Containers that are replaced take their logs with them. */
	private void rememberLogs() {
		this.logs.add(this.project.compose("logs", "--no-color", WORKER));
	}

	private void isConfined(String container) {
		assertThat(inspect(container, "{{.Config.User}}")).isEqualTo("65532:65532");
		assertThat(inspect(container, "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}"))
			.isEqualTo("true [ALL]");
		assertThat(inspect(container, "{{.Config.Env}}")).doesNotContain("PASS", "development-only");
	}

	private String inspect(String container, String format) {
		return this.project.docker("inspect", "--format", format, container).strip();
	}

}
