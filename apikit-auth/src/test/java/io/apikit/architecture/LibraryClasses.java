package io.apikit.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The compiled main classes of some modules, wherever the build has put them. */
record LibraryClasses(JavaClasses classes) {
    private static final Pattern TOP_LEVEL =
            Pattern.compile("/(io/apikit/(?:\\w+/)*(?:\\w+|package-info))(?:\\$\\w+)*\\.class$");

    /** A class belongs to a module if its source does: tests are compiled into folders of other names. */
    static LibraryClasses of(String... modules) {
        var importer = new ClassFileImporter().withImportOption(location -> isMain(location, modules));
        return new LibraryClasses(importer.importPackages("io.apikit"));
    }

    private static boolean isMain(Location location, String... modules) {
        var path = TOP_LEVEL.matcher(location.asURI().toString());
        return path.find()
                && Stream.of(modules)
                        .map(module -> Path.of("..", module, "src/main/java", path.group(1) + ".java"))
                        .anyMatch(Files::exists);
    }

    Stream<JavaClass> topLevelTypes() {
        return classes.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getSimpleName().equals("package-info"));
    }

    Stream<JavaClass> publicTypes() {
        return topLevelTypes().filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC));
    }

    /** The top-level types, among those of the given origin, that use a type of the given kind. */
    Stream<String> users(Predicate<JavaClass> origin, Predicate<JavaClass> target) {
        return uses(origin, target).map(use -> topLevel(use.getOriginClass())).distinct();
    }

    /** As {@code origin -> target}, by top-level types. */
    Stream<String> arrows(Predicate<JavaClass> origin, Predicate<JavaClass> target) {
        return uses(origin, target)
                .map(use -> topLevel(use.getOriginClass()) + " -> " + topLevel(use.getTargetClass()))
                .distinct();
    }

    private Stream<Dependency> uses(Predicate<JavaClass> origin, Predicate<JavaClass> target) {
        return classes.stream()
                .filter(origin)
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(use -> target.test(use.getTargetClass().getBaseComponentType()));
    }

    static Predicate<JavaClass> in(List<String> packages) {
        return type -> packages.contains(type.getPackageName());
    }

    /** Of the package, or of one below it. */
    static Predicate<JavaClass> below(String... packages) {
        return type -> Stream.of(packages).anyMatch(name -> (type.getPackageName() + ".").startsWith(name + "."));
    }

    private static String topLevel(JavaClass type) {
        return type.getBaseComponentType().getName().replaceFirst("\\$.*", "");
    }
}
