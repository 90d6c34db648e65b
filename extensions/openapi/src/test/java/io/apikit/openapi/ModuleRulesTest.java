package io.apikit.openapi;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The packages that this module may use. */
@AnalyzeClasses(packages = "io.apikit.openapi", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {
    @ArchTest
    static final ArchRule usesPublicPackagesOfTheLibraryOnly = classes()
            .that()
            .resideInAPackage("io.apikit.openapi..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..",
                    "org.jspecify.annotations",
                    "com.fasterxml.jackson..",
                    "com.fasterxml.classmate..",
                    "com.github.victools..",
                    "io.javalin.http",
                    "io.apikit.ops",
                    "io.apikit.ops.callers",
                    "io.apikit.openapi"));

    @ArchTest
    static final ArchRule schemasAreMadeInOnePlace = classes()
            .that()
            .haveNameNotMatching("io\\.apikit\\.openapi\\.Schemas.*")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..",
                    "org.jspecify.annotations",
                    "com.fasterxml.jackson..",
                    "io.javalin.http",
                    "io.apikit.ops",
                    "io.apikit.ops.callers",
                    "io.apikit.openapi"));
}
