package io.apikit.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WireLogLimitTest {
    private static final String JETTY = "org.eclipse.jetty";
    private static final String WIRE = "org.apache.hc.client5.http.wire";

    private final LoggerContext context = new LoggerContext();

    private void root(Level level) {
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(level);
    }

    private Level level(String logger) {
        return context.getLogger(logger).getEffectiveLevel();
    }

    @Test
    void wireLoggersAreAtInfoUnderARootOfTrace() {
        root(Level.TRACE);

        WireLogLimit.apply(context);

        assertThat(level(JETTY + ".server.Server")).isEqualTo(Level.INFO);
        assertThat(level(WIRE)).isEqualTo(Level.INFO);
        assertThat(level("io.lettuce.core.protocol.CommandEncoder")).isEqualTo(Level.ERROR);
        assertThat(level("org.example")).isEqualTo(Level.TRACE);
    }

    @Test
    void higherLevelOfTheRootStays() {
        root(Level.ERROR);

        WireLogLimit.apply(context);

        assertThat(level(JETTY)).isEqualTo(Level.ERROR);
    }

    @Test
    void rootThatIsLoweredLaterLowersThemToInfo() {
        root(Level.WARN);
        WireLogLimit.apply(context);

        root(Level.DEBUG);

        assertThat(level(JETTY)).isEqualTo(Level.INFO);
        assertThat(level(WIRE)).isEqualTo(Level.INFO);
    }

    @Test
    void levelThatIsRaisedLaterAppliesToThem() {
        root(Level.DEBUG);
        WireLogLimit.apply(context);

        root(Level.WARN);
        context.getLogger("org.apache").setLevel(Level.ERROR);

        assertThat(level(JETTY)).isEqualTo(Level.WARN);
        assertThat(level(WIRE)).isEqualTo(Level.ERROR);
    }

    @Test
    void levelThatIsNamedLaterStays() {
        WireLogLimit.apply(context);

        context.getLogger(JETTY).setLevel(Level.DEBUG);
        root(Level.WARN);
        WireLogLimit.apply(context);

        assertThat(level(JETTY)).isEqualTo(Level.DEBUG);
        assertThat(level(WIRE)).isEqualTo(Level.WARN);
    }

    @Test
    void newConfigurationOfLogbackDecidesAboveInfo() throws Exception {
        WireLogLimit.apply(context);

        context.reset();
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(new ByteArrayInputStream(
                "<configuration><root level='WARN'/></configuration>".getBytes(StandardCharsets.UTF_8)));

        assertThat(level(JETTY)).isEqualTo(Level.WARN);
        assertThat(level(WIRE)).isEqualTo(Level.WARN);
    }

    @Test
    void namedLoggersKeepTheirLevels() {
        context.getLogger(JETTY).setLevel(Level.DEBUG);
        context.getLogger(WIRE).setLevel(Level.TRACE);

        WireLogLimit.apply(context);
        WireLogLimit.apply(context);

        assertThat(level(JETTY + ".io")).isEqualTo(Level.DEBUG);
        assertThat(level(WIRE)).isEqualTo(Level.TRACE);
        assertThat(level("org.apache.hc.client5.http.headers")).isEqualTo(Level.INFO);
    }

    /** They log the value of a malformed header, one WARN a request. */
    @Test
    void parsersOfHostsAreAtErrorUnlessTheyAreNamed() {
        context.getLogger(JETTY).setLevel(Level.DEBUG);
        context.getLogger(JETTY + ".http.HttpParser").setLevel(Level.WARN);

        WireLogLimit.apply(context);

        assertThat(level(JETTY + ".util.HostPort")).isEqualTo(Level.ERROR);
        assertThat(level(JETTY + ".http.HttpParser")).isEqualTo(Level.WARN);
        assertThat(level(JETTY + ".http.HttpField")).isEqualTo(Level.DEBUG);
    }

    @Test
    void higherLevelOfALimitedLoggerAppliesToThoseBelowIt() {
        WireLogLimit.apply(context);

        context.getLogger(JETTY).setLevel(Level.OFF);

        assertThat(level(JETTY + ".util.HostPort")).isEqualTo(Level.OFF);
        context.getLogger(JETTY).setLevel(Level.DEBUG);
        assertThat(level(JETTY + ".util.HostPort")).isEqualTo(Level.ERROR);
        assertThat(level(JETTY + ".http")).isEqualTo(Level.DEBUG);
    }

    @Test
    void resetOfLogbackKeepsTheLimit() {
        WireLogLimit.apply(context);

        context.reset();
        root(Level.DEBUG);

        assertThat(level(WIRE)).isEqualTo(Level.INFO);
        context.getLogger(WIRE).setLevel(Level.DEBUG);
        assertThat(level(WIRE)).isEqualTo(Level.DEBUG);
    }
}
