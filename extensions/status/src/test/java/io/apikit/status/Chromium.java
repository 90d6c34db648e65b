package io.apikit.status;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The headless browser of the machine, controlled by its driver. Nothing is downloaded for it. */
record Chromium(ChromeDriver driver) implements AutoCloseable {
    private static final File BROWSER = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Skips the test on a machine that has no browser. */
    static Chromium open() {
        for (var program : List.of(BROWSER, DRIVER)) {
            assumeTrue(program.canExecute(), () -> "skipped: there is no " + program + " (Debian's chromium-driver)");
        }
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER)
                .usingAnyFreePort()
                .build();
        return new Chromium(new ChromeDriver(service, options()));
    }

    private static ChromeOptions options() {
        var options = new ChromeOptions();
        options.setBinary(BROWSER);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run");
        var logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        return options;
    }

    /** Returns the text that this element shows; empty if there is no such element. */
    String text(String css) {
        return String.valueOf(script("return document.querySelector(arguments[0])?.innerText ?? ''", css));
    }

    /** Waits until this element shows the text. The element is looked up again each time, since the page replaces elements. */
    void awaitText(String css, String text) {
        new WebDriverWait(driver, TIMEOUT, Duration.ofMillis(50))
                .withMessage(() -> "\"" + text + "\" in " + css + ", which shows: " + text(css))
                .until(any -> text(css).contains(text));
    }

    /** Waits until this expression is true. */
    void awaitTrue(String expression) {
        new WebDriverWait(driver, TIMEOUT, Duration.ofMillis(50))
                .withMessage(expression)
                .until(any -> Boolean.TRUE.equals(script("return " + expression)));
    }

    /** Returns what the script returns; an empty string for null. */
    Object script(String script, Object... arguments) {
        return Objects.requireNonNullElse(driver.executeScript(script, arguments), "");
    }

    boolean isShown(String id) {
        return driver.findElement(By.id(id)).isDisplayed();
    }

    /** Returns the lines of the console since the last call. */
    List<String> console() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }

    /** Sets the width of the window; its height becomes that of the page. */
    void resize(int width) {
        metrics(width, 800);
        var height = (Number) script("return document.documentElement.scrollHeight");
        metrics(width, height.intValue());
    }

    private void metrics(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    void colours(String scheme) {
        var feature = Map.of("name", "prefers-color-scheme", "value", scheme);
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
    }

    /** Writes a screenshot to the build folder. */
    void saveScreenshot(String file) throws IOException {
        Files.write(Path.of("target", file), driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
