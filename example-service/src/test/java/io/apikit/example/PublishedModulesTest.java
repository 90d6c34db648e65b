package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests which modules of the build are published, and how. */
class PublishedModulesTest {
    private static final Path REPOSITORY = Path.of("..");
    private static final Pattern MODULE = Pattern.compile("<module>(.*?)</module>");
    private static final Pattern OWN_ARTIFACT = Pattern.compile("<artifactId>(apikit-.*?)</artifactId>");
    private static final Pattern MODULE_NAME = Pattern.compile("<Automatic-Module-Name>(.*?)</Automatic-Module-Name>");

    @Test
    void onlyTheLibraryIsPublished() {
        assertThat(modules())
                .allSatisfy(module ->
                        assertThat(module.isPublished).as(module.path).isEqualTo(module.isPartOfTheLibrary()));
    }

    @Test
    void bomHasEveryPublishedJar() {
        var managed = all(OWN_ARTIFACT, read(REPOSITORY.resolve("bom/pom.xml")));

        assertThat(managed.subList(1, managed.size()))
                .containsExactlyInAnyOrderElementsOf(
                        jars().map(module -> module.artifact).toList());
    }

    @Test
    void everyPublishedJarHasItsBasePackageAsModuleName() {
        assertThat(jars()).allSatisfy(module -> {
            var name = module.moduleName();
            assertThat(module.folder().resolve("src/main/java/" + name.replace('.', '/')))
                    .isDirectory();
            // Jars are on the class path from the phase "package" on. Before it, there are folders of classes.
            assertThat(jarsOnTheClassPath(module.artifact))
                    .allSatisfy(jar -> assertThat(
                                    jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name"))
                            .isEqualTo(name));
        });
    }

    private static Stream<Module> jars() {
        return modules().filter(module -> module.isPublished && !module.pom.contains("<packaging>"));
    }

    private static Stream<Module> modules() {
        return below(new Module("", read(REPOSITORY.resolve("pom.xml")), "apikit-parent", true));
    }

    private static Stream<Module> below(Module parent) {
        return all(MODULE, parent.pom).stream()
                .map(path -> Module.at(parent.path.isEmpty() ? path : parent.path + "/" + path, parent.isPublished))
                .flatMap(module -> Stream.concat(Stream.of(module), below(module)));
    }

    private static List<JarFile> jarsOnTheClassPath(String artifact) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Path.of(entry).getFileName().toString().matches(artifact + "-\\d.*\\.jar"))
                .map(PublishedModulesTest::jar)
                .toList();
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).toList();
    }

    private static JarFile jar(String file) {
        try {
            return new JarFile(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Module(String path, String pom, String artifact, boolean isPublished) {
        /** Reads the module's {@code pom.xml}. It inherits from its parent that it is not published. */
        static Module at(String path, boolean isParentPublished) {
            var pom = read(REPOSITORY.resolve(path).resolve("pom.xml"));
            var artifact = all(
                            Pattern.compile("<artifactId>(.*?)</artifactId>"),
                            pom.replaceAll("(?s)<parent>.*?</parent>", ""))
                    .get(0);
            return new Module(
                    path,
                    pom,
                    artifact,
                    isParentPublished && !pom.contains("<maven.deploy.skip>true</maven.deploy.skip>"));
        }

        boolean isPartOfTheLibrary() {
            return path.matches("bom|archetype|apikit-\\w+|extensions(/\\w+)?");
        }

        String moduleName() {
            return String.join(" ", all(MODULE_NAME, pom));
        }

        Path folder() {
            return REPOSITORY.resolve(path);
        }
    }
}
