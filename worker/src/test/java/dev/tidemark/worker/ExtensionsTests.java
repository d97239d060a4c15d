package dev.tidemark.worker;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

import javax.tools.ToolProvider;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import dev.tidemark.worker.stack.ChildProcess;
import dev.tidemark.worker.stack.Ports;
import dev.tidemark.worker.stack.WorkerProcess;
import dev.tidemark.worker.stack.WorkerProcess.Completed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The packaged jar finds a login of somebody else's in a directory, and so does what the
 * image makes of the jar, with its cache of classes.
 */
@EnabledIfSystemProperty(named = "tidemark.worker.jar", matches = ".+")
class ExtensionsTests {

	private static final String HANDLER = "com.example.CloudLogin";

	private static final String NOT_THERE = "dead-letters: SPRING_KAFKA_PROPERTIES_SASL_LOGIN_CALLBACK_HANDLER_CLASS is "
			+ "'com.example.CloudLogin': there is no such class; further jars go where LOADER_PATH says, in the image into /app/extensions\n";

	private static final String THERE = "dead-letters: Kafka's settings are wrong: asked for a token of the cloud's\n";

	@TempDir
	private static Path directory;

	private static Path extensions;

	@BeforeAll
	static void makeExtension() throws IOException {
		extensions = Files.createDirectory(directory.resolve("extensions"));
		Path source = directory.resolve("CloudLogin.java");
		Files.writeString(source, """
				package com.example;

				public class CloudLogin implements org.apache.kafka.common.security.auth.AuthenticateCallbackHandler {

					public void configure(java.util.Map<String, ?> configs, String mechanism,
							java.util.List<javax.security.auth.login.AppConfigurationEntry> entries) {
						throw new IllegalArgumentException("asked for a token of the cloud's");
					}

					public void handle(javax.security.auth.callback.Callback[] callbacks) {
					}

					public void close() {
					}

				}
				""");
		int compiled = ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "-d", directory.toString(), "-cp", System.getProperty("java.class.path"),
					"-proc:none", source.toString());
		assertThat(compiled).isZero();
		try (OutputStream file = Files.newOutputStream(extensions.resolve("cloud-login.jar"));
				JarOutputStream jar = new JarOutputStream(file)) {
			jar.putNextEntry(new JarEntry("com/example/CloudLogin.class"));
			jar.write(Files.readAllBytes(directory.resolve("com/example/CloudLogin.class")));
		}
	}

	@Test
	void theJarFindsThemByAVariable() {
		Map<String, String> environment = environment();
		assertThat(WorkerProcess.run(environment, "dead-letters", "list").errors()).isEqualTo(NOT_THERE);
		environment.put("LOADER_PATH", extensions.toString());
		Completed end = WorkerProcess.run(environment, "dead-letters", "list");
		assertThat(end.errors()).isEqualTo(THERE);
		assertThat(end.exitCode()).isEqualTo(1);
	}

	@Test
	void theImageFindsThemInItsDirectory() throws IOException {
		Path application = directory.resolve("application");
		run(List.of("-Djarmode=tools", "-jar", System.getProperty("tidemark.worker.jar"), "extract", "--destination",
				application.toString()), "");
		Path jar;
		try (var files = Files.list(application)) {
			jar = files.filter((file) -> file.toString().endsWith(".jar")).findAny().orElseThrow();
		}
		Path cache = directory.resolve("worker.aot");
		String main = TidemarkWorker.class.getName();
		run(List.of("-XX:AOTCacheOutput=" + cache, "-Dspring.context.exit=onRefresh", "-cp", jar.toString(), main), "");
		Path empty = Files.createDirectory(directory.resolve("empty"));
		// Whoever can't use the cache ends with an error of the JVM's.
		List<String> withCache = List.of("-XX:AOTCache=" + cache, "-XX:AOTMode=on", "-Xlog:disable",
				"-Xlog:all=warning,aot*=error:stderr", "-cp");
		for (Path jars : List.of(empty, directory.resolve("missing"))) {
			run(join(withCache, jar + ":" + jars + "/*", main, "dead-letters", "list"), NOT_THERE);
		}
		run(join(withCache, jar + ":" + extensions + "/*", main, "dead-letters", "list"), THERE);
	}

	private static List<String> join(List<String> first, String... rest) {
		List<String> all = new ArrayList<>(first);
		all.addAll(List.of(rest));
		return all;
	}

	/** Runs a JVM, whose last words are to be these. */
	private static void run(List<String> arguments, String said) throws IOException {
		Path output = Files.createTempFile(directory, "java-", ".log");
		Map<String, String> environment = said.isEmpty() ? Map.of() : environment();
		ChildProcess process = ChildProcess.start(ChildProcess.java(List.of(), List.of(), arguments), environment,
				output);
		int exitCode = process.awaitExit();
		assertThat(exitCode).as(process::toString).isEqualTo(said.isEmpty() ? 0 : 1);
		if (!said.isEmpty()) {
			assertThat(Files.readString(output)).isEqualTo(said);
		}
	}

	private static Map<String, String> environment() {
		return new HashMap<>(Map.of("KAFKA_BOOTSTRAP_SERVERS", "localhost:" + Ports.free(),
				"SPRING_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT", "SPRING_KAFKA_PROPERTIES_SASL_MECHANISM",
				"OAUTHBEARER", "SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG",
				"org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;",
				"SPRING_KAFKA_PROPERTIES_SASL_LOGIN_CALLBACK_HANDLER_CLASS", HANDLER));
	}

}
