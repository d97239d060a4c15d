package dev.tidemark.worker.settings;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is set of pgjdbc comes to pgjdbc, however it is spelt.
 */
class DriverPropertiesTests {

	private static final String PREFIX = "SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_";

	@ParameterizedTest
	@ValueSource(strings = { PREFIX + "PREPARETHRESHOLD", PREFIX + "PREPARE_THRESHOLD",
			"SPRING_DATASOURCE_HIKARI_DATA_SOURCE_PROPERTIES_PREPARETHRESHOLD" })
	void aVariableHasNoCapitalsToTell(String variable) {
		assertThat(properties(variable, "0").values()).containsEntry("prepareThreshold", "0");
	}

	@ParameterizedTest
	@ValueSource(strings = { "prepareThreshold", "preparethreshold", "prepare-threshold" })
	void toolsReadACommandLineInTheSameWay(String name) throws SQLException {
		WorkerEnvironment environment = WorkerEnvironment
			.read(List.of("--spring.datasource.hikari.data-source-properties." + name + "=0"));
		assertThat(environment.dataSource("tidemark", "").getPrepareThreshold()).isZero();
		assertThat(environment.dataSource("tidemark", "").getSocketTimeout()).isEqualTo(30);
	}

	@Test
	void aVariableGoesBeforeTheWorkersOwnDefault() {
		assertThat(properties(PREFIX + "SOCKETTIMEOUT", "7").values()).containsEntry("socketTimeout", "7")
			.containsEntry("connectTimeout", "5")
			.containsEntry("tcpKeepAlive", "true")
			.doesNotContainKey("SOCKETTIMEOUT");
	}

	@Test
	void whatIsInTheAddressGoesBeforeBoth() throws SQLException {
		WorkerEnvironment environment = WorkerEnvironment
			.read(List.of("--spring.datasource.url=jdbc:postgresql://h/d?socketTimeout=3"));
		assertThat(environment.dataSource("tidemark", "").getSocketTimeout()).isEqualTo(3);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					PREPARETHRESHOLT | 0 | SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_PREPARETHRESHOLT is no property of the driver's (pgjdbc): is it to be prepareThreshold?
					BANANA | 0 | SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_BANANA is no property of the driver's (pgjdbc)
					SSLMODE | verify-ful | SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_SSLMODE is 'verify-ful': it may be disable, allow, prefer, require, verify-ca or verify-full
					SOCKETTIMEOUT | 5s | SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_SOCKETTIMEOUT is '5s': it may be a whole number
					TCPKEEPALIVE | yes | SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_TCPKEEPALIVE is 'yes': it may be true or false
					SOCKETFACTORY | com.example.None | SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_SOCKETFACTORY is 'com.example.None': there is no such class
					""")
	void whatTheDriverDoesNotTakeIsNamed(String name, String value, String line) {
		assertThat(properties(PREFIX + name, value).problems()).singleElement().asString().startsWith(line);
	}

	@ParameterizedTest
	@CsvSource({ "SSLMODE,verify-full", "SSLROOTCERT,/ca.pem", "TCPKEEPALIVE,TRUE", "LOGINTIMEOUT,10",
			"REQUIREAUTH,'scram-sha-256,md5'", "OPTIONS,-c lock_timeout=5s", "SSLPASSWORD,sentinel",
			"SOCKETFACTORY,org.postgresql.ssl.LibPQFactory" })
	void whatTheDriverTakesIsGood(String name, String value) {
		assertThat(properties(PREFIX + name, value).problems()).isEmpty();
	}

	@Test
	void thePoolIsGivenThemByTheDriversOwnNames() {
		DriverPropertiesPostProcessor processor = new DriverPropertiesPostProcessor();
		processor.setEnvironment(
				Variables.environment(Map.of(PREFIX + "PREPARETHRESHOLD", "0", PREFIX + "SOCKETTIMEOUT", "7")));
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.addDataSourceProperty("preparethreshold", "0");
			pool.addDataSourceProperty("socketTimeout", "30");
			processor.postProcessAfterInitialization(pool, "dataSource");
			assertThat(pool.getDataSourceProperties()).containsEntry("prepareThreshold", "0")
				.containsEntry("socketTimeout", "7")
				.containsEntry("ApplicationName", "tidemark")
				.doesNotContainKey("preparethreshold");
		}
	}

	private static DriverProperties properties(String variable, String value) {
		return DriverProperties.of(Variables.environment(Map.of(variable, value)));
	}

}
