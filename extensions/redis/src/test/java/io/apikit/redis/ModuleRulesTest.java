package io.apikit.redis;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** The packages that this module may use, and what of it is public. */
@AnalyzeClasses(packages = "io.apikit.redis", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {
    @ArchTest
    static final ArchRule usesFrontDoorsOnly = classes()
            .that()
            .resideInAPackage("io.apikit.redis..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..",
                    "javax.net.ssl",
                    "org.jspecify.annotations",
                    "org.slf4j",
                    "io.lettuce.core..",
                    "io.netty.util.concurrent",
                    "reactor.core..",
                    "io.github.bucket4j..",
                    "io.apikit.auth",
                    "io.apikit.redis"));

    /** The client of Redis may be replaced without a change of the public API. */
    @ArchTest
    static final ArchRule publicSignaturesHaveNoTypeOfTheClient = methods()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .belongToAnyOf(RedisLoginStore.class)
            .should()
            .haveRawReturnType(ofNoClient())
            .andShould()
            .haveRawParameterTypes(new DescribedPredicate<>("no type of the client") {
                @Override
                public boolean test(List<JavaClass> types) {
                    return types.stream().allMatch(ofNoClient());
                }
            });

    private static DescribedPredicate<JavaClass> ofNoClient() {
        return DescribedPredicate.not(resideInAnyPackage("io.lettuce..", "io.github.bucket4j..", "io.netty.."));
    }
}
