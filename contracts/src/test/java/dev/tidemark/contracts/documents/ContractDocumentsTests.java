package dev.tidemark.contracts.documents;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.sample.Items;
import dev.tidemark.contracts.sample.Shelves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Whoever declares aggregates of their own has the documents of a contract.
 */
class ContractDocumentsTests {

	private static final Catalogue CATALOGUE = Catalogue.of(List.of(Shelves.TYPE, Items.TYPE));

	private static final ContractDocuments DOCUMENTS = ContractDocuments.of(CATALOGUE);

	@Test
	void everyTypeOfDataHasASchema() {
		List<String> names = List.copyOf(DOCUMENTS.files().keySet());
		assertThat(names).hasSize(11 + 2 + 1 + 1)
			.startsWith("schemas/com.example.shelf.create.v1.schema.json")
			.contains("schemas/com.example.item.snapshot.v1.schema.json")
			.endsWith("schemas/dev.tidemark.command.rejected.v1.schema.json", "asyncapi.yaml");
		assertThat(DOCUMENTS.files()).allSatisfy((_, text) -> assertThat(text).endsWith("\n").doesNotContain("\t"));
	}

	@Test
	void schemaOfACommandHasTheRulesOfItsMembers() {
		assertThat(schema("com.example.shelf.create.v1")).isEqualTo(
				json("""
						{
						  "$schema": "https://json-schema.org/draft/2020-12/schema",
						  "$id": "https://tidemark.dev/schemas/com.example.shelf.create.v1.schema.json",
						  "title": "Create a shelf",
						  "description": "The data of a command that asks for a new shelf.",
						  "type": "object",
						  "properties": {
						    "id": { "description": "The number of the shelf.", "type": "integer", "minimum": -9, "maximum": 9999 }
						  },
						  "required": ["id"],
						  "additionalProperties": false
						}
						"""));
		JsonNode reset = schema("com.example.item.reset.v1").path("properties");
		assertThat(reset.path("price")).isEqualTo(json("""
				{ "description": "What it costs.", "type": "number", "exclusiveMinimum": -10000,
				  "exclusiveMaximum": 10000, "default": 0.50 }"""));
		assertThat(reset.path("fragile")).isEqualTo(json("""
				{ "description": "Whether it breaks.", "type": "boolean", "default": false }"""));
		JsonNode label = schema("com.example.item.label.v1").path("properties");
		assertThat(label.path("size")).isEqualTo(json("""
				{ "description": "How large it is.", "type": ["string", "null"],
				  "enum": ["small", "extra-large", null] }"""));
		assertThat(schema("com.example.item.clear.v1").path("minProperties").asInt()).isEqualTo(2);
	}

	@Test
	void schemaOfASnapshotHasTheRulesThatNoMemberTellsAlone() {
		JsonNode schema = schema("com.example.item.snapshot.v1");
		assertThat(schema.path("title").asString()).isEqualTo("Snapshot of an item");
		assertThat(schema.path("description").asString())
			.startsWith("The data of an event that tells an item as a command has left it, without serial. Every");
		assertThat(schema.path("required")).hasSize(8);
		assertThat(schema.has("additionalProperties")).isFalse();
		assertThat(schema.path("allOf")).isEqualTo(json("""
				[
				  { "if": { "properties": { "fragile": { "const": true } } },
				    "then": { "properties": { "made": { "type": "string" } } },
				    "else": { "properties": { "made": { "type": "null" } } } },
				  { "if": { "properties": { "size": { "const": "small" } } },
				    "then": { "properties": { "count": { "type": "integer" } } },
				    "else": { "properties": { "count": { "type": "null" } } } }
				]"""));
		assertThat(schema("com.example.shelf.snapshot.v1").path("description").asString())
			.startsWith("The data of an event that tells a shelf as a command has left it. Every");
	}

	@Test
	void rejectionsHaveTheReasonsOfTheCatalogue() {
		assertThat(schema("dev.tidemark.command.rejected.v1").at("/properties/reason/enum")
			.valueStream()
			.map(JsonNode::asString)).containsExactly("SHELF_ALREADY_EXISTS", "ITEM_ALREADY_EXISTS", "SHELF_NOT_FOUND",
					"ITEM_NOT_FOUND", "VERSION_CONFLICT", "SHELF_HAS_ITEMS", "ITEM_HAS_ITEMS");
	}

	@Test
	void asyncApiNamesWhateverIsDeclared() {
		JsonNode document = asyncApi();
		assertThat(document.path("channels").propertyNames()).containsExactly("shelfCommands", "itemCommands",
				"shelfReadModel", "itemReadModel", "commandRejections", "shelfCommandsDeadLetters",
				"itemCommandsDeadLetters");
		assertThat(document.path("operations").propertyNames()).containsExactly("receiveShelfCommands",
				"receiveItemCommands", "resumeItems", "publishShelves", "publishItems", "publishRejections",
				"deadLetterShelfCommands", "deadLetterItemCommands");
		assertThat(document.at("/operations/resumeItems/description").asString())
			.contains("each item that waits, when its shelf or item has come");
		assertThat(document.at("/components/messages/ItemDeleted/title").asString()).isEqualTo("An item is gone");
		assertThat(document.at("/info/tags").valueStream().map((tag) -> tag.path("name").asString()))
			.containsExactly("shelves", "items");
	}

	@Test
	void whatWouldHaveOneNameHasTheAggregatesBeforeIt() {
		JsonNode document = asyncApi();
		assertThat(document.at("/components/messages").propertyNames()).containsExactly("ShelfCreate", "ShelfDelete",
				"ShelfRepublish", "ItemCreate", "Label", "Reset", "Change", "Clear", "ItemDelete", "ItemRepublish",
				"Resume", "StructuredShelfCommand", "StructuredItemCommand", "ShelfSnapshot", "ShelfDeleted",
				"ItemSnapshot", "ItemDeleted", "CommandRejected", "DeadLetter");
		assertThat(document.at("/components/schemas/ShelfId")).isEqualTo(json("""
				{ "description": "The number of the shelf.", "type": "string",
				  "pattern": "^(?:0|-?[1-9][0-9]{0,18})$" }"""));
		assertThat(document.at("/components/schemas/ItemId/maxLength").asInt()).isEqualTo(255);
	}

	@Test
	void everyReferenceLeadsSomewhere() {
		JsonNode document = asyncApi();
		List<String> references = document.findValuesAsString("$ref");
		assertThat(references).hasSizeGreaterThan(50).allSatisfy((reference) -> {
			if (reference.startsWith("./")) {
				assertThat(DOCUMENTS.files()).containsKey(reference.substring(2));
			}
			else {
				assertThat(document.at(reference.substring(1)).isMissingNode()).isFalse();
			}
		});
	}

	@Test
	void filesAreWrittenWhereTheyDiffer(@TempDir Path directory) throws IOException {
		Path target = directory.resolve("a/b");
		assertThat(DOCUMENTS.writeTo(target)).hasSameSizeAs(DOCUMENTS.files().keySet());
		assertThat(DOCUMENTS.writeTo(target)).isEmpty();
		Files.writeString(target.resolve("asyncapi.yaml"), "old");
		Files.writeString(target.resolve("schemas/other.json"), "other");
		assertThat(DOCUMENTS.writeTo(target)).containsExactly(target.resolve("asyncapi.yaml"));
		assertThat(target.resolve("asyncapi.yaml")).hasContent(DOCUMENTS.files().get("asyncapi.yaml"));
		assertThat(target.resolve("schemas/other.json")).hasContent("other");
	}

	@Test
	void tablesOfAPageAreReplaced(@TempDir Path directory) throws IOException {
		Files.createDirectories(directory.resolve("docs/contract/examples/valid/com.example.shelf.create.v1"));
		Path page = Files.writeString(directory.resolve("docs/page.md"), """
				Before.

				<!-- generated: reasons -->
				<!-- end -->
				<!-- generated: members -->

				| old |

				<!-- end -->

				After.
				""");
		DOCUMENTS.write(directory.resolve("docs/contract"), List.of(page));
		assertThat(page).hasContent("""
				Before.

				<!-- generated: reasons -->

				| `reason` | when |
				| --- | --- |
				| `SHELF_ALREADY_EXISTS` | a shelf is to be created that is there |
				| `ITEM_ALREADY_EXISTS` | an item is to be created that is there |
				| `SHELF_NOT_FOUND` | another command of shelves names one that is not there; never republish |
				| `ITEM_NOT_FOUND` | another command of items names one that is not there; never republish or resume |
				| `VERSION_CONFLICT` | the version is not the expected one |
				| `SHELF_HAS_ITEMS` | a shelf is to be deleted to which items refer |
				| `ITEM_HAS_ITEMS` | an item is to be deleted to which items refer |
				| `SHELF_NOT_FOUND` | a deferred command's shelf has not come in time |
				| `ITEM_NOT_FOUND` | a deferred command's item has not come in time |

				<!-- end -->
				<!-- generated: members -->

				| member | rule |
				| --- | --- |
				| `id` of shelves | an integer, -9 to 9,999 |
				| `id` of items | 1 to 255 code points, no control characters |
				| `note` | at most 100 code points |
				| `label` | 3 to 5 code points, no control characters |
				| `colour` | text in a form of its own, at most 7 code points |
				| `serial` | a UUID, 8-4-4-4-12 hexadecimal digits in lower case |
				| `rank` | an integer, 1 to 5 |
				| `count` | an integer, -9,223,372,036,854,775,808 to 9,223,372,036,854,775,807 |
				| `price` | a number, at most 4 digits before the point and 2 behind it |
				| `fragile` | `true` or `false` |
				| `made` | a time by RFC 3339 with seconds and an offset, cut to microseconds |
				| `size` | `small` or `extra-large` |
				| `shelf` | an integer, -9 to 9,999 |

				<!-- end -->

				After.
				""");
		assertThat(DOCUMENTS.page(page, directory.resolve("docs/contract"))).isEqualTo(Files.readString(page));
	}

	@Test
	void linksLeadFromThePageToWhatIsThere(@TempDir Path directory) throws IOException {
		Files.createDirectories(directory.resolve("docs/contract/examples/valid/com.example.shelf.create.v1"));
		Path page = Files.writeString(directory.resolve("docs/page.md"), """
				<!-- generated: commands -->
				<!-- end -->
				<!-- generated: read-models -->
				<!-- end -->
				<!-- generated: topics -->
				<!-- end -->
				""");
		assertThat(DOCUMENTS.page(page, directory.resolve("docs/contract"))).contains(
				"| `com.example.shelf.create.v1` | `shelf.commands` | `id` | Asks for a new shelf. | "
						+ "[schema](contract/schemas/com.example.shelf.create.v1.schema.json) | "
						+ "[examples](contract/examples/valid/com.example.shelf.create.v1) |\n",
				"| `com.example.shelf.delete.v1` | `shelf.commands` | `id` | Asks for a shelf to be gone. | "
						+ "[schema](contract/schemas/com.example.shelf.delete.v1.schema.json) |  |\n",
				"| `id`, `note`? (else `none`), `label`? (else `blank`), ", "| `id`, `note`? (or `null`), ",
				"| the item as a command has left it, without `serial`; `made` is `null` unless `fragile` is `true`; ",
				"| `com.example.item.deleted.v1` | `item.read-model` | none: a tombstone | the item is gone |  |  |\n",
				"| `shelf.commands-dlt`, `item.commands-dlt` | as received | the bytes as received | delete, 30 days |\n");
	}

	@Test
	void pageThatWantsSomethingElseIsRefused(@TempDir Path directory) throws IOException {
		Path page = directory.resolve("page.md");
		Files.writeString(page, "<!-- generated: others -->\n<!-- end -->\n");
		assertThatIllegalArgumentException().isThrownBy(() -> DOCUMENTS.page(page, directory))
			.withMessage("There is no table of others");
		Files.writeString(page, "<!-- generated: members -->\n<!-- generated: reasons -->\n<!-- end -->\n");
		assertThatIllegalArgumentException().isThrownBy(() -> DOCUMENTS.page(page, directory))
			.withMessageContaining("no line <!-- end -->");
	}

	@Test
	void aDirectoryIsNeeded() {
		assertThatIllegalArgumentException().isThrownBy(ContractDocuments::main)
			.withMessageEndingWith("META-INF/services/dev.tidemark.contracts.Catalogue$Source");
	}

	@Test
	void whatIsWrittenIsRead() {
		String characters = "\"\\/'#:{}[],&*?|<>=!%@` \t\n\r\0\u0085\u00a0\u00ad\u2028\ufeffä🌊\uE000";
		Map<String, Object> map = new LinkedHashMap<>();
		map.put("characters", characters);
		for (String text : List.of("", " ", " a", "a ", "a: b", "a:b", "a:", "a #b", "a#b", "- a", "-1", "1", "0.5.0",
				"1e3", "null", "true", "No", "no", "y", "~", "a, b", "it's", "'a'", "a\nb", "$ref", "a  b", "é",
				"word ".repeat(60).strip(), "word  ".repeat(60).strip(), "x".repeat(300), "a: " + "# b ".repeat(60))) {
			map.put(text, text);
			map.put("list of " + text, List.of(text, text));
			map.put("map of " + text, Map.of(text, Map.of(text, text)));
			map.put("maps of " + text, List.of(Map.of(text, text), Map.of("a", text)));
		}
		map.put("numbers", List.of(1, -2L, new BigDecimal("0.50")));
		map.put("truths", List.of(true, false));
		map.put("long list", Collections.nCopies(60, "list"));
		JsonNode expected = json(JsonMapper.builder().build().writeValueAsString(map));
		assertThat(json(Json.write(map))).isEqualTo(expected);
		assertThat(json(new YAMLMapper().readTree(String.join("\n", Yaml.write(map))).toString())).isEqualTo(expected);
	}

	@Test
	void numbersHaveNoExponent() {
		Map<String, Object> map = Map.of("number", new BigDecimal("-1E+3"));
		assertThat(Json.write(map)).isEqualTo("{ \"number\": -1000 }\n");
		assertThat(Yaml.write(map)).containsExactly("number: -1000");
	}

	@ParameterizedTest
	@CsvSource({ "task, a task", "item, an item", "user, a user", "unit, a unit", "update, an update", "euro, a euro",
			"event, an event", "order, an order", "url, a url", "urn, an urn", "answer, an answer" })
	void articleIsTheOneThatIsSaid(String noun, String withArticle) {
		assertThat(English.a(noun)).isEqualTo(withArticle);
	}

	@Test
	void wordsAreJoined() {
		assertThat(English.join(List.of(), "or")).isEmpty();
		assertThat(English.join(List.of("a"), "or")).isEqualTo("a");
		assertThat(English.join(List.of("a", "b"), "or")).isEqualTo("a or b");
		assertThat(English.join(List.of("a", "b", "c"), "and")).isEqualTo("a, b and c");
	}

	private static JsonNode schema(String type) {
		return json(DOCUMENTS.files().getOrDefault("schemas/" + type + ".schema.json", ""));
	}

	private static JsonNode asyncApi() {
		return new YAMLMapper().readTree(DOCUMENTS.files().get("asyncapi.yaml"));
	}

	private static JsonNode json(String json) {
		return JsonMapper.builder().build().readTree(json);
	}

}
