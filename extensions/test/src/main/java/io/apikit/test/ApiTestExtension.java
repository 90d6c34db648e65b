package io.apikit.test;

import io.apikit.ApiApp;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A JUnit extension that starts the service and its backend for each test method, and stops them after it as
 * {@link ApiTest} does. Methods take {@link TestApp} and {@link ScriptedBackend} as parameters, those with
 * {@code @BeforeEach} too.
 *
 * <pre>{@code
 * class MyServiceTest {
 *     @RegisterExtension
 *     static final ApiTestExtension API = ApiTestExtension.of(backend -> MyService.SERVICE.at(backend.url()));
 *
 *     @Test
 *     void aTemperatureIsANumber(TestApp app, ScriptedBackend backend) {
 *         backend.get("/temp").answers("21.5");
 *
 *         assertEquals("{\"celsius\":21.5}", app.get("/temperature").body());
 *     }
 * }
 * }</pre>
 *
 * <p>No method sees what another one has scripted, nor its logins. So methods may run at the same time. Thread-safe.
 */
public final class ApiTestExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private final ApiTest.Setup setup;
    private final Function<ScriptedBackend, ApiApp> service;

    ApiTestExtension(ApiTest.Setup setup, Function<ScriptedBackend, ApiApp> service) {
        this.setup = setup;
        this.service = service;
    }

    /**
     * Returns an extension with a backend without a login. {@link ApiTest.Setup#extension} makes one with a login.
     *
     * @param service makes the app, which is not started, from the backend
     */
    public static ApiTestExtension of(Function<ScriptedBackend, ApiApp> service) {
        return ApiTest.behind(Logins.none()).extension(service);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        store(context).put(RunningTest.class, RunningTest.start(setup, service));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        var running = store(context).remove(RunningTest.class, RunningTest.class);
        if (running != null) {
            context.getExecutionException().ifPresentOrElse(running::failed, running::passed);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        var type = parameter.getParameter().getType();
        return type == TestApp.class || type == ScriptedBackend.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var running = Objects.requireNonNull(
                store(context).get(RunningTest.class, RunningTest.class),
                "the app of an ApiTestExtension runs during a test method, not before or after it");
        return parameter.getParameter().getType() == TestApp.class ? running.app() : running.backend();
    }

    private ExtensionContext.Store store(ExtensionContext context) {
        return context.getStore(ExtensionContext.Namespace.create(ApiTestExtension.class, this));
    }
}
