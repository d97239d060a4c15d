package dev.tidemark.contracts.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.tidemark.contracts.AggregateType;
import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.EventType;

/**
 * The documents of a contract, for those who don't read Java: a JSON Schema of each type
 * of data, an AsyncAPI document, and tables for a page in Markdown. Everything in them
 * comes from a {@link Catalogue}, and the same catalogue gives the same bytes, so that a
 * test can compare what is committed with what would be written.
 */
public final class ContractDocuments {

	private final Catalogue catalogue;

	private final Map<String, String> files;

	private ContractDocuments(Catalogue catalogue) {
		this.catalogue = catalogue;
		Map<String, String> files = new LinkedHashMap<>();
		for (CommandType type : catalogue.commands()) {
			files.put(Schemas.file(type.wireName()), Json.write(Schemas.of(type)));
		}
		for (AggregateType type : catalogue.aggregates()) {
			files.put(Schemas.file(type.snapshot().wireName()), Json.write(Schemas.ofSnapshots(type)));
		}
		files.put(Schemas.file(EventType.COMMAND_REJECTED.wireName()), Json.write(Schemas.ofRejections(catalogue)));
		files.put("asyncapi.yaml", AsyncApi.of(catalogue));
		this.files = Collections.unmodifiableMap(files);
	}

	/**
	 * Returns the documents of a catalogue.
	 * @param catalogue what is declared
	 * @return its documents
	 * @throws IllegalArgumentException if two things in it would have one name in them
	 */
	public static ContractDocuments of(Catalogue catalogue) {
		return new ContractDocuments(catalogue);
	}

	/**
	 * Returns schemas and AsyncAPI document.
	 * @return what is in each file, by the file's name, such as
	 * {@code schemas/dev.tidemark.command.rejected.v1.schema.json}; the AsyncAPI
	 * document, {@code asyncapi.yaml}, refers to the schemas beside it
	 */
	public Map<String, String> files() {
		return this.files;
	}

	/**
	 * Writes schemas and AsyncAPI document. Whatever else is in the directory stays.
	 * @param directory where to; it need not be there
	 * @return the files that were not there or had other contents
	 * @throws IOException if they cannot be written
	 */
	public List<Path> writeTo(Path directory) throws IOException {
		List<Path> written = new ArrayList<>();
		for (Map.Entry<String, String> file : this.files.entrySet()) {
			writeTo(directory.resolve(file.getKey()), file.getValue(), written);
		}
		return written;
	}

	/**
	 * Returns a page in Markdown with the tables of today. A table stands between the
	 * lines {@code <!-- generated: commands -->} and {@code <!-- end -->}; the others are
	 * {@code topics}, {@code members}, {@code reasons} and {@code read-models}.
	 * @param page the file, which has at least the two lines of each table that it wants
	 * @param directory where schemas are, and, in a folder {@code examples}, examples,
	 * for links to them
	 * @return the text of the page
	 * @throws IOException if the page cannot be read
	 * @throws IllegalArgumentException if it wants a table that there is not
	 */
	public String page(Path page, Path directory) throws IOException {
		return new Tables(this.catalogue, page, directory).in(Files.readString(page));
	}

	/**
	 * Writes the documents of the {@linkplain Catalogue#installed() application's
	 * catalogue}, and says which have changed.
	 * @param args the directory for schemas and AsyncAPI document, then any pages in
	 * Markdown whose tables are to be replaced
	 * @throws IOException if something cannot be read or written
	 */
	public static void main(String... args) throws IOException {
		Catalogue catalogue = Catalogue.installed();
		if (args.length == 0 || catalogue.aggregates().isEmpty()) {
			throw new IllegalArgumentException(
					"A directory is needed, and a source of aggregates: a class that is named "
							+ "in META-INF/services/" + Catalogue.Source.class.getName());
		}
		Path directory = Path.of(args[0]);
		of(catalogue).write(directory, Arrays.stream(args).skip(1).map(Path::of).toList());
	}

	/**
	 * Writes schemas and AsyncAPI document, replaces the tables of pages in Markdown, and
	 * says which of them have changed.
	 * @param directory where schemas and AsyncAPI document go
	 * @param pages pages in Markdown
	 * @throws IOException if something cannot be read or written
	 */
	public void write(Path directory, List<Path> pages) throws IOException {
		List<Path> written = writeTo(directory);
		for (Path page : pages) {
			writeTo(page, page(page, directory), written);
		}
		written.forEach((file) -> System.out.println("Written: " + file));
	}

	private static void writeTo(Path file, String text, List<Path> written) throws IOException {
		if (!Files.exists(file) || !Files.readString(file).equals(text)) {
			Path folder = file.getParent();
			if (folder != null) {
				Files.createDirectories(folder);
			}
			Files.writeString(file, text);
			written.add(file);
		}
	}

}
