package dev.tidemark.contracts.shipped;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import dev.tidemark.contracts.documents.ContractDocuments;

/**
 * Writes what is generated of this contract: {@code ./mvnw -q -Pdocuments -pl contracts}.
 */
public final class ShippedDocuments {

	static final ContractDocuments DOCUMENTS = ContractDocuments.of(ShippedAggregates.CATALOGUE);

	static final Path DIRECTORY = Path.of("src/main/resources/dev/tidemark/contracts");

	static final Path README = Path.of("README.md");

	private ShippedDocuments() {
	}

	/**
	 * Writes them.
	 * @param args none
	 * @throws IOException if they cannot be written
	 */
	public static void main(String... args) throws IOException {
		DOCUMENTS.write(DIRECTORY, List.of(README));
	}

}
