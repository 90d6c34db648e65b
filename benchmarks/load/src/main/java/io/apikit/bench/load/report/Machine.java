package io.apikit.bench.load.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The machine that measures. Immutable. */
public record Machine(String processor, int cores, String memory, String kernel, String java) {
    private static final double KIB_PER_GIB = 1024 * 1024;

    /** Returns the machine that this JVM runs on. */
    public static Machine here() {
        return new Machine(
                value("/proc/cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                String.format("%.0f GiB", number(value("/proc/meminfo", "MemTotal")) / KIB_PER_GIB),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vendor.version", "") + " (" + Runtime.version() + ")");
    }

    String line() {
        return processor + ", " + cores + " cores, " + memory + "; " + kernel + "; JDK " + java;
    }

    Map<String, Object> members() {
        var members = new LinkedHashMap<String, Object>();
        members.put("processor", processor);
        members.put("cores", cores);
        members.put("memory", memory);
        members.put("kernel", kernel);
        members.put("java", java);
        return members;
    }

    private static double number(String text) {
        return Double.parseDouble("0" + text.replaceAll("\\D", ""));
    }

    private static String value(String file, String field) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(field))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
