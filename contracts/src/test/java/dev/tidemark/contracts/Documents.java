package dev.tidemark.contracts;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Objects;
import java.util.stream.Stream;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tidemark.contracts.examples.Example;
import dev.tidemark.contracts.examples.ExampleData;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

import dev.tidemark.contracts.shipped.ShippedAggregates;

/**
 * The documents that are shipped beside the types, read for tests.
 */
final class Documents {

	static final ObjectMapper JSON = ExampleData.JSON;

	private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

	private Documents() {
	}

	static Collection<AggregateType> aggregateTypes() {
		return ShippedAggregates.CATALOGUE.aggregates();
	}

	static Collection<CommandType> commandTypes() {
		return ShippedAggregates.CATALOGUE.commands();
	}

	static Collection<EventType> eventTypes() {
		return ShippedAggregates.CATALOGUE.events();
	}

	/** Snapshots and tombstones. */
	static Stream<EventType> readModels() {
		return eventTypes().stream().filter((type) -> !type.equals(EventType.COMMAND_REJECTED));
	}

	static boolean isTombstone(EventType type) {
		return aggregateTypes().stream().anyMatch((aggregate) -> aggregate.tombstone().equals(type));
	}

	static Schema schema(String type) {
		return SCHEMAS.getSchema(schemaAsJson(type));
	}

	/** A schema that is not shipped. */
	static Schema schemaOf(String json) {
		return SCHEMAS.getSchema(JSON.readTree(json));
	}

	static JsonNode schemaAsJson(String type) {
		return read("schemas/" + type + ".schema.json", JSON);
	}

	static JsonNode asyncApi() {
		return read("asyncapi.yaml", new YAMLMapper());
	}

	private static JsonNode read(String name, ObjectMapper mapper) {
		try (InputStream stream = Command.class.getResourceAsStream(name)) {
			return mapper.readTree(Objects.requireNonNull(stream, name));
		}
		catch (IOException ex) {
			throw new IllegalStateException(name, ex);
		}
	}

	static @Nullable String typeOf(Example example) {
		return ExampleData.typeOf(example);
	}

	static @Nullable JsonNode dataOf(Example example) {
		return ExampleData.dataOf(example);
	}

}
