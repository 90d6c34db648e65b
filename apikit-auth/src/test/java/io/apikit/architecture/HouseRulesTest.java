package io.apikit.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static io.apikit.architecture.LibraryClasses.below;
import static io.apikit.architecture.LibraryClasses.in;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The rules between packages. Four front doors are public: {@code io.apikit}, {@code .http}, {@code .ops} and
 * {@code .auth}. Behind each of them, {@code internal} packages hold one skill each; they do not know the package that
 * they serve, their trunk.
 */
class HouseRulesTest {
    private static final LibraryClasses LIBRARY = LibraryClasses.of("apikit-core", "apikit-auth");
    private static final LibraryClasses PUBLISHED = LibraryClasses.of("apikit-core", "apikit-auth", "apikit-testkit");
    private static final HouseExceptions EXCEPTIONS = HouseExceptions.read();

    private static final int MOST_TYPES = 40;

    /** Every public type that is not in an {@code internal} package. */
    private static final Map<String, Set<String>> FRONT_DOORS = Map.of(
            "io.apikit",
            Set.of("ApiApp", "ApiPlugin", "AuthMode", "BackendError", "ServiceMetadata"),
            "io.apikit.http",
            Set.of(
                    "BackendRequest",
                    "BackendResponse",
                    "BreakerPolicy",
                    "Deadline",
                    "Headers",
                    "HttpOptions",
                    "Pace",
                    "Part",
                    "RequestBody",
                    "RetryAfter",
                    "RetryPolicy",
                    "Timing",
                    "Tls",
                    "Transport"),
            "io.apikit.ops",
            Set.of(
                    "AccessLog",
                    "AppPage",
                    "AppView",
                    "ForwardedIdentity",
                    "Limits",
                    "Operations",
                    "RequestDeadline",
                    "RequestId",
                    "TraceContext"),
            "io.apikit.ops.callers",
            Set.of("CallerCheck", "VerifiedCaller"),
            "io.apikit.ops.logging",
            Set.of("Logging"),
            "io.apikit.auth",
            Set.of(
                    "Authenticator",
                    "Backend",
                    "BackendSession",
                    "ClientCredentialsOptions",
                    "Credentials",
                    "FormLoginOptions",
                    "Login",
                    "LoginRefused",
                    "LoginStore",
                    "LoginTransport",
                    "OAuth2ProxyOptions",
                    "Poll",
                    "TokenLoginOptions"));

    /** These implement what {@code io.apikit.http} describes: they know their trunk, and it does not know them. */
    private static final List<String> ABOVE_THEIR_TRUNK =
            List.of("io.apikit.http.internal.client", "io.apikit.http.internal.resilience");

    private static final List<String> MAY_USE_JETTY = List.of(
            "io.apikit",
            "io.apikit.ops",
            "io.apikit.internal.server",
            "io.apikit.internal.caller",
            "io.apikit.internal.limits",
            "io.apikit.internal.metrics");

    /** {@code ApiPlugin} is handed Javalin's state by the signatures that a plugin overrides. */
    private static final Set<String> MAY_USE_JAVALINS_INNER_STATE = Set.of(
            "io.apikit.ApiPlugin",
            "io.apikit.AppAssembly",
            "io.apikit.AppRouter",
            "io.apikit.InMemoryResponseWriter",
            "io.apikit.MetadataRoutes");

    @Test
    void packagesHaveNoCycles() {
        slices().assignedFrom(new ByPackage()).should().beFreeOfCycles().check(LIBRARY.classes());
    }

    @Test
    void noPackageHasMoreThanFortyTypes() {
        var sizes = LIBRARY.topLevelTypes().collect(groupingBy(JavaClass::getPackageName, counting()));
        var large = sizes.keySet().stream().filter(name -> sizes.getOrDefault(name, 0L) > MOST_TYPES);

        EXCEPTIONS.check("large package", large);
    }

    @Test
    void internalPackagesAreUsedByTheLibraryAlone() {
        var testkit = below("io.apikit.testkit");
        var library = below("io.apikit").and(testkit.negate());
        var ofTheLibrary = testkit.negate().and(HouseRulesTest::isInternal);

        EXCEPTIONS.check("internal", PUBLISHED.arrows(library.negate(), ofTheLibrary));
    }

    @Test
    void leavesDoNotKnowTheirTrunk() {
        var leaves = LIBRARY.topLevelTypes()
                .map(JavaClass::getPackageName)
                .filter(name -> name.contains(".internal."))
                .filter(name -> !ABOVE_THEIR_TRUNK.contains(name))
                .distinct();
        var upward = leaves.flatMap(leaf -> LIBRARY.arrows(in(List.of(leaf)), in(List.of(trunk(leaf)))));

        EXCEPTIONS.check("trunk", upward);
    }

    @Test
    void publicTypesStandAtTheFrontDoors() {
        var actual = LIBRARY.publicTypes()
                .filter(type -> !isInternal(type))
                .map(JavaClass::getName)
                .toList();
        var expected = FRONT_DOORS.entrySet().stream()
                .flatMap(door -> door.getValue().stream().map(name -> door.getKey() + '.' + name))
                .toList();
        var open = actual.stream().filter(name -> !expected.contains(name)).map(name -> name + " is public");
        var shut = expected.stream().filter(name -> !actual.contains(name)).map(name -> name + " is not public");

        EXCEPTIONS.check("front door", Stream.concat(open, shut));
    }

    @Test
    void jettysServerIsKnownToTheServersPackagesAlone() {
        EXCEPTIONS.check("Jetty", LIBRARY.users(in(MAY_USE_JETTY).negate(), below("org.eclipse.jetty.server")));
    }

    @Test
    void apachesClientIsKnownToOnePackage() {
        var client = in(List.of("io.apikit.http.internal.client"));

        EXCEPTIONS.check("Apache", LIBRARY.users(client.negate(), below("org.apache.hc")));
    }

    @Test
    void javalinsInnerStateIsKnownToNamedClasses() {
        var others = LIBRARY.users(type -> true, HouseRulesTest::isJavalinsInnerState)
                .filter(name -> !MAY_USE_JAVALINS_INNER_STATE.contains(name));

        EXCEPTIONS.check("Javalin", others);
    }

    /** A class in a package of the library could use what is package-private there. */
    @Test
    void packagesOfTheLibraryAreDeclaredByItAlone() {
        var own = Stream.of("apikit-core/src/main", "apikit-auth/src/main")
                .flatMap(JavaSource::below)
                .map(JavaSource::packageName)
                .collect(toSet());
        var users = Stream.of("benchmarks", "example-service", "tools").flatMap(JavaSource::below);
        var extensions = JavaSource.below("extensions").filter(JavaSource::isMain);
        var intruders = Stream.concat(users, extensions).filter(source -> own.contains(source.packageName()));

        EXCEPTIONS.check("foreign source", intruders.map(JavaSource::path));
    }

    private static boolean isInternal(JavaClass type) {
        return (type.getPackageName() + ".").contains(".internal.");
    }

    /** {@code io.apikit.http} of {@code io.apikit.http.internal.client}. */
    private static String trunk(String leaf) {
        return leaf.substring(0, leaf.indexOf(".internal."));
    }

    private static boolean isJavalinsInnerState(JavaClass type) {
        var isNamed = Set.of("io.javalin.config.JavalinState", "io.javalin.router.InternalRouter");
        return isNamed.contains(type.getName())
                || below("io.javalin.http.servlet").test(type);
    }

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
