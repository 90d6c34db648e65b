package io.apikit.auth;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** What apikit-auth may stand on. */
@AnalyzeClasses(packages = "io.apikit", importOptions = DoNotIncludeTests.class)
class FloorsTest {
    @ArchTest
    static final ArchRule authStandsOnCoreAndFiveLibraries = classes()
            .that()
            .resideInAPackage("io.apikit.auth..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..",
                    "javax.crypto..",
                    "jakarta.servlet..",
                    "org.jspecify.annotations",
                    "org.slf4j",
                    "com.github.benmanes.caffeine.cache",
                    "org.jsoup..",
                    "io.micrometer.core.instrument..",
                    "io.javalin..",
                    "io.apikit",
                    "io.apikit.http",
                    "io.apikit.ops",
                    "io.apikit.auth"));

    @ArchTest
    static final ArchRule nothingBelowKnowsAuth = noClasses()
            .that()
            .resideOutsideOfPackage("io.apikit.auth..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.apikit.auth.."));

    @ArchTest
    static final ArchRule theHttpClientShowsNowhere = noClasses()
            .that()
            .resideInAPackage("io.apikit.auth..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.apache.hc.."));

    @ArchTest
    static final ArchRule noCyclesBetweenPackages =
            SlicesRuleDefinition.slices().matching("io.apikit.(*)..").should().beFreeOfCycles();
}
