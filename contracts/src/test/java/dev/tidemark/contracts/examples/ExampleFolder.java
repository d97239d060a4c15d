package dev.tidemark.contracts.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import dev.tidemark.contracts.DeadLetterReason;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The examples of a contract, which are in a folder {@code examples} beside its AsyncAPI
 * document. In it, {@code valid} has commands that are well formed, each in the folder of
 * its type; {@code invalid} has records that go to the dead letters, each in the folder
 * of its reason; and {@code published} has what is published. None of the three must be
 * there.
 */
public final class ExampleFolder {

	/**
	 * The system property that names one example, for somebody who works on it: tests of
	 * examples of its kind are then run with no other.
	 */
	private static final String ONE = "tidemark.example";

	private static final Set<String> MEMBERS = Set.of("about", "topic", "key", "keyBase64", "timestamp", "headers",
			"value", "valueText", "valueBase64", "dialect", "reason", "mentions", "schemaRefuses", "causedBy");

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.build();

	private final Class<?> neighbour;

	private ExampleFolder(Class<?> neighbour) {
		this.neighbour = neighbour;
	}

	/**
	 * Finds a contract's examples.
	 * @param neighbour a class in whose package the contract's documents are
	 * @return the examples in the folder of that package
	 */
	public static ExampleFolder beside(Class<?> neighbour) {
		return new ExampleFolder(neighbour);
	}

	/**
	 * Returns commands that are well formed, each in the folder of its type.
	 * @return the examples, sorted by name
	 */
	public List<Example> valid() {
		return in("valid");
	}

	/**
	 * Returns records that go to the dead letters, each in the folder of its reason.
	 * @return the examples, sorted by name
	 */
	public List<Example> invalid() {
		return in("invalid");
	}

	/**
	 * Returns what is published: events, each in the folder of its type, and dead
	 * letters.
	 * @return the examples, sorted by name
	 */
	public List<Example> published() {
		return in("published");
	}

	/**
	 * Returns one example.
	 * @param name where it is, for example
	 * {@code valid/dev.tidemark.task.create.v1/smallest}
	 * @return the example of that name
	 * @throws IllegalArgumentException if there is none
	 */
	public Example named(String name) {
		try (Folder folder = Folder.open(this.neighbour)) {
			return read(folder.root(), folder.root().resolve(name + ".json"));
		}
	}

	private List<Example> in(String kind) {
		String one = System.getProperty(ONE, "");
		if (one.startsWith(kind + "/")) {
			return List.of(named(one));
		}
		try (Folder folder = Folder.open(this.neighbour)) {
			Path ofKind = folder.root().resolve(kind);
			if (!Files.exists(ofKind)) {
				return List.of();
			}
			try (Stream<Path> files = Files.walk(ofKind)) {
				return files.filter(Files::isRegularFile).sorted().map((file) -> read(folder.root(), file)).toList();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Example read(Path root, Path file) {
		String name = root.relativize(file).toString().replace('\\', '/').replaceFirst("\\.json$", "");
		try {
			return read(name, JSON.readTree(Files.readAllBytes(file)));
		}
		catch (IOException | RuntimeException ex) {
			throw new IllegalArgumentException("No example can be read: " + name, ex);
		}
	}

	private static Example read(String name, JsonNode json) {
		for (String member : json.propertyNames()) {
			if (!MEMBERS.contains(member)) {
				throw new IllegalArgumentException("Unknown member " + member);
			}
		}
		JsonNode timestamp = json.path("timestamp");
		JsonNode reason = json.path("reason");
		return new Example(name, json.required("about").asString(), json.required("topic").asString(), key(json),
				timestamp.isMissingNode() ? null : timestamp.asLong(), headers(json.required("headers")), value(json),
				json.path("dialect").asString(null),
				reason.isMissingNode() ? null : DeadLetterReason.valueOf(reason.asString()),
				json.path("mentions").asString(null), json.path("schemaRefuses").asBoolean(false),
				json.path("causedBy").asString(null));
	}

	private static byte @Nullable [] key(JsonNode json) {
		return json.has("keyBase64") ? base64(json.required("keyBase64")) : utf8(json.required("key"));
	}

	/**
	 * Headers are an object; or a list, where a name comes twice, or a value is not text.
	 */
	private static List<Example.Header> headers(JsonNode json) {
		List<Example.Header> headers = new ArrayList<>();
		if (json.isObject()) {
			json.forEachEntry((name, value) -> headers.add(new Example.Header(name, utf8(value))));
		}
		else {
			for (JsonNode header : json) {
				headers.add(new Example.Header(header.required("name").asString(),
						header.has("base64") ? base64(header.required("base64")) : utf8(header.required("text"))));
			}
		}
		return List.copyOf(headers);
	}

	private static byte @Nullable [] value(JsonNode json) {
		if (json.has("valueText")) {
			return utf8(json.required("valueText"));
		}
		if (json.has("valueBase64")) {
			return base64(json.required("valueBase64"));
		}
		JsonNode value = json.required("value");
		return value.isNull() ? null : JSON.writeValueAsBytes(value);
	}

	private static byte @Nullable [] utf8(JsonNode text) {
		return text.isNull() ? null : text.asString().getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] base64(JsonNode text) {
		return Base64.getDecoder().decode(text.asString());
	}

	/**
	 * The folder of examples, be it in a jar or among the classes of a build.
	 *
	 * @param root the folder
	 * @param jar what to close afterwards, or null if it is in no jar
	 */
	private record Folder(Path root, @Nullable FileSystem jar) implements AutoCloseable {

		/** A file that is certainly there: not every jar lists its folders. */
		private static final String NEIGHBOUR = "asyncapi.yaml";

		static Folder open(Class<?> beside) {
			try {
				URL neighbour = beside.getResource(NEIGHBOUR);
				if (neighbour == null) {
					throw new IllegalStateException(
							"There is no %s in the package of %s: have the documents written first".formatted(NEIGHBOUR,
									beside.getName()));
				}
				if (neighbour.openConnection() instanceof JarURLConnection connection) {
					URI jar = connection.getJarFileURL().toURI();
					FileSystem files = FileSystems.newFileSystem(Path.of(jar));
					return new Folder(files.getPath(connection.getEntryName()).resolveSibling("examples"), files);
				}
				return new Folder(Path.of(neighbour.toURI()).resolveSibling("examples"), null);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			catch (URISyntaxException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		public void close() {
			if (this.jar != null) {
				try {
					this.jar.close();
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			}
		}

	}

}
