package io.apikit.test;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The packages that this module may use. */
@AnalyzeClasses(packages = "io.apikit.test", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {
    @ArchTest
    static final ArchRule usesPublicPackagesOfTheLibraryAndTheTestkitOnly = classes()
            .that()
            .resideInAPackage("io.apikit.test..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..",
                    "org.jspecify.annotations",
                    "com.fasterxml.jackson..",
                    "io.javalin..",
                    "jakarta.servlet.http",
                    "org.junit.jupiter.api.extension",
                    // To stop an app at once, and to close a connection without a response.
                    "org.eclipse.jetty.server",
                    "org.eclipse.jetty.util.thread",
                    "org.eclipse.jetty.io",
                    "org.eclipse.jetty.ee10.servlet",
                    "io.apikit",
                    "io.apikit.http",
                    "io.apikit.auth",
                    "io.apikit.testkit.formsite",
                    "io.apikit.testkit.identityprovider",
                    "io.apikit.testkit.oauth2proxy",
                    "io.apikit.testkit.opensite",
                    "io.apikit.testkit.token",
                    "io.apikit.test"));
}
