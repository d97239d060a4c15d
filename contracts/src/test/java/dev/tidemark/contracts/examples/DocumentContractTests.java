package dev.tidemark.contracts.examples;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.Command;
import dev.tidemark.contracts.CommandType;
import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.MalformedDataException;
import dev.tidemark.contracts.Member;
import dev.tidemark.contracts.documents.ContractDocuments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What holds for the documents and the examples of any contract: the documents are as
 * they would be written, each command has examples, and schemas and types judge every
 * example alike. To be extended by a class without a body, which finds all of it by the
 * application's {@link Catalogue.Source}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class DocumentContractTests {

	private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

	private @Nullable ContractDocuments documents;

	/**
	 * Returns what the documents are of.
	 * @return by default, what is installed
	 */
	protected Catalogue catalogue() {
		return Catalogue.installed();
	}

	/**
	 * Returns a class in whose package schemas, AsyncAPI document and examples are: below
	 * {@code src/main/resources}, and on the class path.
	 * @return by default, the source of the catalogue
	 */
	protected Class<?> neighbour() {
		return Catalogue.installedBy().getFirst();
	}

	/**
	 * Returns the pages in Markdown that have generated tables.
	 * @return none by default
	 */
	protected List<Path> pages() {
		return List.of();
	}

	/**
	 * Returns the names of the examples that every command must have.
	 * @param type the command's type
	 * @return by default {@code smallest}, and {@code fullest} where a member may be
	 * absent
	 */
	protected List<String> examplesOf(CommandType type) {
		return type.rules().stream().allMatch(Member::isRequired) ? List.of("smallest")
				: List.of("smallest", "fullest");
	}

	/**
	 * Returns what writes the documents.
	 * @return a command line
	 */
	protected String writer() {
		return "-Pdocuments";
	}

	final Stream<String> files() {
		return documents().files().keySet().stream();
	}

	final List<Example> valid() {
		return ExampleFolder.beside(neighbour()).valid();
	}

	final List<Example> invalid() {
		return ExampleFolder.beside(neighbour()).invalid();
	}

	final Collection<CommandType> types() {
		return catalogue().commands();
	}

	private ContractDocuments documents() {
		ContractDocuments made = this.documents;
		if (made == null) {
			made = ContractDocuments.of(catalogue());
			this.documents = made;
		}
		return made;
	}

	private Path directory() {
		return Path.of("src/main/resources", neighbour().getPackageName().split("\\."));
	}

	@ParameterizedTest
	@MethodSource("files")
	void aDocumentIsAsItWouldBeWritten(String name) throws IOException {
		Path file = directory().resolve(name);
		assertThat(file).as("%s: run %s", name, writer()).exists();
		assertThat(Files.readString(file)).as("%s: run %s", name, writer()).isEqualTo(documents().files().get(name));
	}

	@Test
	void theTablesOfPagesAreAsTheyWouldBeWritten() throws IOException {
		for (Path page : pages()) {
			assertThat(Files.readString(page)).as("%s: run %s", page, writer())
				.isEqualTo(documents().page(page, directory()));
		}
	}

	@Test
	void noSchemaIsLeftOver() throws IOException {
		Map<String, String> written = documents().files();
		try (Stream<Path> schemas = Files.list(directory().resolve("schemas"))) {
			assertThat(schemas).as("nobody writes the others: delete them")
				.allMatch((schema) -> written.containsKey("schemas/" + schema.getFileName()));
		}
	}

	@ParameterizedTest
	@MethodSource("types")
	void everyCommandHasItsExamples(CommandType type) {
		String folder = "valid/" + type.wireName() + "/";
		assertThat(valid()).extracting(Example::name)
			.containsAll(examplesOf(type).stream().map((name) -> folder + name).toList());
	}

	@Test
	void noTwoValidExamplesAreTheSameCommand() {
		List<String> ids = valid().stream().map(DocumentContractTests::idOf).toList();
		assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
	}

	@ParameterizedTest
	@MethodSource("valid")
	void theSchemaAcceptsWhatIsValid(Example example) {
		assertThat(schema(typeOf(example)).validate(ExampleData.dataOf(example))).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("valid")
	void typesAcceptWhatIsValid(Example example) {
		CommandType type = typeOf(example);
		Command command = type.read(membersOf(example));
		assertThat(command.type()).isEqualTo(type);
		assertThat(command.key()).isEqualTo(example.keyText());
		assertThat(type.topic()).isEqualTo(example.topic());
	}

	@ParameterizedTest
	@MethodSource("valid")
	void whatIsReadIsWrittenTheSame(Example example) {
		CommandType type = typeOf(example);
		Map<String, @Nullable Object> members = membersOf(example);
		Command command = type.read(members);
		assertThat(type.read(command.data())).isEqualTo(command);
		for (Member<?> member : type.rules()) {
			Object preset = member.preset();
			if (preset != null) {
				members.putIfAbsent(member.wireName(), preset);
			}
			else if (!member.isPatch()) {
				members.remove(member.wireName(), null);
			}
		}
		assertThat(command.data()).usingRecursiveComparison()
			.withComparatorForType(BigDecimal::compareTo, BigDecimal.class)
			.isEqualTo(inUtc(members, type));
		assertThat(type.members()).containsSubsequence(command.data().keySet());
	}

	/** As times are written, in whatever offset they were read. */
	private static Map<String, @Nullable Object> inUtc(Map<String, @Nullable Object> members, CommandType type) {
		for (Member<?> member : type.rules()) {
			if (member.type() == Instant.class && members.get(member.wireName()) instanceof String time) {
				members.put(member.wireName(),
						OffsetDateTime.parse(time).toInstant().truncatedTo(ChronoUnit.MICROS).toString());
			}
		}
		return members;
	}

	@ParameterizedTest
	@MethodSource("valid")
	void aValidExampleIsInTheFolderOfItsType(Example example) {
		assertThat(example.name()).startsWith("valid/" + ExampleData.typeOf(example) + "/");
		assertThat(example.reason()).isNull();
	}

	@ParameterizedTest(allowZeroInvocations = true)
	@MethodSource("invalid")
	void theSchemaRefusesWhatItCanSee(Example example) {
		CommandType type = commandTypeOf(example);
		JsonNode data = ExampleData.dataOf(example);
		boolean refused = type != null && data != null && !schema(type).validate(data).isEmpty();
		assertThat(refused).isEqualTo(example.schemaRefuses());
	}

	@ParameterizedTest(allowZeroInvocations = true)
	@MethodSource("invalid")
	void typesRefuseMalformedDataOnly(Example example) {
		CommandType type = commandTypeOf(example);
		Map<String, @Nullable Object> members = ExampleData.membersOf(ExampleData.dataOf(example));
		if (type == null || members == null) {
			return;
		}
		if (example.reason() != DeadLetterReason.MALFORMED_DATA) {
			assertThat(type.read(members)).isNotNull();
			return;
		}
		MalformedDataException refusal = catchThrowableOfType(MalformedDataException.class, () -> type.read(members));
		assertThat(refusal).isNotNull();
		String message = String.valueOf(refusal.getMessage());
		assertThat(message).contains(String.valueOf(example.mentions())).hasLineCount(1);
		assertThat(members.values()).filteredOn((value) -> value instanceof String text && text.length() > 4)
			.noneMatch((value) -> message.contains(String.valueOf(value)));
	}

	@ParameterizedTest(allowZeroInvocations = true)
	@MethodSource("invalid")
	void theKeyIsJudgedByTheCommand(Example example) {
		if (example.reason() != DeadLetterReason.KEY_MISMATCH) {
			return;
		}
		Command command = typeOf(example).read(membersOf(example));
		assertThat(example.key()).isNotEqualTo(command.key().getBytes(StandardCharsets.UTF_8));
	}

	@ParameterizedTest(allowZeroInvocations = true)
	@MethodSource("invalid")
	void anInvalidExampleIsInTheFolderOfItsReason(Example example) {
		assertThat(example.name()).startsWith("invalid/" + example.reason() + "/");
	}

	private Schema schema(CommandType type) {
		return SCHEMAS.getSchema(
				ExampleData.JSON.readTree(documents().files().get("schemas/" + type.wireName() + ".schema.json")));
	}

	private static String idOf(Example example) {
		String id = example.header(EventHeaders.CE_ID);
		if (id == null || id.equals("not read")) {
			id = ExampleData.JSON.readTree(example.value()).required("id").asString();
		}
		return id.toLowerCase(Locale.ROOT);
	}

	private @Nullable CommandType commandTypeOf(Example example) {
		String type = ExampleData.typeOf(example);
		return (type != null) ? catalogue().command(type) : null;
	}

	private CommandType typeOf(Example example) {
		return Objects.requireNonNull(commandTypeOf(example), example.name());
	}

	private static Map<String, @Nullable Object> membersOf(Example example) {
		return Objects.requireNonNull(ExampleData.membersOf(ExampleData.dataOf(example)), example.name());
	}

}
