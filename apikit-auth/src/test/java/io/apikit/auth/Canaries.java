package io.apikit.auth;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Listens to the whole suite's log at every level, as the service sets it up, for the secrets that the tests use. */
public final class Canaries extends AppenderBase<ILoggingEvent> {
    /** Used by the tests as passwords, secrets and tokens, and as nothing else. */
    private static final List<String> SECRETS = Stream.of(
                    "wonderland", "builder-secret", "looking-glass", "token-alice-")
            .flatMap(secret -> Stream.of(
                    secret,
                    base64("alice:" + secret),
                    base64("alice@example.org:" + secret),
                    base64("my-client:" + secret)))
            .toList();

    /** The tokens of the fakes. */
    private static final Pattern JWT = Pattern.compile("eyJ[\\w-]+\\.eyJ");

    static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    protected void append(ILoggingEvent event) {
        var thrown = event.getThrowableProxy();
        var said = event.getFormattedMessage()
                + event.getMDCPropertyMap()
                + (thrown == null ? "" : ThrowableProxyUtil.asString(thrown));
        if (SECRETS.stream().anyMatch(said::contains) || JWT.matcher(said).find()) {
            FOUND.add(event.getLoggerName() + ": " + said);
        }
    }
}
