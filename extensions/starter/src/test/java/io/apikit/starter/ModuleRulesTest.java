package io.apikit.starter;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The packages that this module may use, and where it may use the optional ones. */
@AnalyzeClasses(packages = "io.apikit.starter", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {
    @ArchTest
    static final ArchRule usesPublicPackagesOfTheLibraryOnly = classes()
            .that()
            .resideInAPackage("io.apikit.starter..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..",
                    "org.jspecify.annotations",
                    "org.slf4j",
                    "io.javalin..",
                    "io.smallrye.config..",
                    "org.eclipse.microprofile.config..",
                    "picocli",
                    "io.apikit",
                    "io.apikit.http",
                    "io.apikit.ops",
                    "io.apikit.ops.callers",
                    "io.apikit.ops.logging",
                    "io.apikit.auth",
                    "io.apikit.redis",
                    "io.apikit.status",
                    "io.apikit.callers",
                    "io.apikit.starter"));

    @ArchTest
    static final ArchRule optionalArtifactsAreUsedInNestedClassesAlone = noClasses()
            .that()
            .haveNameNotMatching(".*\\$(Redis|Status|Check)")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.apikit.redis", "io.apikit.status", "io.apikit.callers");

    @ArchTest
    static final ArchRule onlyTheCommandLineLoadsPicocli = noClasses()
            .that()
            .haveNameNotMatching(".*\\.(Arguments|HelpText)(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");
}
