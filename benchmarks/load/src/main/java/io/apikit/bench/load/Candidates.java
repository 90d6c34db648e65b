package io.apikit.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The candidates in a folder, by name. */
final class Candidates {
    static final String NGINX = "nginx";

    private static final String FLASK = "flask";

    /** The main libraries of each Java candidate, as the names of their jars. */
    private static final Map<String, String> JAVA = new LinkedHashMap<>();

    static {
        JAVA.put("apikit", "javalin|jetty-server|httpclient5");
        JAVA.put("by-hand-apache", "javalin|jetty-server|httpclient5");
        JAVA.put("by-hand-jdk", "javalin|jetty-server");
        JAVA.put("spring-boot", "spring-boot|spring-web|tomcat-embed-core");
        JAVA.put("vertx", "vertx-core|netty-common");
        JAVA.put("helidon", "helidon-webserver");
    }

    private final Path home;

    Candidates(Path home) {
        this.home = home;
    }

    static List<String> names() {
        return Stream.concat(JAVA.keySet().stream(), Stream.of(NGINX, FLASK)).toList();
    }

    /** @param name of a candidate; for Java also {@code NAME@CHECKOUT}, built in another checkout of this project */
    Candidate named(String name) {
        var parts = name.split("@", 2);
        if (!names().contains(parts[0])) {
            throw new BenchFailure("there is no candidate '" + name + "'; there are " + String.join(", ", names()));
        }
        var libraries = JAVA.get(parts[0]);
        if (libraries != null) {
            var folder = parts.length == 1
                    ? home
                    : Path.of(parts[1]).toAbsolutePath().resolve("benchmarks");
            return java(name, folder.normalize().resolve(parts[0]), libraries);
        }
        if (parts.length > 1) {
            throw new BenchFailure(name + ": only a candidate in Java can come from another checkout");
        }
        return name.equals(NGINX) ? nginx() : flask();
    }

    private static Candidate java(String name, Path folder, String libraries) {
        var target = folder.resolve("target");
        var lib = target.resolve("lib");
        if (!Files.isDirectory(lib)) {
            return Candidate.absent(name, lib + " does not exist: it is not built, or it needs a newer JDK");
        }
        var command = List.of("-cp", classPath(target, lib), main(target.resolve("classes")));
        return new Candidate(name, true, command, versions(lib, libraries), "");
    }

    /** An AOT cache needs a class path without folders, in the same order at each start. A wildcard has no fixed order. */
    private static String classPath(Path target, Path lib) {
        return Stream.concat(jars(target), jars(lib)).map(Path::toString).collect(Collectors.joining(":"));
    }

    private static Stream<Path> jars(Path folder) {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList().stream();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    private static String main(Path classes) {
        try (var files = Files.walk(classes)) {
            return files.filter(file -> file.endsWith("Main.class"))
                    .map(file -> classes.relativize(file)
                            .toString()
                            .replace(".class", "")
                            .replace('/', '.'))
                    .findFirst()
                    .orElseThrow(() -> new BenchFailure("no Main below " + classes));
        } catch (IOException e) {
            throw unreadable(classes, e);
        }
    }

    private static String versions(Path lib, String jars) {
        try (var files = Files.list(lib)) {
            return files.map(file -> file.getFileName().toString().replaceFirst("\\.jar$", ""))
                    .filter(file -> file.matches("(" + jars + ")-\\d.*"))
                    .sorted()
                    .collect(Collectors.joining(", "));
        } catch (IOException e) {
            throw unreadable(lib, e);
        }
    }

    private Candidate nginx() {
        return Tool.firstLine(NGINX, "-v")
                .map(line -> script(NGINX, line.replace("nginx version: ", "")))
                .orElseGet(() -> Candidate.absent(NGINX, "it is not installed"));
    }

    private Candidate flask() {
        var folder = home.resolve(FLASK);
        if (!Files.exists(folder.resolve("target/venv/complete"))) {
            return Candidate.absent(FLASK, "its virtual environment could not be made");
        }
        var python = Tool.firstLine(folder.resolve("target/venv/bin/python").toString(), "--version");
        try (var packages = Files.lines(folder.resolve("requirements.txt"))) {
            return script(
                    FLASK,
                    packages.filter(line -> line.matches("(Flask|gunicorn|sqre-apikit)==.*"))
                            .map(line -> line.replace("==", " "))
                            .collect(Collectors.joining(", ", python.orElse("") + ", ", "")));
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    /** What is not Java is started by a script in its folder. */
    private Candidate script(String name, String versions) {
        return new Candidate(
                name, false, List.of(home.resolve(name).resolve("run").toString()), versions, "");
    }

    private static BenchFailure unreadable(Path folder, IOException e) {
        return new BenchFailure(folder + " cannot be read: " + e.getMessage());
    }
}
