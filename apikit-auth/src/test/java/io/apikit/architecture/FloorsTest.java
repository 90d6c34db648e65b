package io.apikit.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import io.apikit.BackendError;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;

/** Which part of the library stands on which, and on which libraries of others. */
class FloorsTest {
    private static final LibraryClasses LIBRARY = LibraryClasses.of("apikit-core", "apikit-auth");

    @Test
    void theAppDoesNotKnowTheWayOut() {
        check(noClasses()
                .that()
                .resideInAnyPackage("io.apikit", "io.apikit.internal..", "io.apikit.ops..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.apikit.http..")));
    }

    @Test
    void operationsDoNotKnowTheApp() {
        check(noClasses()
                .that()
                .resideInAPackage("io.apikit.ops..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.apikit")));
    }

    @Test
    void theWayOutKnowsTheErrorAndItsLibrariesOnly() {
        check(classes()
                .that()
                .resideInAPackage("io.apikit.http..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "io.apikit.http..",
                                "io.apikit.internal.util",
                                "java..",
                                "javax.net..",
                                "io.javalin.json",
                                "org.apache.hc..",
                                "io.github.resilience4j.circuitbreaker..",
                                "io.micrometer.core.instrument..",
                                "org.slf4j..",
                                "org.jspecify..")
                        .or(type(BackendError.class))
                        .or(type(HttpStatus.class))
                        // A caller's range and conditions are read from its request.
                        .or(type(Context.class))
                        .or(type(HttpServletRequest.class))));
    }

    @Test
    void authStandsOnCoreAndFiveLibraries() {
        check(classes()
                .that()
                .resideInAPackage("io.apikit.auth..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "javax.crypto..",
                        "jakarta.servlet..",
                        "org.jspecify.annotations",
                        "org.slf4j..",
                        "com.github.benmanes.caffeine.cache",
                        "org.jsoup..",
                        "io.micrometer.core.instrument..",
                        "io.javalin..",
                        "io.apikit",
                        "io.apikit.http..",
                        "io.apikit.internal.caller",
                        "io.apikit.internal.limits",
                        "io.apikit.internal.util",
                        "io.apikit.ops",
                        "io.apikit.auth..")));
    }

    @Test
    void nothingBelowKnowsAuth() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("io.apikit.auth..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.apikit.auth..")));
    }

    private static void check(ArchRule rule) {
        rule.check(LIBRARY.classes());
    }
}
