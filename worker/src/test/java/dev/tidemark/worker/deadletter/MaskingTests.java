package dev.tidemark.worker.deadletter;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tidemark.contracts.examples.Example;
import dev.tidemark.contracts.examples.Examples;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * No secret is shown, whatever it is wrapped in, and what is harmless is.
 */
class MaskingTests {

	private static final String BCRYPT = "$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

	@Test
	void whatTheContractKnowsToBeHarmlessIsShown() {
		assertThat(shown("""
				{"taskId": "b7c54f4f-30a2-497e-a7cd-998dd5e58837", "title": "مراجعة", "description": null, "version": 3,
				"status": "done", "username": "ليلى"}"""))
			.isEqualTo("{\"taskId\":\"b7c54f4f-30a2-497e-a7cd-998dd5e58837\",\"title\":\"مراجعة\",\"description\":null,"
					+ "\"version\":\"***\",\"status\":\"done\",\"username\":\"ليلى\"}");
		assertThat(shown("{\"specversion\":\"1.0\",\"expectedversion\":7,"
				+ "\"traceparent\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\",\"data\":{\"title\":[1,true]}}"))
			.isEqualTo("{\"specversion\":\"1.0\",\"expectedversion\":7,"
					+ "\"traceparent\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\",\"data\":{\"title\":[1,true]}}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "passwordHash", "PASSWORDHASH", "password_hash", "pasword", "pw", "p\\u0061sswordHash",
			"paſſword", "username ", "Username" })
	void aMemberThatIsNotKnownKeepsItsNameOnly(String name) {
		assertThat(shown("{\"username\":\"ada\",\"" + name + "\":\"hunter2\"}")).contains("\"ada\"")
			.contains("\"***\"")
			.doesNotContain("hunter2");
		assertThat(shown("{\"" + name + "\":{\"username\":\"hunter2\"}}")).doesNotContain("hunter2");
		assertThat(shown("{\"" + name + "\":[\"hunter2\"]}")).doesNotContain("hunter2");
		assertThat(shown("{\"" + name + "\":4711}")).doesNotContain("4711");
		assertThat(shown("{\"data\":{\"" + name + "\":\"hunter2\"}}")).doesNotContain("hunter2");
		assertThat(shown("{\"" + name + "\":\"hunter2")).doesNotContain("hunter2");
	}

	@ParameterizedTest
	@ValueSource(strings = { BCRYPT, "{bcrypt}" + BCRYPT, "{noop}hunter2", "$2a$04$N9qo",
			"\\u00242a\\u002404\\u0024N9qo8u",
			"$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b4dWRWJTmaaJObG",
			"$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ\\/\\/$RdescudvJCsgt3ub", "5f4dcc3b5aa765d61d8327deb882cf99",
			"it was " + BCRYPT, "W6ph5Mm5Pz8GgiULbPgzG37mj9gx5ekSkSkSkSkSkSkS",
			"{\\\"passwordHash\\\":\\\"hunter2\\\"}", "password=hunter2", "PassWord : hunter2" })
	void aHashIsMaskedWhereverItIs(String secret) {
		for (String value : List.of("{\"username\":\"" + secret + "\"}", "{\"data\":{\"title\":\"" + secret + "\"}}",
				"{\"title\":[[\"" + secret + "\"]]}", "{\"data\":\"" + secret + "\"}", "\"" + secret + "\"",
				"[\"" + secret + "\"]", "{\"" + secret + "\":1}")) {
			assertThat(shown(value)).contains("***").doesNotContain(plain(secret));
			assertThat(shown(value.substring(0, value.length() - 2))).doesNotContain(plain(secret));
		}
		byte[] plain = plain(secret).getBytes(StandardCharsets.UTF_8);
		assertThat(Masking.text(plain)).isEqualTo("***");
		assertThat(Masking.header("ce_source", plain)).isEqualTo("***");
		assertThat(Masking.header("traceparent", plain)).isEqualTo("***");
		assertThat(Masking.header("authorization", plain)).isEqualTo("(%d bytes, not shown)".formatted(plain.length));
		assertThat(Masking.headerName(plain(secret))).isEqualTo("***");
	}

	private static String plain(String inJson) {
		return inJson.replace("\\u0024", "$").replace("\\/", "/").replace("\\\"", "\"");
	}

	@Test
	void whatIsInBase64IsShownAsAnythingElse() {
		String inner = "{\"username\":\"ada\",\"passwordHash\":\"hunter2\"}";
		String outer = Base64.getEncoder().encodeToString(inner.getBytes(StandardCharsets.UTF_8));
		assertThat(shown("{\"data_base64\":\"" + outer + "\"}")).isEqualTo(
				"{\"data_base64\":\"(decoded) {\\\"username\\\":\\\"ada\\\",\\\"passwordHash\\\":\\\"***\\\"}\"}");
		assertThat(shown("{\"data_base64\":\"" + outer + "!\"}")).isEqualTo("{\"data_base64\":\"***\"}");
		assertThat(shown("{\"data_base64\":{\"username\":\"" + BCRYPT + "\"}}")).isEqualTo("{\"data_base64\":\"***\"}");
	}

	@Test
	void onlySoMuchAsIsJsonIsShown() {
		assertThat(shown("passwordHash=hunter2")).isEqualTo("(20 bytes, not JSON: not shown)");
		assertThat(shown("")).isEqualTo("(0 bytes, not JSON: not shown)");
		assertThat(shown("{\"title\":\"Buy milk\",\"passwordHash\":\"hun"))
			.startsWith("{\"title\":\"Buy milk\",\"passwordHash\":")
			.endsWith("not shown)")
			.doesNotContain("hun");
		assertThat(shown("{\"title\":\"Buy milk\"} hunter2"))
			.isEqualTo("{\"title\":\"Buy milk\"} … (not JSON from line 1, column 22 on: not shown)");
		assertThat(shown("{\"title\":\"Buy milk\"} \"hunter2\""))
			.isEqualTo("{\"title\":\"Buy milk\"} … (what follows is not shown)");
		assertThat(shown("[".repeat(100_000) + "\"hunter2\"")).doesNotContain("hunter2");
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTF-16LE", "UTF-16BE", "UTF-32" })
	void anotherEncodingIsNotShown(String charset) {
		byte[] value = ("{\"passwordHash\":\"" + BCRYPT + "é\"}").getBytes(Charset.forName(charset));
		assertThat(Masking.value(value)).doesNotContain("h\0a").doesNotContain("hash").contains("not shown");
	}

	@Test
	void whatAWorkerHasSaidIsShownUnlessItRepeatsAHash() {
		String detail = "passwordHash: must be an encoded hash: bcrypt, with or without Spring Security's {id}, or PBKDF2";
		assertThat(Masking.detail(detail.getBytes(StandardCharsets.UTF_8))).isEqualTo(detail);
		assertThat(Masking.detail(("not " + BCRYPT).getBytes(StandardCharsets.UTF_8))).isEqualTo("***");
		assertThat(Masking.detail(null)).isNull();
	}

	@Test
	void whatIsNotThereIsNotShown() {
		assertThat(Masking.value(null)).isNull();
		assertThat(Masking.text(null)).isNull();
		assertThat(Masking.header("authorization", null)).isNull();
	}

	static Stream<Example> examples() {
		return Stream.of(Examples.valid(), Examples.invalid(), Examples.published()).flatMap(List::stream);
	}

	@ParameterizedTest
	@MethodSource("examples")
	void noExampleShowsItsHash(Example example) {
		assertThat(Objects.requireNonNullElse(Masking.value(example.value()), "")).doesNotContain("$2", "$argon2",
				"$e0", "$scrypt", "$7$", "{pbkdf2", "correct horse");
	}

	private static String shown(String value) {
		return Objects.requireNonNull(Masking.value(value.getBytes(StandardCharsets.UTF_8)));
	}

}
