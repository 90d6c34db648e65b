package io.apikit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The public types of this module have all members that {@code api/baseline.txt} lists, and no others. */
class ApiBaselineOfRedisTest {
    private static final Path FILE = Path.of("..", "..", "api", "baseline.txt");

    @Test
    void publicMembersAreThoseOfTheBaseline() throws IOException {
        var listed = Files.readAllLines(FILE).stream()
                .filter(line -> line.startsWith("    ") && line.contains(" io.apikit.redis."))
                .map(String::strip);
        var actual = Stream.of(RedisLoginStore.class, RedisLoginStore.Builder.class)
                .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> !method.isBridge() && !method.getName().equals("toString"))
                .map(ApiBaselineOfRedisTest::signature);

        assertThat(listed).containsExactlyInAnyOrderElementsOf(actual.toList());
    }

    private static String signature(Method method) {
        var parameters = Stream.of(method.getGenericParameterTypes())
                .map(Type::getTypeName)
                .collect(Collectors.joining(", ", "(", ")"));
        return (Modifier.isStatic(method.getModifiers()) ? "static " : "")
                + method.getGenericReturnType().getTypeName()
                + ' '
                + method.getDeclaringClass().getName()
                + '.'
                + method.getName()
                + parameters;
    }
}
