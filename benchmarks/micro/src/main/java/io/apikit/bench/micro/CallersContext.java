package io.apikit.bench.micro;

import io.javalin.http.Context;
import io.javalin.http.servlet.JavalinServletContext;
import io.javalin.http.servlet.JavalinServletContextConfig;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** Makes contexts of the held request for other callers: thousands of callers share one connection. */
final class CallersContext {
    private CallersContext() {}

    static Context of(JavalinServletContextConfig config, Context held, String authorization) {
        return new JavalinServletContext(
                config,
                new ArrayDeque<>(0),
                false,
                new AtomicBoolean(),
                new RequestWithAuthorization(held.req(), authorization),
                held.res(),
                null,
                Set.of(),
                null,
                null,
                0);
    }

    private static final class RequestWithAuthorization extends HttpServletRequestWrapper {
        private final List<String> authorization;

        private RequestWithAuthorization(HttpServletRequest held, String authorization) {
            super(held);
            this.authorization = List.of(authorization);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return name.equals("Authorization") ? Collections.enumeration(authorization) : super.getHeaders(name);
        }
    }
}
