package io.apikit.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The candidates below a folder, by name. */
final class Candidates {
    /** The jars of a Java candidate whose versions say what it is made of. */
    private static final Map<String, String> MADE_OF = new LinkedHashMap<>();

    static {
        MADE_OF.put("apikit", "javalin|jetty-server|httpclient5");
        MADE_OF.put("by-hand-apache", "javalin|jetty-server|httpclient5");
        MADE_OF.put("by-hand-jdk", "javalin|jetty-server");
        MADE_OF.put("spring-boot", "spring-boot|spring-web|tomcat-embed-core");
        MADE_OF.put("vertx", "vertx-core|netty-common");
        MADE_OF.put("helidon", "helidon-webserver");
    }

    private final Path home;

    Candidates(Path home) {
        this.home = home;
    }

    static List<String> names() {
        return List.of("apikit", "by-hand-apache", "by-hand-jdk", "spring-boot", "vertx", "helidon", "nginx", "flask");
    }

    Candidate named(String name) {
        if (!names().contains(name)) {
            throw new BenchFailure("there is no candidate '" + name + "'; there are " + String.join(", ", names()));
        }
        return switch (name) {
            case "nginx" -> nginx();
            case "flask" -> flask();
            default -> java(name);
        };
    }

    private Candidate java(String name) {
        var target = home.resolve(name).resolve("target");
        var classes = target.resolve("classes");
        if (!Files.isDirectory(target.resolve("lib"))) {
            return Candidate.absent(name, "it is not built: it may need a newer JDK");
        }
        var command = List.of("-cp", classes + ":" + target.resolve("lib") + "/*", main(classes));
        return new Candidate(name, true, command, versions(target.resolve("lib"), MADE_OF.getOrDefault(name, "")), "");
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
        } catch (IOException unreadable) {
            throw unreadable(classes, unreadable);
        }
    }

    private static String versions(Path lib, String jars) {
        try (var files = Files.list(lib)) {
            return files.map(file -> file.getFileName().toString().replaceFirst("\\.jar$", ""))
                    .filter(file -> file.matches("(" + jars + ")-\\d.*"))
                    .sorted()
                    .collect(Collectors.joining(", "));
        } catch (IOException unreadable) {
            throw unreadable(lib, unreadable);
        }
    }

    private Candidate nginx() {
        return Tool.firstLine("nginx", "-v")
                .map(says -> script("nginx", says.replace("nginx version: ", "")))
                .orElseGet(() -> Candidate.absent("nginx", "it is not installed"));
    }

    private Candidate flask() {
        var folder = home.resolve("flask");
        if (!Files.exists(folder.resolve("target/venv/complete"))) {
            return Candidate.absent("flask", "its virtual environment could not be made");
        }
        var python = Tool.firstLine(folder.resolve("target/venv/bin/python").toString(), "--version");
        try (var packages = Files.lines(folder.resolve("requirements.txt"))) {
            return script(
                    "flask",
                    packages.filter(line -> line.matches("(Flask|gunicorn|sqre-apikit)==.*"))
                            .map(line -> line.replace("==", " "))
                            .collect(Collectors.joining(", ", python.orElse("") + ", ", "")));
        } catch (IOException unreadable) {
            throw unreadable(folder, unreadable);
        }
    }

    /** Of what is not Java a script in its folder starts. */
    private Candidate script(String name, String versions) {
        return new Candidate(
                name, false, List.of(home.resolve(name).resolve("run").toString()), versions, "");
    }

    private static BenchFailure unreadable(Path folder, IOException why) {
        return new BenchFailure(folder + " cannot be read: " + why.getMessage());
    }
}
