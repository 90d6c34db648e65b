package io.apikit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import jakarta.servlet.http.HttpServletRequest;

/** Which package stands on which. */
@AnalyzeClasses(packages = "io.apikit", importOptions = ImportOption.DoNotIncludeTests.class)
class FloorsTest {
    @ArchTest
    static final ArchRule theAppDoesNotKnowTheWayOut = noClasses()
            .that()
            .resideInAPackage("io.apikit")
            .should()
            .dependOnClassesThat(resideInAPackage("..http..").and(resideInAPackage("io.apikit..")));

    @ArchTest
    static final ArchRule operationsKnowNeither = noClasses()
            .that()
            .resideInAPackage("io.apikit.ops..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.apikit", "io.apikit.http.."));

    @ArchTest
    static final ArchRule theWayOutKnowsTheErrorAndItsLibrariesOnly = classes()
            .that()
            .resideInAPackage("io.apikit.http..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            "io.apikit.http..",
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
                    .or(type(HttpServletRequest.class)));

    @ArchTest
    static final ArchRule noCycles =
            slices().assignedFrom(new ByPackage()).should().beFreeOfCycles();

    private static final class ByPackage implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}
