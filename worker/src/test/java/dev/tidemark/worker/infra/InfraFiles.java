package dev.tidemark.worker.infra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The files of the folder {@code infra}.
 */
final class InfraFiles {

	private static final Path INFRA = Path.of("..", "infra");

	private static final JsonMapper JSON = JsonMapper.shared();

	private InfraFiles() {
	}

	/**
	 * Returns where a file is.
	 * @param name its path in the folder
	 */
	static Path path(String name) {
		return INFRA.resolve(name);
	}

	static String read(String name) {
		try {
			return Files.readString(path(name));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns where the files of a folder are.
	 * @param name the folder's path in the folder, or that of a file
	 * @return each of them, in subfolders too
	 */
	static List<Path> files(String name) {
		try (Stream<Path> files = Files.walk(path(name))) {
			return files.filter(Files::isRegularFile).sorted().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static JsonNode json(String name) {
		return JSON.readTree(read(name));
	}

	/**
	 * Reads YAML.
	 * @param text one document or more
	 * @return the documents
	 */
	static List<JsonNode> yaml(String text) {
		LoaderOptions options = new LoaderOptions();
		options.setAllowDuplicateKeys(false);
		Stream<Object> documents = StreamSupport
			.stream(new Yaml(new SafeConstructor(options)).loadAll(text).spliterator(), false);
		return documents.<JsonNode>map(JSON::valueToTree).toList();
	}

	/**
	 * Finds where links into a page may lead, as the hosting site makes them.
	 * @param markdown the page
	 * @return the anchor of each heading
	 */
	static Stream<String> anchors(String markdown) {
		return markdown.lines()
			.filter((line) -> line.matches("#{1,6} .*"))
			.map((line) -> line.replaceAll("^#+ ", "")
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^\\p{L}\\p{N} _-]", "")
				.replace(' ', '-'));
	}

	/**
	 * Reads the alert rules.
	 * @return each of them
	 */
	static Stream<JsonNode> alerts() {
		return yaml(read("observability/prometheus/rules/tidemark.yml")).getFirst()
			.at("/groups/0/rules")
			.values()
			.stream();
	}

}
