package io.apikit.callers;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The packages that this module may use. */
@AnalyzeClasses(packages = "io.apikit.callers", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {
    @ArchTest
    static final ArchRule usesPublicPackagesOfTheLibraryOnly = classes()
            .that()
            .resideInAPackage("io.apikit.callers..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..",
                    "org.jspecify.annotations",
                    "org.slf4j",
                    "com.nimbusds..",
                    "io.micrometer.core.instrument..",
                    "io.javalin.http",
                    "io.apikit.ops",
                    "io.apikit.ops.callers",
                    "io.apikit.callers"));
}
