package io.apikit.testkit;

import io.javalin.http.Context;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/** Gives the backend the headers that name the user, and drops any that the client sent. */
final class IdentityHeaders implements Filter {
    static void set(Context ctx, String user) {
        ctx.req().setAttribute(IdentifiedRequest.USER, user);
    }

    static String email(String user) {
        return user.contains("@") ? user : user + "@example.org";
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(new IdentifiedRequest((HttpServletRequest) request), response);
    }
}
