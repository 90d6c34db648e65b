package io.apikit.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.architecture.ApiBaseline.Entry;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The library keeps the names, signatures and supertypes of {@code api/baseline.txt}; it may have more. */
class ApiBaselineTest {
    /** Relative to the module, where Maven runs its tests. */
    private static final Path FILE = Path.of("..", "api", "baseline.txt");

    /** Modules above this one, whose own tests compare them. */
    private static final List<String> OF_EXTENSIONS = List.of("io.apikit.oauth2.", "io.apikit.redis.");

    /** Classes that may become interfaces: an author gets them from the library and never makes one. */
    private static final Set<String> MAY_BECOME_INTERFACES = Set.of("io.apikit.ops.Operations", "io.apikit.ops.Limits");

    @Test
    void everySignatureOfTheBaselineIsThere() throws IOException {
        var baseline = types();

        assertThat(baseline).hasSizeGreaterThan(30);
        assertThat(baseline.stream().flatMap(entry -> missing(entry).stream()))
                .as("missing from the compiled classes")
                .isEmpty();
    }

    @Test
    void implementersHaveNothingMoreToWrite() throws IOException {
        var added = types().stream()
                .filter(entry -> entry.kind().equals("interface"))
                .flatMap(entry -> typeOf(entry).stream()
                        .flatMap(type -> new PublicSignatures(type).abstractMembers().stream())
                        .filter(member -> !entry.members().contains(member)));

        assertThat(added).as("abstract methods that are new").isEmpty();
    }

    private static List<Entry> types() throws IOException {
        return ApiBaseline.read(FILE).types().stream()
                .filter(entry -> OF_EXTENSIONS.stream().noneMatch(entry.name()::startsWith))
                .toList();
    }

    private static List<String> missing(Entry entry) {
        return typeOf(entry).map(type -> missing(entry, type)).orElseGet(() -> List.of("type " + entry.name()));
    }

    private static Optional<Class<?>> typeOf(Entry entry) {
        try {
            return Optional.of(Class.forName(entry.name(), false, ApiBaselineTest.class.getClassLoader()));
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }

    private static List<String> missing(Entry entry, Class<?> type) {
        var actual = new PublicSignatures(type);
        var missing = new ArrayList<String>();
        if (!Modifier.isPublic(type.getModifiers())) {
            missing.add("public " + entry.name());
        }
        if (!isOfKind(entry, actual.kind())) {
            missing.add(entry.name() + " = " + entry.kind() + ", but it is: " + actual.kind());
        }
        entry.supertypes().stream()
                .filter(supertype -> !actual.supertypes().contains(supertype))
                .forEach(supertype -> missing.add(entry.name() + " : " + supertype));
        entry.members().stream().filter(member -> !has(entry, actual, member)).forEach(missing::add);
        return missing;
    }

    private static boolean isOfKind(Entry entry, String kind) {
        return kind.equals(entry.kind()) || (MAY_BECOME_INTERFACES.contains(entry.name()) && kind.equals("interface"));
    }

    private static boolean has(Entry entry, PublicSignatures actual, String member) {
        var members = actual.members();
        return members.contains(member)
                || (MAY_BECOME_INTERFACES.contains(entry.name()) && members.contains("abstract " + member));
    }
}
