package dev.tidemark.worker.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What no waiting mends is told from what it does, by what real clients say of it.
 */
class KafkaSettingsTests {

	private static final String VARIABLE = "SPRING_KAFKA_PROPERTIES_";

	private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\" password=\"sentinel\";";

	@TempDir
	private Path directory;

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					security.protocol=SASL_SLL | SPRING_KAFKA_PROPERTIES_SECURITY_PROTOCOL is 'SASL_SLL': it must be one of
					client.dns.lookup=banana | SPRING_KAFKA_PROPERTIES_CLIENT_DNS_LOOKUP is 'banana': it must be one of
					request.timeout.ms=banana | SPRING_KAFKA_PROPERTIES_REQUEST_TIMEOUT_MS is 'banana': it may be a whole number
					metric.reporters=com.example.None | SPRING_KAFKA_PROPERTIES_METRIC_REPORTERS is 'com.example.None': there is no such class
					bootstrap.servers=broker | SPRING_KAFKA_PROPERTIES_BOOTSTRAP_SERVERS is 'broker': Invalid url in bootstrap.servers: broker
					security.protocol=SSL & ssl.protocol=TLSv9 | SPRING_KAFKA_PROPERTIES_SSL_PROTOCOL is 'TLSv9': TLSv9 SSLContext not available
					security.protocol=SSL & ssl.provider=BANANA | SPRING_KAFKA_PROPERTIES_SSL_PROVIDER is 'BANANA': no such provider: BANANA
					security.protocol=SSL & ssl.engine.factory.class=com.example.None | SPRING_KAFKA_PROPERTIES_SSL_ENGINE_FACTORY_CLASS is 'com.example.None': there is no such class
					security.protocol=SSL & ssl.truststore.type=PEM & ssl.truststore.certificates=x | Kafka's settings are wrong: No matching CERTIFICATE entries
					security.protocol=SASL_SSL & sasl.mechanism=PLAIN | sasl.jaas.config is not set, and the security protocol wants it
					security.protocol=SASL_SSL & sasl.mechanism=PLAIN & sasl.jaas.config=com.example.None required secret="sentinel"; | SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG names the login module com.example.None: there is no such class
					security.protocol=SASL_SSL & sasl.mechanism=PLAIN & sasl.jaas.config=java.lang.String required secret="sentinel"; | SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG names a class that is no login module
					security.protocol=SASL_SSL & sasl.jaas.config=com.example.Module required pass=a sentinel; | SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG is no login: it may be CLASS required NAME="VALUE" …;
					security.protocol=SASL_SSL & sasl.jaas.config=sentinel | SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG is no login
					""")
	void aSettingThatNoWaitingMendsIsNamed(String properties, String line) {
		assertThat(explainAdmin(parse(properties))).startsWith(line).doesNotContain("sentinel").hasLineCount(1);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "sasl.client.callback.handler.class", "sasl.login.callback.handler.class", "sasl.login.class" })
	void aClassForTheLoginThatIsNotThereIsNamed(String property) {
		Map<String, String> properties = new HashMap<>(Map.of("security.protocol", "SASL_SSL", "sasl.mechanism",
				"SCRAM-SHA-512", "sasl.jaas.config", SCRAM, property, "com.example.None"));
		assertThat(explainAdmin(properties)).isEqualTo(variable(property)
				+ " is 'com.example.None': there is no such class; further jars go where LOADER_PATH says, in the image into /app/extensions");
		properties.put(property, "java.lang.String");
		assertThat(explainAdmin(properties)).isEqualTo(
				variable(property) + " is 'java.lang.String': it is a class, and not of the kind that goes there");
	}

	@Test
	void aTypeOfKeyStoreThatIsNoneIsNamed() throws IOException {
		Path store = Files.writeString(this.directory.resolve("store"), "none");
		assertThat(explainAdmin(Map.of("security.protocol", "SSL", "ssl.truststore.type", "BANANA",
				"ssl.truststore.location", store.toString())))
			.isEqualTo("SPRING_KAFKA_PROPERTIES_SSL_TRUSTSTORE_TYPE is 'BANANA': it may be PEM, PKCS12 or JKS");
	}

	@Test
	void deserializersAndInterceptorsAreLookedAtToo() {
		assertThat(explainConsumer(Map.of("key.deserializer", "com.example.None")))
			.startsWith("SPRING_KAFKA_PROPERTIES_KEY_DESERIALIZER is 'com.example.None': there is no such class");
		assertThat(explainConsumer(Map.of("key.deserializer", "java.lang.String")))
			.startsWith("SPRING_KAFKA_PROPERTIES_KEY_DESERIALIZER is 'java.lang.String': ");
		assertThat(explainConsumer(Map.of("interceptor.classes", "com.example.None")))
			.startsWith("SPRING_KAFKA_PROPERTIES_INTERCEPTOR_CLASSES is 'com.example.None': there is no such class");
		assertThat(explainProducer(Map.of("interceptor.classes", "java.lang.String")))
			.startsWith("SPRING_KAFKA_PROPERTIES_INTERCEPTOR_CLASSES is 'java.lang.String': it is a class, and not");
		assertThat(explainProducer(Map.of("acks", "banana")))
			.startsWith("SPRING_KAFKA_PROPERTIES_ACKS is 'banana': it must be one of");
	}

	@Test
	void aHostThatIsNotKnownYetIsWaitedFor() {
		Map<String, String> unknown = Map.of("bootstrap.servers", "nowhere.invalid:9092");
		assertThat(explainAdmin(unknown)).isNull();
		assertThat(explainConsumer(unknown)).isNull();
		assertThat(explainProducer(unknown)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "PEM", "JKS", "PKCS12" })
	void aFileThatCanBeMendedIsWaitedFor(String type) throws IOException {
		Map<String, String> properties = new HashMap<>(
				Map.of("security.protocol", "SSL", "ssl.truststore.type", type, "ssl.truststore.location",
						this.directory.resolve("missing").toString(), "ssl.truststore.password", "sentinel"));
		if (type.equals("PEM")) {
			properties.remove("ssl.truststore.password");
		}
		assertThat(explainAdmin(properties)).isNull();
		Path broken = Files.writeString(this.directory.resolve("broken"), "nonsense");
		properties.put("ssl.truststore.location", broken.toString());
		assertThat(explainAdmin(properties)).isNull();
	}

	@Test
	void whatABrokerSaysIsWaitedFor() {
		KafkaSettings settings = new KafkaSettings(Variables.environment(Map.of()));
		assertThat(settings.explain(new TimeoutException("Timed out waiting for a node assignment"))).isNull();
		assertThat(settings.explain(new SaslAuthenticationException("Authentication failed"))).isNull();
		assertThat(settings.explain(new IllegalArgumentException("somebody else's"))).isNull();
	}

	private static @Nullable String explainAdmin(Map<String, String> properties) {
		return explain(properties, Map.of(), (settings) -> Admin.create(settings).close(Duration.ZERO));
	}

	private static @Nullable String explainConsumer(Map<String, String> properties) {
		return explain(properties,
				Map.of("key.deserializer", ByteArrayDeserializer.class, "value.deserializer",
						ByteArrayDeserializer.class),
				(settings) -> new KafkaConsumer<>(settings).close(CloseOptions.timeout(Duration.ZERO)));
	}

	private static @Nullable String explainProducer(Map<String, String> properties) {
		return explain(properties,
				Map.of("key.serializer", ByteArraySerializer.class, "value.serializer", ByteArraySerializer.class),
				(settings) -> new KafkaProducer<>(settings).close(Duration.ZERO));
	}

	private static @Nullable String explain(Map<String, String> properties, Map<String, Object> own,
			Consumer<Map<String, Object>> client) {
		Map<String, Object> settings = new HashMap<>(own);
		settings.put("bootstrap.servers", "localhost:1");
		settings.putAll(properties);
		Map<String, String> variables = new HashMap<>();
		properties.forEach((name, value) -> variables.put(variable(name), value));
		try {
			client.accept(settings);
			throw new AssertionError("A client could be made of " + properties.keySet());
		}
		catch (RuntimeException ex) {
			return new KafkaSettings(Variables.environment(variables)).explain(ex);
		}
	}

	private static String variable(String property) {
		return VARIABLE + property.toUpperCase(Locale.ROOT).replace('.', '_');
	}

	/** Property, equals, value; with an ampersand between them. */
	private static Map<String, String> parse(String text) {
		Map<String, String> properties = new HashMap<>();
		for (String property : text.split(" & ", -1)) {
			int equals = property.indexOf('=');
			properties.put(property.substring(0, equals), property.substring(equals + 1));
		}
		return properties;
	}

}
