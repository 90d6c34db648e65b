package io.apikit.starter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** The text of {@code --help}, 80 columns wide. */
final class HelpText {
    private static final int WIDTH = 80;
    private static final int NAME_WIDTH = 31;

    private HelpText() {}

    /** Adds the description, the table of the settings and the exit codes to a command. */
    static void describe(CommandSpec spec, ServiceDefinition service) {
        var exitCodes = new LinkedHashMap<String, String>();
        exitCodes.put("0", "help or version was asked for");
        exitCodes.put("1", "the service cannot start, for example because the port is in use");
        exitCodes.put("2", "a setting or an argument cannot be used");
        exitCodes.put("143, 130", "SIGTERM, Ctrl-C: ended after the requests in flight");
        spec.usageMessage()
                .width(WIDTH)
                .abbreviateSynopsis(true)
                .customSynopsis(service.metadata.name() + " [--NAME=VALUE]...")
                .description(literal(service.metadata.description()))
                .optionListHeading("%n")
                .footer(literal(footer(service.table())))
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(exitCodes);
    }

    private static String[] footer(SettingTable table) {
        var lines = new ArrayList<String>();
        lines.add("");
        lines.addAll(List.of(
                "Each setting is an argument (--port=8080), a variable of the environment",
                "(PORT=8080), a line of a file (PORT=8080), or a file in a folder of mounted",
                "secrets (PORT or port). The first of these counts. A secret (*) is no argument,",
                "which other users of the machine would see."));
        for (var section : table.sections()) {
            lines.add("");
            lines.add(section.title() + ":");
            section.settings().stream().flatMap(HelpText::rows).forEach(lines::add);
        }
        return lines.toArray(String[]::new);
    }

    private static Stream<String> rows(Setting setting) {
        var name = "  " + setting + (setting.isSecret() ? " *" : "");
        var lines = wrapped(text(setting)).stream().map(line -> " ".repeat(NAME_WIDTH) + line);
        if (name.length() >= NAME_WIDTH) {
            return Stream.concat(Stream.of(name), lines);
        }
        var rest = new AtomicBoolean();
        return lines.map(line -> rest.getAndSet(true) ? line : name + line.substring(name.length()));
    }

    /** Breaks a text between words. A text table of picocli's would break a URL behind its colon. */
    private static List<String> wrapped(String text) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (var word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > WIDTH - NAME_WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /** Returns the meaning of a setting and its default. */
    static String text(Setting setting) {
        return setting.meaning()
                + setting.shownDefault().map(shown -> ". Default: " + shown).orElse("");
    }

    /** A percent sign would begin a format. */
    private static String[] literal(String... lines) {
        return Stream.of(lines).map(line -> line.replace("%", "%%")).toArray(String[]::new);
    }
}
