package dev.tidemark.worker.story;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.tidemark.worker.stack.Stack;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What somebody who types the README's first command gets to see. The worker is a process
 * because the console is only there to be opened where a worker runs.
 */
class StoryTests {

	private final CookieManager cookies = new CookieManager();

	private final HttpClient http = HttpClient.newBuilder().cookieHandler(this.cookies).build();

	@Test
	void endsWithAConsoleThatHasSomethingToShow() throws Exception {
		ByteArrayOutputStream told = new ByteArrayOutputStream();
		PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8);
		try (TidemarkStory story = TidemarkStory.begin(Stack.shared().newTenant(), out)) {
			story.tell();
			story.goOn();
			String text = told.toString(StandardCharsets.UTF_8);
			assertThat(text).contains("outcome  applied, version 1", "outcome  deferred", "outcome  duplicate",
					"outcome  rejected: VERSION_CONFLICT", "outcome  dead-lettered: MALFORMED_DATA");
			MatchResult console = Pattern.compile("(?m)^ +Console +(http://localhost:\\d+/console/), password (\\S+)$")
				.matcher(text)
				.results()
				.findFirst()
				.orElseThrow();
			signIn(console.group(1), console.group(2));
			JsonNode atFirst = state(console.group(1));
			Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
				JsonNode now = state(console.group(1));
				assertThat(count(now, "/figures/outcomes/applied"))
					.isGreaterThan(count(atFirst, "/figures/outcomes/applied"));
				assertThat(count(now, "/figures/outcomes/rejected"))
					.isGreaterThan(count(atFirst, "/figures/outcomes/rejected"));
				assertThat(now.at("/deadLetters/value").size()).isGreaterThan(1);
				assertThat(now.at("/deferred/value/count").asInt()).isPositive();
			});
			assertThat(told.toString(StandardCharsets.UTF_8)).as("nothing is said of each command").isEqualTo(text);
		}
	}

	private static double count(JsonNode state, String pointer) {
		return state.at(pointer).asDouble(0);
	}

	private void signIn(String console, String password) throws Exception {
		assertThat(get(console).statusCode()).isEqualTo(200);
		String token = this.cookies.getCookieStore()
			.getCookies()
			.stream()
			.filter((cookie) -> cookie.getName().equals("tidemark-console-token"))
			.findFirst()
			.orElseThrow()
			.getValue();
		assertThat(
				this.http
					.send(HttpRequest.newBuilder(URI.create(console + "api/sign-in"))
						.header("Content-Type", "application/x-www-form-urlencoded")
						.header("X-XSRF-TOKEN", token)
						.POST(HttpRequest.BodyPublishers.ofString(
								"username=operator&password=" + UriUtils.encode(password, StandardCharsets.UTF_8)))
						.build(), HttpResponse.BodyHandlers.discarding())
					.statusCode())
			.isEqualTo(204);
	}

	private JsonNode state(String console) throws Exception {
		return JsonMapper.shared().readTree(get(console + "api/state").body());
	}

	private HttpResponse<String> get(String url) throws Exception {
		return this.http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
	}

}
