package dev.tidemark.worker.settings;

import java.nio.file.NoSuchFileException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.sql.SQLException;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.springframework.core.env.PropertyResolver;

/**
 * Says in one line why the database or the broker can't be used, where it is, and what to
 * check.
 */
public final class ConnectionFailures {

	private static final String URL_PREFIX = "jdbc:postgresql://";

	/** What pgjdbc names in place of a failure that can be told from others. */
	private static final String HOST_NAME_VERIFIER = "PgjdbcHostnameVerifier";

	/** invalid_authorization_specification, and all of its class. */
	private static final String REFUSED = "28";

	private final PropertyResolver configuration;

	/**
	 * Explains failures of the surroundings that are configured.
	 * @param configuration where the database and the broker are
	 */
	public ConnectionFailures(PropertyResolver configuration) {
		this.configuration = configuration;
	}

	/**
	 * Explains a failure.
	 * @param failure what went wrong
	 * @return one line, without any password
	 */
	public String explain(Throwable failure) {
		Throwable root = failure;
		String where = "";
		String trusted = "";
		String what = "";
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			switch (cause) {
				case SQLException sql -> {
					where = "PostgreSQL at " + databaseAddress() + ": ";
					trusted = "sslrootcert";
					what = text(sql) + advice(sql);
				}
				case KafkaException kafka -> {
					where = "Kafka at " + this.configuration.getProperty("spring.kafka.bootstrap-servers", "?") + ": ";
					trusted = "ssl.truststore";
					what = text(kafka) + advice(kafka);
				}
				default -> {
				}
			}
			root = cause;
		}
		return where + switch (root) {
			case CertificateExpiredException expired ->
				"the server's certificate has expired (" + expired.getMessage() + "): renew it";
			case CertificateNotYetValidException early ->
				"the server's certificate is not valid yet (" + early.getMessage() + "): check the clocks";
			case CertPathBuilderException _ ->
				"the server's certificate is signed by nobody whom " + trusted + " trusts: check both";
			case NoSuchFileException missing -> "there is no file " + missing.getMessage() + ": put it there";
			case CertificateException other -> "the server's certificate is refused (" + other.getMessage() + ")";
			default -> what.isEmpty() ? text(root) : what;
		};
	}

	private static String advice(KafkaException failure) {
		return switch (failure) {
			case SaslAuthenticationException _ -> ": check the user's name and password in sasl.jaas.config";
			case InvalidTimestampException _ -> ": check the clocks";
			default -> "";
		};
	}

	private static String advice(SQLException failure) {
		if (failure.getSQLState() != null && failure.getSQLState().startsWith(REFUSED)) {
			return ": check the role's name and password";
		}
		return text(failure).contains(HOST_NAME_VERIFIER) ? " The server's certificate is another host's: check both"
				: "";
	}

	private static String text(Throwable failure) {
		return failure.getClass().getSimpleName() + ": "
				+ String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
	}

	/** Without what follows the address, which may hold a password. */
	private String databaseAddress() {
		String url = this.configuration.getProperty("spring.datasource.url");
		if (url == null) {
			return "?";
		}
		String address = url.startsWith(URL_PREFIX) ? url.substring(URL_PREFIX.length()) : url;
		return address.replaceFirst("\\?.*", "");
	}

}
