package dev.tidemark.worker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

import com.sun.net.httpserver.HttpServer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.openqa.selenium.Keys;

import dev.tidemark.contracts.Catalogue;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.contracts.task.TaskCommand.CompleteTask;
import dev.tidemark.contracts.task.TaskCommand.CreateTask;
import dev.tidemark.contracts.task.TaskStatus;
import dev.tidemark.contracts.task.Tasks;
import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.DeleteUser;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.Users;
import dev.tidemark.worker.stack.Browser;
import dev.tidemark.worker.stack.Client;
import dev.tidemark.worker.stack.Deployment;
import dev.tidemark.worker.stack.Stack;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The console in a real browser, before a real worker. {@code -Dtidemark.screenshots}
 * names a directory for pictures of it.
 */
@EnabledIf(value = "dev.tidemark.worker.stack.Browser#isInstalled",
		disabledReason = "No chromium and chromedriver are installed: the console was NOT tested in a browser")
class ConsoleTests {

	private static final PasswordHash HASH = new PasswordHash(
			"$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");

	private static final String PASSWORD = "a quiet night";

	private static final String HOSTILE = "<script>window.hacked = 1</script><img src=x onerror=window.hacked=1>";

	/** Makes {@code exe.png} of what is {@code gnp.exe}. */
	private static final String REVERSED = "report\u202Egnp.exe";

	private static final Deployment deployment = Deployment.prepare(2, "TIDEMARK_CONSOLE", "true",
			"TIDEMARK_CONSOLE_PASSWORD", PASSWORD);

	private static final Client client = deployment.client();

	private final Browser browser = Browser.start();

	@BeforeAll
	static void start() {
		deployment.start();
		client.awaitConsumed(client.send(UUID.randomUUID(), new RegisterUser("amara", HASH)));
	}

	@AfterAll
	static void stop() {
		deployment.close();
	}

	@BeforeEach
	void open() {
		this.browser.open(url(deployment));
	}

	@AfterEach
	void close() {
		this.browser.close();
	}

	@Test
	void showsNothingBeforeTheRightPassword() {
		this.browser.find("#password").sendKeys("a loud day", Keys.ENTER);
		await().until(() -> this.browser.text("[role=alert]").equals("That is not the password."));
		this.browser.picture("sign-in");
		assertThat(this.browser.text("#console")).isEmpty();
		signIn();
		this.browser.tabTo("#sign-out button");
		this.browser.type(Keys.ENTER);
		this.browser.find("#password");
		assertThat(this.browser.text("#console")).isEmpty();
	}

	@Test
	void countsWhatComes() {
		signIn();
		for (int i = 0; i < 300; i++) {
			client.send(UUID.randomUUID(), task(UUID.randomUUID(), "Title " + i, "amara"));
		}
		for (int i = 0; i < 7; i++) {
			client.send(UUID.randomUUID(), new CompleteTask(UUID.randomUUID()));
		}
		client.send(UUID.randomUUID(), task(UUID.randomUUID(), "Early", "somebody who is not there"));
		UUID rejected = UUID.randomUUID();
		client.awaitConsumed(client.send(rejected, new DeleteUser("nobody")));
		await().untilAsserted(() -> {
			assertThat(this.browser.text("#rejections")).contains("USER_NOT_FOUND").contains(rejected.toString());
			assertThat(this.browser.text("#outcomes")).containsPattern("applied\\s+[0-9.]+\\s+3\\d\\d")
				.containsPattern("TASK_NOT_FOUND\\s+[0-9.]+\\s+7");
			assertThat(this.browser.text("#deferred")).contains("somebody who is not there");
			assertThat(this.browser.text("#figures"))
				.containsPattern("Lag\\s+0\\s+%d partitions".formatted(2 * Catalogue.installed().aggregates().size()));
			assertThat(this.browser.text("#phases")).containsPattern("commit\\s+[0-9.]+ ms");
			assertThat(this.browser.text("#schema")).contains("this worker was built for");
		});
		this.browser.picture("busy");
	}

	@Test
	void hostileTextIsTextAndDoesNothing() {
		UUID taskId = UUID.randomUUID();
		client.send(UUID.randomUUID(), task(taskId, HOSTILE + REVERSED, "amara"));
		client.send(UUID.randomUUID(), new DeleteUser(HOSTILE.substring(0, 60) + REVERSED));
		client.awaitConsumed(client.send(deployment.tenant().topics().commands(Tasks.TYPE), REVERSED + HOSTILE,
				Client.headers(UUID.randomUUID(), "dev.tidemark.task." + HOSTILE, HOSTILE, HOSTILE),
				Client.bytes("{\"title\":\"" + HOSTILE.replace("\"", "'") + "\u202e\"}")));
		signIn();
		await().untilAsserted(() -> {
			assertThat(this.browser.text("#dead-letters")).contains("<script>").contains("U+202E");
			assertThat(this.browser.text("#rejections")).contains("<script>").contains("U+202E");
		});
		lookUp(taskId.toString());
		await().until(() -> this.browser.text("#found").contains(HOSTILE + "reportU+202Egnp.exe"));
		lookUp(HOSTILE);
		await().until(() -> this.browser.text("#found").contains("Nothing is known of " + HOSTILE));
		this.browser.tabTo("#dead-letters button");
		this.browser.type(Keys.ENTER);
		await().until(() -> this.browser.text("dialog").contains("<img src=x onerror"));
		assertThat(this.browser.run("return document.querySelectorAll('body script, img, iframe').length"))
			.isEqualTo(0L);
		assertThat(this.browser.run("return window.hacked ?? null")).isNull();
		this.browser.phone();
		assertThat(widthOfThePage()).isLessThanOrEqualTo(360);
		this.browser.type(Keys.ESCAPE);
		assertThat(widthOfThePage()).isLessThanOrEqualTo(360);
	}

	@Test
	void saysWhatLiesBehindATransactionThatASenderHasLeftOpen() {
		signIn();
		String topic = deployment.tenant().topics().commands(Tasks.TYPE);
		try (KafkaProducer<byte[], byte[]> sender = new KafkaProducer<>(
				Map.of("bootstrap.servers", deployment.tenant().bootstrapServers(), "transactional.id",
						"console-" + UUID.randomUUID(), "transaction.timeout.ms", 600_000),
				new ByteArraySerializer(), new ByteArraySerializer())) {
			sender.initTransactions();
			sender.beginTransaction();
			for (int i = 0; i < 40; i++) {
				var _ = sender.send(new ProducerRecord<>(topic, 1, Client.bytes("key"), Client.bytes("{}")));
			}
			sender.flush();
			await().untilAsserted(() -> {
				assertThat(this.browser.text("#sentence"))
					.startsWith("40 records lie behind a transaction that a sender has left open in %s-1, since "
						.formatted(topic));
				assertThat(this.browser.text("#partitions")).contains("+40");
				assertThat(this.browser.text("#figures")).contains("40 behind open transactions");
			});
			this.browser.picture("left-open");
			sender.abortTransaction();
		}
		await().untilAsserted(() -> {
			assertThat(this.browser.text("#verdict")).doesNotContain("left open");
			assertThat(this.browser.text("#figures")).doesNotContain("open transactions");
		});
	}

	@Test
	void saysWhoseCommandsAreMisplacedAndWhatTheyCallThemselvesIsText() {
		String topic = deployment.tenant().topics().commands(Users.TYPE);
		for (int partition = 0; partition < 2; partition++) {
			Headers headers = Client.headers(UUID.randomUUID(), "dev.tidemark.user.delete.v1");
			headers.remove(EventHeaders.CE_SOURCE).add(EventHeaders.CE_SOURCE, Client.bytes("/" + REVERSED));
			client.awaitConsumed(client.send(new ProducerRecord<>(topic, partition, Client.bytes("nobody"),
					Client.bytes("{\"username\":\"nobody\"}"), headers)));
		}
		signIn();
		await().until(() -> this.browser.text("#verdict"), (text) -> text
			.contains("1 command of /reportU+202Egnp.exe lies in partitions that murmur2 would not have chosen"));
		assertThat(String.valueOf(this.browser.run("return document.title"))).doesNotContain("\u202e");
	}

	@Test
	void looksUpACommandATaskAndAUser() {
		signIn();
		UUID command = UUID.randomUUID();
		UUID taskId = UUID.randomUUID();
		client.awaitConsumed(client.send(command, task(taskId, "Order the tide tables", "amara")));
		lookUp(command.toString());
		await().until(() -> this.browser.text("#found"),
				(text) -> text.contains("applied") && text.contains("dev.tidemark.task.create.v1"));
		lookUp(taskId.toString());
		await().until(() -> this.browser.text("#found"),
				(text) -> text.contains("Order the tide tables") && text.contains("pending"));
		this.browser.picture("found");
		lookUp("amara");
		await().until(() -> this.browser.text("#found"),
				(text) -> text.contains("User") && text.contains("amara") && text.contains("created at"));
		assertThat(this.browser.text("body")).doesNotContain("$2a$04$");
		lookUp("nobody at all");
		await().until(() -> this.browser.text("#found").contains("Nothing is known of nobody at all"));
	}

	@Test
	void looksUpWhatWaits() {
		signIn();
		UUID first = UUID.randomUUID();
		UUID second = UUID.randomUUID();
		UUID taskId = UUID.randomUUID();
		client.send(first, task(taskId, "Early", "kofi"));
		client.awaitConsumed(client.send(second, new CompleteTask(taskId)));
		await().until(() -> this.browser.text("#deferred"),
				(text) -> text.contains("task.create of task " + taskId + ", 1 command behind it"));
		lookUp("kofi");
		await().until(() -> this.browser.text("#found"),
				(text) -> text.contains(first.toString()) && !text.contains(second.toString()));
		lookUp(taskId.toString());
		await().until(() -> this.browser.text("#found"), (text) -> text.contains("task.create of task " + taskId)
				&& text.contains("task.complete of task " + taskId) && text.contains("behind the one before it"));
		lookUp(second.toString());
		await().until(() -> this.browser.text("#found"),
				(text) -> text.contains("deferred") && text.contains("waitsBehind") && text.contains(first.toString()));
	}

	@Test
	void aDeadLetterIsReplayedWithTheKeyboardAloneAndItsOutcomeIsSeen() {
		deployment.execute("alter table tasks add constraint unheard_of check (title <> 'poison')");
		UUID command = UUID.randomUUID();
		UUID taskId = UUID.randomUUID();
		client.awaitConsumed(client.send(command, task(taskId, "poison", "amara")));
		deployment.execute("alter table tasks drop constraint unheard_of");
		signIn();
		await().until(() -> this.browser.text("#dead-letters").contains(taskId.toString()));
		this.browser.tabTo("#dead-letters button");
		this.browser.type(Keys.ENTER);
		await().until(() -> this.browser.text("dialog").contains(command.toString()));
		this.browser.picture("dead-letter");
		this.browser.tabTo("[data-do=ask]");
		this.browser.type(Keys.ENTER);
		await().until(() -> this.browser.text("dialog .question").contains("Send it back"));
		assertThat(this.browser.run("return document.activeElement.dataset.do")).isEqualTo("cancel");
		this.browser.type(Keys.ENTER);
		await().until(() -> this.browser.text("dialog .question").isEmpty());
		this.browser.type(Keys.ENTER);
		this.browser.tabTo("[data-do=replay]");
		this.browser.type(Keys.ENTER);
		await().until(() -> this.browser.text("dialog .question").contains("applied, version 1"));
		assertThat(deployment.query("select title from tasks where task_id = ?", taskId)).containsExactly("poison");
		this.browser.tabTo("[data-do=close]");
		this.browser.type(Keys.ENTER);
		assertThat(this.browser.run("return document.querySelector('dialog').open")).isEqualTo(false);
	}

	@Test
	void aPageOfAnotherSiteCanReplayNothing() throws IOException {
		UUID command = UUID.randomUUID();
		RecordMetadata sent = client.send(deployment.tenant().topics().commands(Tasks.TYPE), "no task",
				Client.headers(command, "dev.tidemark.task.misspelt.v1"), Client.bytes("{}"));
		client.awaitConsumed(sent);
		signIn();
		await().until(() -> this.browser.text("#dead-letters").contains("no task"));
		Object place = this.browser.run("return [...document.querySelectorAll('#dead-letters li')]"
				+ ".find((row) => row.innerText.includes('no task')).dataset.key");
		HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		other.createContext("/", (exchange) -> {
			byte[] page = Client.bytes("<!doctype html><title>Other</title>");
			exchange.getResponseHeaders().add("Content-Type", "text/html");
			exchange.sendResponseHeaders(200, page.length);
			exchange.getResponseBody().write(page);
			exchange.close();
		});
		other.start();
		try {
			this.browser.open("http://127.0.0.1:" + other.getAddress().getPort() + "/");
			this.browser.run("""
					const body = JSON.stringify({ place: arguments[1] });
					window.tries = Promise.allSettled([
						fetch(arguments[0], { method: 'POST', mode: 'no-cors', credentials: 'include', body }),
						fetch(arguments[0], { method: 'POST', mode: 'no-cors', credentials: 'include',
							headers: { 'Content-Type': 'text/plain' }, body })]).then(() => { window.tried = true; });
					""", url(deployment) + "api/replay", place);
			await().until(() -> Boolean.TRUE.equals(this.browser.run("return window.tried ?? false")));
		}
		finally {
			other.stop(0);
		}
		// Were it replayed, it would be dead again before this is known to be applied.
		client.awaitConsumed(client.send(UUID.randomUUID(), task(UUID.randomUUID(), "After", "amara")));
		assertThat(deployment.worker().output()).doesNotContain("Dead letter " + place + " was replayed");
		// With the same session, the page itself can.
		this.browser.open(url(deployment));
		this.browser.find("#verdict");
		assertThat(this.browser.run("""
				const token = document.cookie.match(/tidemark-console-token=([^;]+)/)[1];
				return fetch('api/replay', { method: 'POST', headers: { 'Content-Type': 'application/json',
					'X-XSRF-TOKEN': token }, body: JSON.stringify({ place: arguments[0] }) }).then((r) => r.status)
				""", place)).isEqualTo(200L);
	}

	@Test
	void isReadOnAPhoneWithoutScrollingSideways() {
		this.browser.phone();
		assertThat(widthOfThePage()).isLessThanOrEqualTo(360);
		signIn();
		client.awaitConsumed(client.send(UUID.randomUUID(), new DeleteUser("nobody" + "y".repeat(240))));
		await().until(() -> this.browser.text("#rejections").contains("yyyy"));
		assertThat(widthOfThePage()).isLessThanOrEqualTo(360);
		assertThat(this.browser.run("""
				return [...document.querySelectorAll('#console button, #console input')]
					.filter((control) => control.getBoundingClientRect().right > innerWidth).length""")).isEqualTo(0L);
	}

	@Test
	void saysInASentenceWhatIsWrong() {
		try (Stack stack = Stack.start();
				Deployment other = Deployment.prepare(stack, 2, "TIDEMARK_CONSOLE", "true", "TIDEMARK_CONSOLE_PASSWORD",
						PASSWORD, "TIDEMARK_GUARD_MAX_RUN", "5")) {
			other.start();
			this.browser.open(url(other));
			signIn();
			await().until(() -> this.browser.text("#sentence").equals("All is well.")
					&& this.browser.text("#dead-letters").contains("There are none"));
			this.browser.picture("empty");
			for (int i = 0; i < 3; i++) {
				misspelt(other);
			}
			await().until(() -> this.browser.text("#sentence").equals("3 dead letters in the last hour."));
			for (int i = 0; i < 30; i++) {
				misspelt(other);
			}
			await().until(
					() -> this.browser.text("#sentence").startsWith("Too many dead letters: the intake has stopped"));
			stack.stopDatabase();
			await().until(() -> this.browser.text("#verdict").contains("The database does not answer, since"));
			assertThat(this.browser.text("#deferred")).contains("cannot be read now");
			assertThat(this.browser.text("#dead-letters")).contains("UNKNOWN_TYPE");
			this.browser.picture("trouble");
			other.worker().kill();
			await().until(() -> this.browser.text("#sentence").equals("This worker does not answer."));
		}
	}

	private static void misspelt(Deployment other) {
		other.client()
			.send(other.tenant().topics().commands(Tasks.TYPE), "key",
					Client.headers(UUID.randomUUID(), "dev.tidemark.task.misspelt.v1"), Client.bytes("{}"));
	}

	private static String url(Deployment of) {
		return "http://localhost:" + of.worker().managementPort() + "/console/";
	}

	private void signIn() {
		this.browser.find("#password").sendKeys(PASSWORD, Keys.ENTER);
		this.browser.find("#verdict");
	}

	private void lookUp(String text) {
		this.browser.find("#look-up-text").clear();
		this.browser.find("#look-up-text").sendKeys(text, Keys.ENTER);
	}

	private long widthOfThePage() {
		return ((Number) this.browser.run("return document.documentElement.scrollWidth")).longValue();
	}

	/** A page is shown again every two seconds, and a list of records every four. */
	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(60));
	}

	private static CreateTask task(UUID taskId, String title, String username) {
		return new CreateTask(taskId, title, username, null, TaskStatus.PENDING);
	}

}
