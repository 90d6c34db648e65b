package io.apikit.testkit;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request whose identity headers come from the proxy's session and from nowhere else. */
final class IdentifiedRequest extends HttpServletRequestWrapper {
    /** The request attribute with the user's name. */
    static final String USER = "io.apikit.testkit.user";

    private static final String USER_HEADER = "X-Forwarded-User";
    private static final String EMAIL_HEADER = "X-Forwarded-Email";
    private static final String NAME_HEADER = "X-Forwarded-Preferred-Username";

    /** In lower case; an underscore instead of a dash is dropped as well. */
    private static final Set<String> OURS = Set.of(
            "x-forwarded-user",
            "x-forwarded-email",
            "x-forwarded-preferred-username",
            "x-forwarded-groups",
            "x-forwarded-access-token");

    IdentifiedRequest(HttpServletRequest request) {
        super(request);
    }

    @Override
    public @Nullable String getHeader(String name) {
        return ours(name) ? identity(name) : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        if (!ours(name)) {
            return super.getHeaders(name);
        }
        String value = identity(name);
        return Collections.enumeration(value == null ? List.of() : List.of(value));
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        List<String> names = new ArrayList<>(Collections.list(super.getHeaderNames()));
        names.removeIf(IdentifiedRequest::ours);
        if (getAttribute(USER) != null) {
            names.addAll(List.of(USER_HEADER, EMAIL_HEADER, NAME_HEADER));
        }
        return Collections.enumeration(names);
    }

    private @Nullable String identity(String name) {
        if (!(getAttribute(USER) instanceof String user)) {
            return null;
        }
        if (name.equalsIgnoreCase(EMAIL_HEADER)) {
            return IdentityHeaders.email(user);
        }
        return name.equalsIgnoreCase(USER_HEADER) || name.equalsIgnoreCase(NAME_HEADER) ? user : null;
    }

    private static boolean ours(String name) {
        return OURS.contains(name.toLowerCase(Locale.ROOT).replace('_', '-'));
    }
}
