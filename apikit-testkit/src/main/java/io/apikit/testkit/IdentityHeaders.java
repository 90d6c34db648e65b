package io.apikit.testkit;

import io.javalin.http.Context;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/** Gives the backend the headers that name the user, and drops any of these that the client sent. */
final class IdentityHeaders implements Filter {
    private final ProxyVersion version;

    IdentityHeaders(ProxyVersion version) {
        this.version = version;
    }

    /** In the request, and in an answer that the proxy lets pass. */
    static void set(Context ctx, Identity identity) {
        ctx.req().setAttribute(IdentifiedRequest.IDENTITY, identity);
        answer(ctx, identity);
    }

    static void answer(Context ctx, Identity identity) {
        ctx.header("Gap-Auth", identity.email());
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(new IdentifiedRequest((HttpServletRequest) request, version), response);
    }
}
