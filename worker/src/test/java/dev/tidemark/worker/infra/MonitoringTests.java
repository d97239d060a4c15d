package dev.tidemark.worker.infra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Rules, dashboard and probes ask a running worker for what it has.
 */
class MonitoringTests {

	/** Not the worker's: where Prometheus found it. */
	private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance", "namespace");

	private static final Pattern SELECTOR = Pattern.compile("(\\w+)\\{([^}]*)}");

	private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");

	private static final Deployment deployment = Deployment.prepare(2, "TIDEMARK_LOST_RECORDS", "pass-over");

	@BeforeAll
	static void haveEverythingCounted() throws Exception {
		deployment.start();
		Client client = deployment.client();
		PasswordHash hash = new PasswordHash("$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");
		RecordMetadata first = client.send(UUID.randomUUID(), new RegisterUser("amara", hash));
		client.awaitConsumed(first);
		deployment.stop();
		lose(client.send(UUID.randomUUID(), new RegisterUser("amara", hash)));
		deployment.start();
		String topic = first.topic();
		// One of them is in the wrong partition.
		client.awaitConsumed(client.send(deletion(topic, 0)), client.send(deletion(topic, 1)));
	}

	/** As retention does. */
	private static void lose(RecordMetadata sent) throws InterruptedException, ExecutionException {
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", deployment.tenant().bootstrapServers()))) {
			admin.deleteRecords(Map.of(new TopicPartition(sent.topic(), sent.partition()),
					RecordsToDelete.beforeOffset(sent.offset() + 1)))
				.all()
				.get();
		}
	}

	private static ProducerRecord<byte[], byte[]> deletion(String topic, int partition) {
		return new ProducerRecord<>(topic, partition, Client.bytes("amara"), Client.bytes("{\"username\":\"amara\"}"),
				Client.headers(UUID.randomUUID(), "dev.tidemark.user.delete.v1"));
	}

	@AfterAll
	static void close() {
		deployment.close();
	}

	private static List<String> queries() {
		List<String> queries = new ArrayList<>();
		InfraFiles.alerts().forEach((alert) -> queries.add(alert.at("/expr").asString()));
		InfraFiles.json("observability/grafana/dashboards/tidemark.json")
			.findValues("expr")
			.forEach((query) -> queries.add(query.asString()));
		return queries.stream().filter((query) -> !query.startsWith("ALERTS")).toList();
	}

	@Test
	void everyMetricAndLabelIsInAScrape() {
		Set<String> metrics = new TreeSet<>();
		Set<String> selections = new TreeSet<>();
		for (String query : queries()) {
			String bare = SELECTOR.matcher(query).replaceAll((found) -> {
				labels(found).forEach((label) -> selections.add(found.group(1) + " " + label));
				return Matcher.quoteReplacement(found.group(1));
			}).replaceAll("\\b(by|on|without|ignoring)\\s*\\([^)]*\\)", "");
			Pattern.compile("\\b[a-z]\\w*+(?!\\s*\\()")
				.matcher(bare)
				.results()
				.map(MatchResult::group)
				.filter((name) -> name.contains("_"))
				.filter((name) -> !name.startsWith("__"))
				.forEach(metrics::add);
		}
		assertThat(metrics).hasSizeGreaterThan(15);
		assertThat(selections).isNotEmpty();
		// The lag of a partition is there when its consumer has polled.
		await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
			String scrape = deployment.worker().get("/actuator/prometheus").body();
			Set<String> scraped = scrape.lines()
				.filter((line) -> !line.startsWith("#"))
				.map((line) -> line.replaceAll("[{ ].*", ""))
				.collect(toSet());
			assertThat(scraped).containsAll(metrics);
			assertThat(selections).allSatisfy((selection) -> {
				String[] parts = selection.split(" ", 2);
				assertThat(scrape).containsPattern("(?m)^%s\\{(.*,)?%s=\"".formatted(parts[0], parts[1]));
			});
		});
	}

	private static List<String> labels(MatchResult selector) {
		return LABEL.matcher(selector.group(2))
			.results()
			.map((label) -> label.group(1))
			.filter((label) -> !OF_PROMETHEUS.contains(label))
			.toList();
	}

	@Test
	void everyProbeIsAnswered() {
		assertThat(Overlay.all()).allSatisfy((overlay) -> {
			JsonNode container = overlay.worker().at("/spec/template/spec/containers/0");
			for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
				assertThat(get(container.at("/" + probe + "/httpGet/path").asString())).as(probe).isEqualTo(200);
			}
			overlay.ofKind("PodMonitor")
				.forEach((monitor) -> assertThat(get(monitor.at("/spec/podMetricsEndpoints/0/path").asString()))
					.isEqualTo(200));
		});
	}

	private static int get(String path) {
		try {
			return deployment.worker().get(path).statusCode();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
