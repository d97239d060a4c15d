package dev.tidemark.contracts.shipped;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is committed is what is declared.
 */
class DocumentsAreCurrentTests {

	private static final String TO_MEND = "%s: run ./mvnw -q -Pdocuments -pl contracts";

	static Stream<String> files() {
		return ShippedDocuments.DOCUMENTS.files().keySet().stream();
	}

	@ParameterizedTest
	@MethodSource("files")
	void fileIsAsItWouldBeWritten(String name) throws IOException {
		Path file = ShippedDocuments.DIRECTORY.resolve(name);
		assertThat(file).as(TO_MEND, name).exists();
		assertThat(Files.readString(file)).as(TO_MEND, name).isEqualTo(ShippedDocuments.DOCUMENTS.files().get(name));
	}

	@Test
	void tablesOfTheReadmeAreAsTheyWouldBeWritten() throws IOException {
		Path readme = ShippedDocuments.README;
		assertThat(Files.readString(readme)).as(TO_MEND, readme)
			.isEqualTo(ShippedDocuments.DOCUMENTS.page(readme, ShippedDocuments.DIRECTORY))
			.contains("<!-- generated: topics -->", "<!-- generated: commands -->", "<!-- generated: members -->",
					"<!-- generated: reasons -->", "<!-- generated: read-models -->");
	}

	@Test
	void noSchemaIsLeftOver() throws IOException {
		try (Stream<Path> schemas = Files.list(ShippedDocuments.DIRECTORY.resolve("schemas"))) {
			assertThat(schemas).as("nobody writes the others: delete them")
				.allMatch(
						(schema) -> ShippedDocuments.DOCUMENTS.files().containsKey("schemas/" + schema.getFileName()));
		}
	}

}
