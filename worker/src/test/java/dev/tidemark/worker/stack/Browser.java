package dev.tidemark.worker.stack;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.awaitility.Awaitility;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;

/**
 * An installed Chromium with nobody in front of it, and with a profile of its own.
 */
public final class Browser implements AutoCloseable {

	/**
	 * The system property that names a directory for screenshots; without it, none is
	 * taken.
	 */
	private static final String SCREENSHOTS = "tidemark.screenshots";

	private static final int PHONE = 360;

	private final ChromeDriver driver;

	private Browser(ChromeDriver driver) {
		this.driver = driver;
	}

	/**
	 * Tells whether there is a browser to be started.
	 * @return whether Chromium and its driver are installed
	 */
	public static boolean isInstalled() {
		return installed("chromium").isPresent() && installed("chromedriver").isPresent();
	}

	/**
	 * Starts the installed browser.
	 * @return the browser, as wide as a desktop
	 */
	public static Browser start() {
		ChromeOptions options = new ChromeOptions();
		options.setBinary(installed("chromium").orElseThrow());
		options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync",
				"--disable-dev-shm-usage", "--lang=en");
		ChromeDriverService service = new ChromeDriverService.Builder()
			.usingDriverExecutable(installed("chromedriver").orElseThrow())
			.usingAnyFreePort()
			.build();
		Browser browser = new Browser(new ChromeDriver(service, options));
		browser.desktop();
		return browser;
	}

	private static Optional<File> installed(String name) {
		return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.map((directory) -> new File(directory, name))
			.filter(File::canExecute)
			.findFirst();
	}

	/** Makes the window as wide as a desktop's, by day. */
	public void desktop() {
		this.driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
		this.driver.manage().window().setSize(new Dimension(1280, 900));
		scheme("light");
	}

	/** Makes the window as narrow as a small phone's, by night. */
	public void phone() {
		phone(PHONE);
	}

	private void phone(int width) {
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", 780, "deviceScaleFactor", 1, "mobile", true));
		scheme("dark");
	}

	private void scheme(String scheme) {
		this.driver.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
	}

	/**
	 * Opens a page.
	 * @param url its address
	 */
	public void open(String url) {
		this.driver.get(url);
	}

	/**
	 * Waits until there is an element to be seen.
	 * @param selector a CSS selector
	 * @return the first such element
	 */
	public WebElement find(String selector) {
		Awaitility.await(selector)
			.atMost(Duration.ofSeconds(30))
			.ignoreExceptions()
			.until(() -> this.driver.findElement(By.cssSelector(selector)).isDisplayed());
		return this.driver.findElement(By.cssSelector(selector));
	}

	/**
	 * Returns the text that can be seen in an element.
	 * @param selector a CSS selector
	 * @return the text of the first such element; empty while there is none to be seen
	 */
	public String text(String selector) {
		// Of an element that is not shown, innerText is all text in it.
		return String.valueOf(run("""
				const element = document.querySelector(arguments[0]);
				return element?.checkVisibility() ? element.innerText : ''""", selector));
	}

	/**
	 * Types on the keyboard, into whatever has the focus.
	 * @param keys what is typed
	 */
	public void type(CharSequence... keys) {
		new Actions(this.driver).sendKeys(keys).perform();
	}

	/**
	 * Goes on with the tabulator, as whoever has no mouse does.
	 * @param selector the CSS selector of what is to get the focus
	 */
	public void tabTo(String selector) {
		for (int i = 0; i < 60; i++) {
			if (Boolean.TRUE.equals(run("return document.activeElement.matches(arguments[0])", selector))) {
				return;
			}
			type(Keys.TAB);
		}
		throw new AssertionError("The tabulator does not lead to " + selector);
	}

	/**
	 * Runs a script in the page.
	 * @param script the script
	 * @param arguments what it can use
	 * @return what it returns; null if that is nothing
	 */
	public Object run(String script, Object... arguments) {
		return this.driver.executeScript(script, arguments);
	}

	/**
	 * Takes pictures of the page at the widths of a desktop and of a phone, if somebody
	 * wants to look at them.
	 * @param name names the pictures
	 */
	public void picture(String name) {
		String directory = System.getProperty(SCREENSHOTS, "");
		if (directory.isEmpty()) {
			return;
		}
		desktop();
		picture(directory, name + "-desktop", 1280);
		phone(390);
		picture(directory, name + "-phone", 390);
		desktop();
	}

	private void picture(String directory, String name, int width) {
		try {
			long height = ((Number) run("return document.documentElement.scrollHeight")).longValue();
			this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
					Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
			Files.write(Files.createDirectories(Path.of(directory)).resolve(name + ".png"),
					this.driver.getScreenshotAs(OutputType.BYTES));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.driver.quit();
	}

}
