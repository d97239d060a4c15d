package dev.tidemark.worker.infra;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import tools.jackson.databind.JsonNode;

import static org.springframework.core.env.StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

/**
 * What an overlay of the Kubernetes manifests comes to, by Kustomize itself. Where there
 * is neither {@code kubectl} nor {@code kustomize}, a test that asks for it is skipped.
 */
public final class Overlay {

	private static final Map<String, Overlay> RENDERED = new ConcurrentHashMap<>();

	private final String name;

	private final List<JsonNode> objects;

	private Overlay(String name, List<JsonNode> objects) {
		this.name = name;
		this.objects = objects;
	}

	/**
	 * Returns all overlays.
	 * @return each of them, rendered
	 */
	public static Stream<Overlay> all() {
		try (Stream<Path> folders = Files.list(InfraFiles.path("kubernetes/overlays"))) {
			return folders.sorted().toList().stream().map((folder) -> named(folder.getFileName().toString()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Overlay named(String name) {
		return RENDERED.computeIfAbsent(name, (missing) -> new Overlay(missing, InfraFiles.yaml(render(missing))));
	}

	private static String render(String name) {
		List<String> command = new ArrayList<>(kustomize());
		command.add(InfraFiles.path("kubernetes/overlays/" + name).toString());
		try {
			Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (process.waitFor() != 0) {
				throw new IllegalStateException("%s failed".formatted(String.join(" ", command)));
			}
			return output;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static List<String> kustomize() {
		if (isInstalled("kubectl")) {
			return List.of("kubectl", "kustomize");
		}
		Assumptions.assumeTrue(isInstalled("kustomize"), "Neither kubectl nor kustomize is here");
		return List.of("kustomize", "build");
	}

	private static boolean isInstalled(String program) {
		return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
			.anyMatch((folder) -> Files.isExecutable(Path.of(folder, program)));
	}

	Stream<JsonNode> ofKind(String kind) {
		return this.objects.stream().filter((object) -> object.at("/kind").asString().equals(kind));
	}

	/**
	 * Returns the only object of a kind.
	 */
	JsonNode the(String kind) {
		List<JsonNode> found = ofKind(kind).toList();
		if (found.size() != 1) {
			throw new IllegalStateException("%d objects of kind %s in %s".formatted(found.size(), kind, this));
		}
		return found.getFirst();
	}

	/**
	 * Returns the Deployment of the worker.
	 * @return the object
	 */
	public JsonNode worker() {
		return deployment("tidemark-worker");
	}

	JsonNode tools() {
		return deployment("tidemark-tools");
	}

	private JsonNode deployment(String name) {
		return ofKind("Deployment").filter((object) -> object.at("/metadata/name").asString().equals(name))
			.findAny()
			.orElseThrow();
	}

	boolean has(String kind) {
		return ofKind(kind).findAny().isPresent();
	}

	/**
	 * Returns the worker's settings.
	 * @return values by variable
	 */
	public Map<String, String> settings() {
		Map<String, String> settings = new TreeMap<>();
		the("ConfigMap").at("/data").forEachEntry((name, value) -> settings.put(name, value.asString()));
		return settings;
	}

	/**
	 * Returns the worker's settings as they look from inside.
	 * @return the environment's variables, for Spring
	 */
	public SystemEnvironmentPropertySource environment() {
		return new SystemEnvironmentPropertySource("kubernetes-" + SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
				new HashMap<>(settings()));
	}

	@Override
	public String toString() {
		return this.name;
	}

}
