package io.apikit.oauth2;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The packages that this module may use: the front doors of the library, and no library of others but these. */
@AnalyzeClasses(packages = "io.apikit.oauth2", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {
    @ArchTest
    static final ArchRule usesFrontDoorsOnly = classes()
            .that()
            .resideInAPackage("io.apikit.oauth2..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..",
                    "org.jspecify.annotations",
                    "org.slf4j",
                    "io.javalin.json",
                    "io.apikit",
                    "io.apikit.http",
                    "io.apikit.auth",
                    "io.apikit.oauth2"));
}
