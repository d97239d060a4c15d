package dev.tidemark.worker.infra;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.api.Test;
import org.postgresql.PGProperty;
import org.springframework.beans.BeanWrapperImpl;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MutablePropertySources;
import tools.jackson.databind.JsonNode;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Topics;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the manifests say of the worker is so.
 */
@ParameterizedClass
@MethodSource("overlays")
class ManifestTests {

	private final Overlay overlay;

	ManifestTests(Overlay overlay) {
		this.overlay = overlay;
	}

	static Stream<Overlay> overlays() {
		return Overlay.all();
	}

	@Test
	void everySettingIsOneOfTheWorkers() throws IOException {
		Map<String, String> settings = this.overlay.settings();
		Set<String> own = new TreeSet<>(settings.keySet());
		own.removeIf((name) -> name.startsWith("SPRING_"));
		assertThat(documentedVariables()).containsAll(own);

		Binder binder = binder(this.overlay);
		Map<String, String> kafka = map(binder, "spring.kafka.properties");
		Map<String, String> pgjdbc = map(binder, "spring.datasource.hikari.data-source-properties");
		HikariConfig pool = binder.bindOrCreate("spring.datasource.hikari", Bindable.of(HikariConfig.class));
		assertThat(ConsumerConfig.configNames()).containsAll(kafka.keySet());
		assertThat(pgjdbc.keySet()).allSatisfy((name) -> assertThat(PGProperty.forName(name)).isNotNull());
		Set<String> ofPool = new HashSet<>();
		for (String name : settings.keySet()) {
			if (name.matches("SPRING_DATASOURCE_HIKARI_[A-Z]+")) {
				ofPool.add(property(name.substring("SPRING_DATASOURCE_HIKARI_".length())));
				assertThat(String.valueOf(new BeanWrapperImpl(pool)
					.getPropertyValue(property(name.substring("SPRING_DATASOURCE_HIKARI_".length())))))
					.isEqualTo(settings.get(name));
			}
		}
		assertThat(settings.size()).as("settings that mean something")
			.isEqualTo(own.size() + kafka.size() + pgjdbc.size() + ofPool.size());
	}

	private static String property(String upperCase) {
		return Arrays.stream(new BeanWrapperImpl(HikariConfig.class).getPropertyDescriptors())
			.map((descriptor) -> descriptor.getName())
			.filter(upperCase::equalsIgnoreCase)
			.findAny()
			.orElseThrow();
	}

	/** The variables of the table of settings. */
	private static Set<String> documentedVariables() throws IOException {
		return Files.readString(Path.of("CONFIGURATION.md"))
			.lines()
			.filter((line) -> line.startsWith("| `"))
			.flatMap((line) -> Pattern.compile("`([A-Z][A-Z_]+)`")
				.matcher(line.substring(0, line.indexOf('|', 1)))
				.results())
			.map((found) -> found.group(1))
			.collect(toSet());
	}

	private static Binder binder(Overlay overlay) {
		MutablePropertySources sources = new MutablePropertySources();
		sources.addFirst(overlay.environment());
		return new Binder(ConfigurationPropertySources.from(sources));
	}

	private static Map<String, String> map(Binder binder, String name) {
		return binder.bind(name, Bindable.mapOf(String.class, String.class)).orElse(Map.of());
	}

	@Test
	void noPasswordIsInTheEnvironment() {
		assertThat(this.overlay.settings().keySet()).noneMatch((name) -> name.matches(".*(PASS|SECRET|JAAS).*"));
		assertThat(containers()).allSatisfy((container) -> {
			assertThat(container.at("/env").isMissingNode()).isTrue();
			assertThat(container.findValues("secretRef")).isEmpty();
		});
		assertThat(projected(this.overlay.worker())).containsExactlyInAnyOrder("DB_PASS",
				"spring.kafka.properties.sasl.jaas.config");
		assertThat(projected(this.overlay.the("Job"))).containsExactly("DB_MIGRATION_PASS");
	}

	private static List<String> projected(JsonNode workload) {
		JsonNode pod = workload.at("/spec/template/spec");
		List<String> files = new ArrayList<>();
		for (JsonNode mount : pod.at("/containers/0/volumeMounts")) {
			if (mount.at("/mountPath").asString().equals("/run/secrets")) {
				pod.at("/volumes").forEach((volume) -> {
					if (volume.at("/name").equals(mount.at("/name"))) {
						volume.findValues("path").forEach((path) -> files.add(path.asString()));
					}
				});
			}
		}
		return files;
	}

	@Test
	void everySecretIsOneThatTheReadmeTellsToMake() {
		Set<String> told = Pattern.compile("`([a-z-]+)`")
			.matcher(InfraFiles.read("kubernetes/README.md"))
			.results()
			.map((found) -> found.group(1))
			.collect(toSet());
		Set<String> made = this.overlay.ofKind("Secret")
			.map((secret) -> secret.at("/metadata/name").asString())
			.collect(toSet());
		Set<String> used = new TreeSet<>();
		for (JsonNode pod : pods()) {
			pod.findValues("secretName").forEach((name) -> used.add(name.asString()));
			pod.findValues("secret").forEach((secret) -> {
				if (secret.has("name")) {
					used.add(secret.at("/name").asString());
				}
			});
		}
		this.overlay.ofKind("TriggerAuthentication")
			.forEach((authentication) -> authentication.at("/spec/secretTargetRef")
				.forEach((reference) -> used.add(reference.at("/name").asString())));
		used.removeAll(made);
		assertThat(used).isNotEmpty();
		assertThat(told).containsAll(used);
	}

	@Test
	void podsAreRestricted() {
		assertThat(pods()).hasSize(3).allSatisfy((pod) -> {
			assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
			assertThat(pod.at("/securityContext/runAsUser").asInt()).isEqualTo(65532);
			assertThat(pod.at("/securityContext/seccompProfile/type").asString()).isEqualTo("RuntimeDefault");
			assertThat(pod.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
			assertThat(pod.at("/volumes/0/emptyDir").isObject()).isTrue();
			assertThat(pod.at("/containers/0/volumeMounts/0/mountPath").asString()).isEqualTo("/tmp");
		});
		assertThat(containers()).hasSize(3).allSatisfy((container) -> {
			JsonNode security = container.at("/securityContext");
			assertThat(security.at("/readOnlyRootFilesystem").asBoolean()).isTrue();
			assertThat(security.at("/allowPrivilegeEscalation").asBoolean(true)).isFalse();
			assertThat(security.at("/capabilities/drop/0").asString()).isEqualTo("ALL");
			assertThat(container.at("/resources/limits/memory")).isEqualTo(container.at("/resources/requests/memory"));
		});
	}

	private List<JsonNode> workloads() {
		return List.of(this.overlay.worker(), this.overlay.tools(), this.overlay.the("Job"));
	}

	private List<JsonNode> pods() {
		return workloads().stream().map((workload) -> workload.at("/spec/template/spec")).toList();
	}

	private List<JsonNode> containers() {
		return pods().stream().map((pod) -> pod.at("/containers/0")).toList();
	}

	@Test
	void theManagementPortIsTheOneThatIsAsked() {
		JsonNode container = this.overlay.worker().at("/spec/template/spec/containers/0");
		assertThat(container.at("/ports/0/containerPort").asString())
			.isEqualTo(this.overlay.settings().get("MANAGEMENT_PORT"));
		String name = container.at("/ports/0/name").asString();
		for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
			assertThat(container.at("/" + probe + "/httpGet/port").asString()).isEqualTo(name);
		}
		this.overlay.ofKind("PodMonitor")
			.forEach(
					(monitor) -> assertThat(monitor.at("/spec/podMetricsEndpoints/0/port").asString()).isEqualTo(name));
	}

	@Test
	void topicsAreTheContracts() throws IOException {
		Map<String, Map<String, String>> contract = new TreeMap<>();
		try (InputStream file = Topics.class.getResourceAsStream("asyncapi.yaml")) {
			String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
			for (JsonNode channel : InfraFiles.yaml(text).getFirst().at("/channels")) {
				JsonNode configuration = channel.at("/bindings/kafka/topicConfiguration");
				Map<String, String> promised = new TreeMap<>();
				promised.put("cleanup.policy", configuration.at("/cleanup.policy/0").asString());
				if (configuration.has("retention.ms")) {
					promised.put("retention.ms", configuration.at("/retention.ms").asString());
				}
				contract.put(channel.at("/address").asString(), promised);
			}
		}
		Map<String, Map<String, String>> topics = this.overlay.ofKind("KafkaTopic")
			.collect(toMap((topic) -> topic.at("/metadata/name").asString(), (topic) -> {
				Map<String, String> kept = new TreeMap<>();
				topic.at("/spec/config").forEachEntry((name, value) -> kept.put(name, value.asString()));
				kept.keySet().retainAll(Set.of("cleanup.policy", "retention.ms"));
				return kept;
			}));
		assertThat(topics).isEqualTo(contract);
	}

	@Test
	void usersMayDoWhatTheyHaveToForAllKinds() {
		assertThat(this.overlay.ofKind("KafkaUser")).hasSize(4)
			.allSatisfy((user) -> assertThat(user.at("/spec/authorization/acls").values())
				.containsExactlyInAnyOrderElementsOf(
						AggregateComponent.accessOf(user.at("/metadata/name").asString())));
	}

	@Test
	void theBrokerBoundsWhatACommandUnpacksTo() {
		assertThat(this.overlay.ofKind("KafkaTopic")
			.filter((topic) -> topic.at("/spec/config/compression.type").asString("producer").equals("uncompressed"))
			.map((topic) -> topic.at("/metadata/name").asString()))
			.containsExactlyInAnyOrderElementsOf(commandTopicNames());
	}

	private static List<String> commandTopicNames() {
		return Catalogue.installed().aggregates().stream().map(AggregateType::commandTopic).toList();
	}

	@Test
	void brokersThatAreInSyncAreFewerThanReplicasUnlessThereIsOne() {
		assertThat(this.overlay.ofKind("KafkaTopic")).allSatisfy((topic) -> {
			int replicas = topic.at("/spec/replicas").asInt();
			assertThat(topic.at("/spec/config/min.insync.replicas").asInt()).isEqualTo(Math.max(1, replicas - 1));
		});
	}

	@Test
	void noConsumerIsBeyondThePartitions() {
		int replicas = this.overlay.has("ScaledObject")
				? this.overlay.the("ScaledObject").at("/spec/maxReplicaCount").asInt()
				: this.overlay.worker().at("/spec/replicas").asInt();
		assertThat(commandTopics()).isNotEmpty()
			.allSatisfy((topic) -> assertThat(replicas * concurrency())
				.isLessThanOrEqualTo(topic.at("/spec/partitions").asInt()));
	}

	private int concurrency() {
		return Integer.parseInt(this.overlay.settings().get("TIDEMARK_CONCURRENCY"));
	}

	private List<JsonNode> commandTopics() {
		return this.overlay.ofKind("KafkaTopic")
			.filter((topic) -> commandTopicNames().contains(topic.at("/metadata/name").asString()))
			.toList();
	}

	@Test
	void lagThatMoreWorkersDoNotHelpScalesNothing() {
		assertThat(this.overlay.ofKind("ScaledObject")).allSatisfy((scaling) -> {
			assertThat(scaling.at("/spec/scaleTargetRef/name")).isEqualTo(this.overlay.worker().at("/metadata/name"));
			assertThat(scaling.at("/spec/minReplicaCount").asInt()).isPositive();
			List<String> topics = new ArrayList<>();
			for (JsonNode trigger : scaling.at("/spec/triggers")) {
				JsonNode lag = trigger.at("/metadata");
				topics.add(lag.at("/topic").asString());
				assertThat(lag.at("/consumerGroup").asString()).isEqualTo("tidemark-worker");
				assertThat(lag.at("/bootstrapServers").asString())
					.isEqualTo(this.overlay.settings().get("KAFKA_BOOTSTRAP_SERVERS"));
				assertThat(lag.at("/allowIdleConsumers").asString()).isEqualTo("false");
				assertThat(lag.at("/excludePersistentLag").asString()).isEqualTo("true");
				assertThat(trigger.at("/useCachedMetrics").asBoolean()).isTrue();
			}
			assertThat(topics).containsExactlyInAnyOrderElementsOf(commandTopicNames());
		});
	}

	@Test
	void aRollOutTakesNoWorkerAwayBeforeANewOneIsReady() {
		JsonNode update = this.overlay.worker().at("/spec/strategy/rollingUpdate");
		assertThat(update.at("/maxUnavailable").asInt(-1)).isZero();
		assertThat(update.at("/maxSurge").asInt()).isPositive();
	}

	@Test
	void trafficIsWhatThePoliciesName() {
		Map<String, JsonNode> policies = this.overlay.ofKind("NetworkPolicy")
			.collect(toMap((policy) -> policy.at("/metadata/name").asString(), (policy) -> policy.at("/spec")));
		JsonNode denial = Objects.requireNonNull(policies.remove("tidemark-deny-all"));
		assertThat(denial.has("ingress") || denial.has("egress")).isFalse();
		assertThat(denial.at("/policyTypes").size()).isEqualTo(2);
		List<String> out = new ArrayList<>();
		List<String> in = new ArrayList<>();
		for (JsonNode policy : policies.values()) {
			policy.at("/egress").forEach((rule) -> out.addAll(ports(rule, "/to")));
			policy.at("/ingress").forEach((rule) -> in.addAll(ports(rule, "/from")));
		}
		assertThat(out).containsExactlyInAnyOrder("53", "53", "5432", "9093");
		assertThat(in).containsExactly("management");
		for (JsonNode workload : workloads()) {
			assertThat(workload.at("/spec/template/metadata/labels"))
				.containsAll(List.copyOf(denial.at("/podSelector/matchLabels").values()));
		}
	}

	private static List<String> ports(JsonNode rule, String peers) {
		assertThat(rule.at(peers).isEmpty()).as("a rule for somebody: %s", rule).isFalse();
		return rule.at("/ports").values().stream().map((port) -> port.at("/port").asString()).toList();
	}

}
