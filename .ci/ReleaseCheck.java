import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The checks of {@code .ci/release}. Each prints what is wrong, and then exits with 1. */
final class ReleaseCheck {
    private static final String GROUP_ID = System.getProperty("group");
    private static final String GROUP = GROUP_ID.replace('.', '/');
    private static final Set<String> POMS_ALONE = Set.of("apikit-parent", "apikit-extensions", "apikit-bom");
    /** What the size of a class path may differ from what is documented, in MiB. */
    private static final double ROOM = 0.3;

    private final List<String> faults = new ArrayList<>();

    private ReleaseCheck() {}

    public static void main(String... args) throws Exception {
        var check = new ReleaseCheck();
        switch (args[0]) {
            case "same" -> check.same(Path.of(args[1]), Path.of(args[2]));
            case "central" -> check.central(Path.of(args[1]), args[2], Path.of(args[3]));
            case "users" -> check.users(Path.of(args[1]), args[2], Path.of(args[3]));
            case "classpath" -> check.classPaths(Path.of(args[1]), Path.of("docs/README.md"));
            default -> throw new IllegalArgumentException(args[0]);
        }
        check.faults.forEach(System.err::println);
        System.exit(check.faults.isEmpty() ? 0 : 1);
    }

    /** Demands that both folders hold the same artifacts, byte by byte. */
    private void same(Path first, Path second) throws IOException {
        var names = artifacts(first);
        demand(names.equals(artifacts(second)), "different files: " + names + " and " + artifacts(second));
        for (var name : names) {
            var other = second.resolve(name);
            if (Files.exists(other)) {
                long at = Files.mismatch(first.resolve(name), other);
                demand(at == -1, name + " differs between two builds, from byte " + at + " on");
            }
        }
        passed(names.size() + " files are the same in both builds");
    }

    private static Set<String> artifacts(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(name -> name.matches(".*\\.(jar|pom|json)"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** Demands what Maven Central demands, and that nothing else is published. */
    private void central(Path repository, String version, Path sources) throws Exception {
        var expected = published(sources);
        var found = new TreeSet<String>();
        try (var folders = Files.list(repository.resolve(GROUP))) {
            folders.filter(Files::isDirectory).forEach(folder -> found.add(folder.getFileName().toString()));
        }
        demand(found.equals(expected), "published are " + found + ", and not " + expected);
        for (var artifact : found) {
            artifact(repository.resolve(GROUP).resolve(artifact).resolve(version), artifact, version);
        }
        passed(found.size() + " artifacts are as Maven Central demands");
    }

    /** The modules that the BOM manages, and the poms among the modules. */
    private static Set<String> published(Path sources) throws IOException {
        var names = new TreeSet<>(POMS_ALONE);
        var bom = Files.readString(sources.resolve("bom/pom.xml"));
        Pattern.compile("<artifactId>(apikit-.*?)</artifactId>").matcher(bom).results().forEach(m -> names.add(m.group(1)));
        if (Files.exists(sources.resolve("archetype/pom.xml"))) {
            names.add("apikit-archetype");
        }
        return names;
    }

    private void artifact(Path folder, String artifact, String version) throws Exception {
        var base = folder.resolve(artifact + "-" + version);
        pom(Path.of(base + ".pom"));
        if (POMS_ALONE.contains(artifact)) {
            return;
        }
        try (var files = Files.list(folder)) {
            demand(files.anyMatch(file -> file.toString().endsWith(".json")), artifact + " has no bill of materials");
        }
        for (var kind : List.of("", "-sources", "-javadoc")) {
            jar(Path.of(base + kind + ".jar"), kind);
        }
    }

    private void jar(Path file, String kind) throws IOException {
        if (!Files.exists(file)) {
            demand(false, file + " is missing");
            return;
        }
        try (var zip = new ZipFile(file.toFile())) {
            for (var name : List.of("META-INF/LICENSE", "META-INF/NOTICE")) {
                demand(zip.getEntry(name) != null, file + " has no " + name);
            }
            var names = zip.stream().map(ZipEntry::getName).toList();
            demand(kind.equals("-javadoc") || names.stream().noneMatch(ReleaseCheck::isTest), file + " has tests");
            var content = switch (kind) {
                case "" -> "(?s).*\\.class|archetype-resources/.*";
                case "-sources" -> ".*\\.java|archetype-resources/.*";
                default -> "index\\.html|.*README.*";
            };
            demand(names.stream().anyMatch(name -> name.matches(content)), file + " is empty");
        }
    }

    /** Apart from the template of a test, and the front door of apikit-test. */
    private static boolean isTest(String name) {
        return name.matches(".*/\\w+(Test|IT)\\.(class|java)")
                && !name.startsWith("archetype-resources/")
                && !name.matches("io/apikit/test/(Api|Running)Test\\..*")
                && !name.matches("io/apikit/auth/contract/(Renewable)?BackendUnderTest\\..*");
    }

    private void pom(Path file) throws Exception {
        var pom = parsed(file);
        // A pom that is a parent itself is published as it is, and inherits the others.
        var demanded = has(pom, "parent")
                ? List.of("name", "description")
                : List.of("name", "description", "url", "licenses", "developers", "scm");
        for (var name : demanded) {
            demand(has(pom, name), file + " has no " + name);
        }
        var text = Files.readString(file);
        demand(!text.contains("SNAPSHOT"), file + " names a snapshot");
        for (var name : List.of("repositories", "pluginRepositories", "distributionManagement")) {
            demand(!has(pom, name), file + " has " + name);
        }
        var artifact = file.getParent().getParent().getFileName().toString();
        if (!artifact.matches("apikit-(parent|extensions)")) {
            demand(!has(pom, "parent") && !has(pom, "build"), file + " is not flattened");
            demand(!text.contains("${"), file + " has a property that is not resolved");
            demand(!text.contains("<scope>test</scope>"), file + " has dependencies of tests");
        }
    }

    private static Document parsed(Path file) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    }

    private static boolean has(Document pom, String name) {
        for (Node child = pom.getDocumentElement().getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element && element.getTagName().equals(name)) {
                return !element.getTextContent().isBlank();
            }
        }
        return false;
    }

    /** Writes a project for each jar that the BOM manages, and one for all. Each uses one public class of each. */
    private void users(Path repository, String version, Path users) throws Exception {
        var uses = new TreeMap<String, String>();
        try (var folders = Files.list(repository.resolve(GROUP))) {
            for (var folder : folders.sorted().toList()) {
                var artifact = folder.getFileName().toString();
                if (!POMS_ALONE.contains(artifact) && !artifact.equals("apikit-archetype")) {
                    uses.put(artifact, publicClass(folder.resolve(version).resolve(artifact + "-" + version + ".jar")));
                }
            }
        }
        var modules = new StringBuilder();
        for (var artifact : uses.keySet()) {
            project(users, artifact, version, Map.of(artifact, uses.get(artifact)));
            modules.append("<module>").append(artifact).append("</module>");
        }
        project(users, "all", version, uses);
        Files.writeString(
                users.resolve("pom.xml"),
                PARENT.replace("GROUP", GROUP_ID).replace("MODULES", modules.append("<module>all</module>").toString())
                        .replace("REPOSITORY", repository.toUri().toString())
                        .replace("VERSION", version));
    }

    private void project(Path users, String name, String version, Map<String, String> uses) throws IOException {
        var folder = Files.createDirectories(users.resolve(name).resolve("src/main/java/example"));
        var dependencies = uses.keySet().stream()
                .map(artifact -> "<dependency><groupId>" + GROUP_ID + "</groupId><artifactId>" + artifact + "</artifactId></dependency>")
                .collect(Collectors.joining());
        Files.writeString(
                users.resolve(name).resolve("pom.xml"),
                CHILD.replace("NAME", name).replace("DEPENDENCIES", dependencies).replace("VERSION", version));
        var classes = uses.values().stream().map(type -> type + ".class").collect(Collectors.joining(", "));
        Files.writeString(
                folder.resolve("Uses.java"),
                "package example;\n\nclass Uses {\n    static final Class<?>[] USED = {" + classes + "};\n}\n");
    }

    /** Returns the first public class outside of internal packages. */
    private static String publicClass(Path jar) throws IOException {
        try (var zip = new ZipFile(jar.toFile())) {
            var names = zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.matches("io/apikit/[\\w/]+\\.class"))
                    .filter(name -> !name.contains("/internal/") && !name.endsWith("-info.class"))
                    .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
                    .sorted()
                    .limit(40);
            var args = Stream.concat(Stream.of("-public", "-cp", jar.toString()), names).toArray(String[]::new);
            var out = new ByteArrayOutputStream();
            ToolProvider.findFirst("javap").orElseThrow().run(new PrintStream(out), System.err, args);
            var found = Pattern.compile("^public [\\w ]*(?:class|interface) ([\\w.]+)", Pattern.MULTILINE)
                    .matcher(out.toString());
            if (!found.find()) {
                throw new IllegalStateException(jar + " has no public class");
            }
            return found.group(1);
        }
    }

    /** Prints how many jars an artifact brings, and demands that a page says the same of those that it names. */
    private void classPaths(Path users, Path page) throws IOException {
        System.out.println("== class paths, with the modules themselves");
        var documented = documented(page);
        try (var files = Files.list(users)) {
            for (var folder : files.filter(Files::isDirectory).sorted().toList()) {
                var list = folder.resolve("target/classpath.txt");
                if (Files.exists(list)) {
                    var name = folder.getFileName().toString();
                    classPath(name, Files.readString(list).trim(), documented.remove(name));
                }
            }
        }
        demand(documented.isEmpty(), page + " has sizes of what is not there: " + documented.keySet());
    }

    /** Returns jars and MiB of the lines of a table such as {@code | `apikit-auth` | 44 | 14.8 |}. */
    private static Map<String, double[]> documented(Path page) throws IOException {
        var sizes = new TreeMap<String, double[]>();
        Pattern.compile("^\\| `(apikit-[a-z0-9-]+)` \\| (\\d+) \\| ([\\d.]+) \\|$", Pattern.MULTILINE)
                .matcher(Files.readString(page))
                .results()
                .forEach(row -> sizes.put(
                        row.group(1), new double[] {Double.parseDouble(row.group(2)), Double.parseDouble(row.group(3))}));
        if (sizes.isEmpty()) {
            throw new IllegalStateException(page + " has no sizes");
        }
        return sizes;
    }

    private void classPath(String artifact, String list, double[] documented) throws IOException {
        var jars = Arrays.stream(list.split(java.io.File.pathSeparator)).map(Path::of).toList();
        long bytes = 0;
        for (var jar : jars) {
            bytes += Files.size(jar);
        }
        var size = bytes / 1024.0 / 1024;
        System.out.printf("%-18s %3d jars %5.1f MiB%n", artifact, jars.size(), size);
        demand(
                documented == null || jars.size() == documented[0] && Math.abs(size - documented[1]) <= ROOM,
                artifact + " is documented with " + Arrays.toString(documented) + " jars and MiB: " + list.replace(':', '\n'));
    }

    private void passed(String what) {
        if (faults.isEmpty()) {
            System.out.println("== " + what);
        }
    }

    private void demand(boolean holds, String fault) {
        if (!holds) {
            faults.add(fault);
        }
    }

    private static final String PARENT =
            """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>example</groupId>
              <artifactId>users</artifactId>
              <version>1</version>
              <packaging>pom</packaging>
              <modules>MODULES</modules>
              <properties>
                <maven.compiler.release>17</maven.compiler.release>
                <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
              </properties>
              <repositories><repository><id>release</id><url>REPOSITORY</url></repository></repositories>
              <dependencyManagement><dependencies><dependency>
                <groupId>GROUP</groupId><artifactId>apikit-bom</artifactId><version>VERSION</version>
                <type>pom</type><scope>import</scope>
              </dependency></dependencies></dependencyManagement>
              <build><plugins>
                <plugin>
                  <groupId>org.apache.maven.plugins</groupId><artifactId>maven-compiler-plugin</artifactId><version>3.16.0</version>
                </plugin>
                <plugin>
                  <groupId>org.apache.maven.plugins</groupId><artifactId>maven-resources-plugin</artifactId><version>3.5.0</version>
                </plugin>
                <plugin>
                  <groupId>org.apache.maven.plugins</groupId><artifactId>maven-enforcer-plugin</artifactId><version>3.7.0</version>
                  <executions><execution>
                    <goals><goal>enforce</goal></goals>
                    <configuration><rules><dependencyConvergence/></rules></configuration>
                  </execution></executions>
                </plugin>
                <plugin>
                  <groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId><version>3.9.0</version>
                  <executions><execution>
                    <phase>process-classes</phase>
                    <goals><goal>build-classpath</goal></goals>
                    <configuration>
                      <includeScope>runtime</includeScope>
                      <outputFile>${project.build.directory}/classpath.txt</outputFile>
                    </configuration>
                  </execution></executions>
                </plugin>
              </plugins></build>
            </project>
            """;

    private static final String CHILD =
            """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <parent><groupId>example</groupId><artifactId>users</artifactId><version>1</version></parent>
              <artifactId>NAME</artifactId>
              <dependencies>DEPENDENCIES</dependencies>
            </project>
            """;
}
