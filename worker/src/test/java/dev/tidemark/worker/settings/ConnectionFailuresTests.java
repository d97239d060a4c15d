package dev.tidemark.worker.settings;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.sql.SQLException;
import java.util.stream.Stream;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Why somebody waits is said in one line: who, where, what, and what to check.
 */
class ConnectionFailuresTests {

	private static final String POSTGRES = "PostgreSQL at db:5432/tidemark: ";

	private static final String KAFKA = "Kafka at kafka:9092: ";

	private final ConnectionFailures failures = new ConnectionFailures(new MockEnvironment()
		.withProperty("spring.datasource.url", "jdbc:postgresql://db:5432/tidemark?user=ada&password=hunter2")
		.withProperty("spring.kafka.bootstrap-servers", "kafka:9092"));

	static Stream<Arguments> failures() {
		return Stream.of(
				arguments(new SQLException("Connection to db:5432 refused.", "08001", new ConnectException("refused")),
						POSTGRES + "SQLException: Connection to db:5432 refused."),
				arguments(new SQLException("FATAL: password authentication failed for user \"ada\"", "28P01"),
						POSTGRES + "SQLException: FATAL: password authentication failed for user \"ada\": "
								+ "check the role's name and password"),
				arguments(new SQLException("ERROR: first line\n  Position: 7", "42P01"),
						POSTGRES + "SQLException: ERROR: first line"),
				arguments(new SQLException("The hostname could not be verified by PgjdbcHostnameVerifier.", "08006"),
						POSTGRES + "SQLException: The hostname could not be verified by PgjdbcHostnameVerifier. "
								+ "The server's certificate is another host's: check both"),
				arguments(new SQLException("SSL error", "08006", new CertPathBuilderException("unable to find path")),
						POSTGRES + "the server's certificate is signed by nobody whom sslrootcert trusts: check both"),
				arguments(new TimeoutException("Timed out waiting for a node assignment."),
						KAFKA + "TimeoutException: Timed out waiting for a node assignment."),
				arguments(new IllegalStateException("wrapped", new TimeoutException("no answer")),
						KAFKA + "TimeoutException: no answer"),
				arguments(new SaslAuthenticationException("Authentication failed"),
						KAFKA + "SaslAuthenticationException: Authentication failed: "
								+ "check the user's name and password in sasl.jaas.config"),
				arguments(new KafkaException("an error state", new InvalidTimestampException("out of range")),
						KAFKA + "InvalidTimestampException: out of range: check the clocks"),
				arguments(new KafkaException("SSL", new CertPathBuilderException("unable to find path")),
						KAFKA + "the server's certificate is signed by nobody whom ssl.truststore trusts: check both"),
				arguments(new KafkaException("SSL", new CertificateExpiredException("NotAfter: yesterday")),
						KAFKA + "the server's certificate has expired (NotAfter: yesterday): renew it"),
				arguments(new KafkaException("SSL", new CertificateNotYetValidException("NotBefore: tomorrow")),
						KAFKA + "the server's certificate is not valid yet (NotBefore: tomorrow): check the clocks"),
				arguments(new KafkaException("SSL", new CertificateException("No name matching kafka found")),
						KAFKA + "the server's certificate is refused (No name matching kafka found)"),
				arguments(new KafkaException("no store", new NoSuchFileException("/etc/tls/ca.pem")),
						KAFKA + "there is no file /etc/tls/ca.pem: put it there"),
				arguments(new IOException("No space left on device"), "IOException: No space left on device"),
				arguments(new IllegalStateException("a mistake", new NullPointerException()),
						"NullPointerException: null"));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void aFailureIsExplainedInALine(Throwable failure, String line) {
		assertThat(this.failures.explain(failure)).isEqualTo(line).hasLineCount(1).doesNotContain("hunter2");
	}

	@Test
	void whereNothingIsConfiguredTheLineIsStillOne() {
		assertThat(new ConnectionFailures(new MockEnvironment()).explain(new SQLException("refused", "08001")))
			.isEqualTo("PostgreSQL at ?: SQLException: refused");
		assertThat(new ConnectionFailures(new MockEnvironment()).explain(new KafkaException("refused")))
			.isEqualTo("Kafka at ?: KafkaException: refused");
	}

}
