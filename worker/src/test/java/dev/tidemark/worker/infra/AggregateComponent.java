package dev.tidemark.worker.infra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;

/**
 * What is deployed for one kind of aggregates: a component of Kustomize's, as it is
 * written, so that nothing has to be installed to read it.
 */
final class AggregateComponent {

	/** Where the components are. */
	static final String FOLDER = "kubernetes/aggregates";

	private final String kind;

	private AggregateComponent(String kind) {
		this.kind = kind;
	}

	/**
	 * Returns all components.
	 * @return those that there are, by the names of the kinds
	 */
	static List<AggregateComponent> all() {
		try (Stream<Path> folders = Files.list(InfraFiles.path(FOLDER))) {
			return folders.map((folder) -> folder.getFileName().toString())
				.sorted()
				.map(AggregateComponent::new)
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns what a Kafka user may do.
	 * @param user the user
	 * @return the rules that it has without any kind of aggregates, and those that all
	 * components add
	 */
	static List<JsonNode> accessOf(String user) {
		List<JsonNode> rules = new ArrayList<>();
		for (JsonNode object : InfraFiles.yaml(InfraFiles.read("kubernetes/kafka/users.yaml"))) {
			if (object.at("/metadata/name").asString().equals(user)) {
				object.at("/spec/authorization/acls").forEach(rules::add);
			}
		}
		all().forEach((component) -> rules.addAll(component.access(user)));
		return rules;
	}

	/**
	 * Returns the name of the kind.
	 * @return the folder's name
	 */
	String kind() {
		return this.kind;
	}

	/**
	 * Returns the type that is deployed.
	 * @return the type of that name
	 */
	AggregateType type() {
		return Objects.requireNonNull(Catalogue.installed().aggregate(this.kind), this.kind);
	}

	/**
	 * Returns what the component adds for a Kafka user.
	 * @param user the user
	 * @return access rules
	 */
	List<JsonNode> access(String user) {
		return additions("KafkaUser", user, "/spec/authorization/acls/-");
	}

	/**
	 * Returns for what the component has workers added.
	 * @return triggers of KEDA's
	 */
	List<JsonNode> triggers() {
		return additions("ScaledObject", "tidemark-worker", "/spec/triggers/-");
	}

	/** What its patches append to a list of an object that is for all kinds. */
	private List<JsonNode> additions(String type, String name, String list) {
		List<JsonNode> additions = new ArrayList<>();
		for (JsonNode patch : yaml("kustomization.yaml").at("/patches")) {
			if (patch.at("/target/kind").asString().equals(type) && patch.at("/target/name").asString().equals(name)) {
				for (JsonNode operation : InfraFiles.yaml(patch.at("/patch").asString()).getFirst()) {
					if (operation.at("/path").asString().equals(list)) {
						additions.add(operation.at("/value"));
					}
				}
			}
		}
		return additions;
	}

	/**
	 * Reads a file of the component.
	 * @param name its path in the component's folder
	 * @return the only document
	 */
	JsonNode yaml(String name) {
		return InfraFiles.yaml(InfraFiles.read("%s/%s/%s".formatted(FOLDER, this.kind, name))).getFirst();
	}

	/**
	 * Returns where the files of the component are.
	 * @return each of them
	 */
	List<Path> files() {
		return InfraFiles.files("%s/%s".formatted(FOLDER, this.kind));
	}

	@Override
	public String toString() {
		return this.kind;
	}

}
