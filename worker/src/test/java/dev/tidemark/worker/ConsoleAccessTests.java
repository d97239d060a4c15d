package dev.tidemark.worker;

import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.util.UriUtils;

import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.WorkerProcess;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who may see the console and do what, as browsers and others ask for it.
 * <p>
 * A worker process, since Spring Security's filters count only in front of its own port.
 */
class ConsoleAccessTests {

	private static final String PASSWORD = "a quiet night & a <long> pässword";

	private static final Deployment deployment = Deployment.prepare(1);

	private final CookieManager cookies = new CookieManager();

	private final HttpClient http = HttpClient.newBuilder().cookieHandler(this.cookies).build();

	@BeforeAll
	static void start() {
		deployment.start(Map.of("TIDEMARK_CONSOLE", "true", "TIDEMARK_CONSOLE_PASSWORD", PASSWORD)).awaitReady();
	}

	@AfterAll
	static void close() {
		deployment.close();
	}

	@Test
	void withoutAPasswordTheStartIsRefusedWithOneClearLine() {
		Map<String, String> environment = new HashMap<>(deployment.tenant().environment());
		environment.put("TIDEMARK_CONSOLE", "true");
		WorkerProcess.Completed end = WorkerProcess.run(environment);
		assertThat(end.exitCode()).isEqualTo(1);
		assertThat(end.errors().lines()).singleElement().asString().contains("TIDEMARK_CONSOLE_PASSWORD");
		assertThat(end.output()).isEmpty();
	}

	@Test
	void isOffUnlessSwitchedOn() throws IOException {
		try (WorkerProcess other = WorkerProcess.start(deployment.tenant().environment())) {
			other.awaitReady();
			for (String path : List.of("/console", "/console/", "/console/console.js", "/console/api/state")) {
				assertThat(other.get(path).statusCode()).as(path).isEqualTo(404);
			}
			assertThat(other.get("/actuator/health/readiness").headers().map()).doesNotContainKey("x-frame-options");
			leaveTheGroup(other);
		}
	}

	@Test
	void healthAndMetricsStayAsOpenAsTheyWere() throws Exception {
		for (String path : List.of("/actuator/health/liveness", "/actuator/health/readiness", "/actuator/prometheus")) {
			HttpResponse<String> response = get(path);
			assertThat(response.statusCode()).as(path).isEqualTo(200);
			assertThat(response.headers().map()).doesNotContainKeys("set-cookie", "content-security-policy");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/console/", "/console/console.css", "/console/console.js", "/console/api/state" })
	void browsersAreToldToTrustNothingElse(String path) throws Exception {
		HttpResponse<String> response = get(path);
		assertThat(response.headers().firstValue("Content-Security-Policy"))
			.hasValue("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
					+ "frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
		assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
		assertThat(response.headers().firstValue("X-Frame-Options")).hasValue("DENY");
		assertThat(response.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
		assertThat(response.headers().firstValue("Cross-Origin-Resource-Policy")).hasValue("same-origin");
		assertThat(response.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
	}

	@Test
	void thePageHasNothingInlineThatItsPolicyWouldHaveToAllow() throws Exception {
		String page = get("/console/").body();
		assertThat(page).contains("<script type=\"module\" src=\"console.js\"></script>");
		assertThat(page).doesNotContainPattern("<script(?![^>]*src=)|<style|\\son[a-z]+=|\\sstyle=|javascript:");
		assertThat(get("/console/console.js").body()).doesNotContainPattern(
				"innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\b|new Function|setHTML|DOMParser");
	}

	@ParameterizedTest
	@CsvSource({ "GET,/console/api/state", "GET,/console/api/look-up?text=amara", "POST,/console/api/replay",
			"GET,/console/api/nothing" })
	void nobodySeesAnythingWithoutSigningIn(String method, String path) throws Exception {
		HttpResponse<String> response = send(method, path, "{}", "Content-Type", "application/json", "X-XSRF-TOKEN",
				token());
		assertThat(response.statusCode()).isEqualTo(401);
		assertThat(response.body()).doesNotContain("figures");
	}

	@Test
	void theSessionIsTheBrowsersOwnSecret() throws Exception {
		HttpResponse<String> response = signIn(PASSWORD);
		assertThat(response.statusCode()).isEqualTo(204);
		assertThat(response.headers().allValues("Set-Cookie"))
			.filteredOn((cookie) -> cookie.startsWith("tidemark-console="))
			.singleElement()
			.asString()
			.contains("HttpOnly")
			.contains("SameSite=Strict")
			.contains("Path=/console");
		assertThat(response.headers().allValues("Set-Cookie"))
			.allSatisfy((cookie) -> assertThat(cookie).contains("SameSite=Strict"));
		assertThat(get("/console/api/state").statusCode()).isEqualTo(200);
		assertThat(post("/console/api/sign-out", "").statusCode()).isEqualTo(204);
		assertThat(get("/console/api/state").statusCode()).isEqualTo(401);
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://evil.example", "null", "http://localhost:1", "https://localhost" })
	void whatAnotherSiteAsksForIsRefused(String origin) throws Exception {
		signIn(PASSWORD);
		String place = "{\"place\":\"%s-0@0\"}".formatted(deployment.tenant().topics().deadLetters(Tasks.TYPE));
		assertThat(send("POST", "/console/api/replay", place, "Content-Type", "application/json", "X-XSRF-TOKEN",
				token(), "Origin", origin)
			.statusCode()).isEqualTo(403);
		assertThat(send("GET", "/console/api/state", "", "Origin", origin).statusCode()).isEqualTo(403);
	}

	@ParameterizedTest
	@ValueSource(strings = { "cross-site", "same-site" })
	void whatABrowserSaysIsNotFromThisPageIsRefused(String site) throws Exception {
		signIn(PASSWORD);
		assertThat(send("POST", "/console/api/replay", "{}", "Content-Type", "application/json", "X-XSRF-TOKEN",
				token(), "Sec-Fetch-Site", site)
			.statusCode()).isEqualTo(403);
		assertThat(send("GET", "/console/api/state", "", "Sec-Fetch-Site", site).statusCode()).isEqualTo(403);
		assertThat(send("GET", "/console/", "", "Sec-Fetch-Site", site).statusCode()).isEqualTo(200);
	}

	@Test
	void nothingIsDoneWithoutTheTokenOfThePage() throws Exception {
		signIn(PASSWORD);
		for (String token : List.of("", UUID.randomUUID().toString())) {
			HttpResponse<String> response = send("POST", "/console/api/replay", "{}", "Content-Type",
					"application/json", "X-XSRF-TOKEN", token);
			assertThat(response.statusCode()).isEqualTo(403);
		}
		assertThat(post("/console/api/replay", "{\"place\":\"nowhere\"}").statusCode()).isEqualTo(400);
	}

	@Test
	void onlyDeadLettersAreReplayedAndOnlyThoseThatAreThere() throws Exception {
		signIn(PASSWORD);
		String dead = deployment.tenant().topics().deadLetters(Tasks.TYPE);
		assertThat(post("/console/api/replay", "{\"place\":\"%s-0@7\"}".formatted(dead)).statusCode()).isEqualTo(404);
		assertThat(post("/console/api/replay", "{\"place\":\"%s-7@0\"}".formatted(dead)).statusCode()).isEqualTo(404);
		HttpResponse<String> response = post("/console/api/replay",
				"{\"place\":\"%s-0@0\"}".formatted(deployment.tenant().topics().readModel(Tasks.TYPE)));
		assertThat(response.statusCode()).isEqualTo(422);
		assertThat(response.body()).contains(deployment.tenant().topics().readModel(Tasks.TYPE));
		assertThat(post("/console/api/replay", "{}").statusCode()).isEqualTo(400);
		assertThat(post("/console/api/replay", "no JSON").statusCode()).isEqualTo(400);
	}

	@Test
	void whatCannotBeAKeyIsNotLookedUp() throws Exception {
		signIn(PASSWORD);
		for (String text : List.of("", "a".repeat(256), "\0")) {
			HttpResponse<String> response = get("/console/api/look-up?text=" + UriUtils.encode(text, UTF_8));
			assertThat(response.statusCode()).isEqualTo(400);
			assertThat(response.body()).contains("text: must be");
		}
		assertThat(get("/console/api/look-up?text=" + UriUtils.encode("'; drop table users; --", UTF_8)).statusCode())
			.isEqualTo(200);
	}

	@Test
	void whatItDoesNotHaveIsNotThere() throws Exception {
		for (String path : List.of("/console/api/../application.yml", "/console/..%2Fapplication.yml",
				"/console/package-info.java", "/console/nothing")) {
			assertThat(get(path).statusCode()).as(path).isIn(400, 401, 404);
		}
	}

	/** In a worker of its own: an address that has guessed has to wait. */
	@Test
	void guessingIsSlowedDown() throws Exception {
		try (WorkerProcess other = WorkerProcess.start(withConsole())) {
			other.awaitReady();
			HttpResponse<String> response = signIn(other.managementPort(), "guess");
			assertThat(response.statusCode()).isEqualTo(401);
			// A wait may be over before the next guess comes, and then is twice as long.
			for (int i = 0; i < 10 && response.statusCode() == 401; i++) {
				response = signIn(other.managementPort(), "guess");
			}
			assertThat(response.statusCode()).isEqualTo(429);
			assertThat(response.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
			assertThat(other.output()).contains("wrong password, from")
				.doesNotContain("guess")
				.doesNotContain(PASSWORD);
			leaveTheGroup(other);
		}
	}

	/**
	 * Whoever joins the group after one that was killed waits until that one is missed.
	 */
	private static void leaveTheGroup(WorkerProcess worker) {
		worker.terminate();
	}

	private static Map<String, String> withConsole() {
		Map<String, String> environment = new HashMap<>(deployment.tenant().environment());
		environment.put("TIDEMARK_CONSOLE", "true");
		environment.put("TIDEMARK_CONSOLE_PASSWORD", PASSWORD);
		return environment;
	}

	private HttpResponse<String> signIn(String password) throws Exception {
		return signIn(deployment.worker().managementPort(), password);
	}

	private HttpResponse<String> signIn(int port, String password) throws Exception {
		this.http.send(request(port, "/console/").build(), HttpResponse.BodyHandlers.discarding());
		return this.http.send(request(port, "/console/api/sign-in")
			.header("Content-Type", "application/x-www-form-urlencoded")
			.header("X-XSRF-TOKEN", token())
			.POST(HttpRequest.BodyPublishers.ofString("username=operator&password=" + UriUtils.encode(password, UTF_8)))
			.build(), HttpResponse.BodyHandlers.ofString());
	}

	private HttpResponse<String> get(String path) throws Exception {
		return send("GET", path, "");
	}

	private HttpResponse<String> post(String path, String json) throws Exception {
		return send("POST", path, json, "Content-Type", "application/json", "X-XSRF-TOKEN", token());
	}

	private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
		HttpRequest.Builder request = request(deployment.worker().managementPort(), path).method(method,
				method.equals("GET") ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
		return this.http.send((headers.length > 0) ? request.headers(headers).build() : request.build(),
				HttpResponse.BodyHandlers.ofString());
	}

	private static HttpRequest.Builder request(int port, String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
	}

	/** The token that the page would send, which it has in a cookie. */
	private String token() throws Exception {
		if (this.cookies.getCookieStore().getCookies().isEmpty()) {
			get("/console/");
		}
		return this.cookies.getCookieStore()
			.getCookies()
			.stream()
			.filter((cookie) -> cookie.getName().equals("tidemark-console-token"))
			.map(HttpCookie::getValue)
			.findFirst()
			.orElseThrow();
	}

}
