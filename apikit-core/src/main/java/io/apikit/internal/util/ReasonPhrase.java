package io.apikit.internal.util;

import io.javalin.http.HttpStatus;

/** The standard reason phrases of statuses (RFC 9110, section 15), for responses to which nobody gave another one. */
public final class ReasonPhrase {
    private ReasonPhrase() {}

    /** Returns the phrase of a status; {@code Status 599} for one that has none. */
    public static String of(int status) {
        var known = HttpStatus.forStatus(status);
        if (known == HttpStatus.INTERNAL_SERVER_ERROR) {
            // Javalin and Jetty shorten it.
            return "Internal Server Error";
        }
        return known == HttpStatus.UNKNOWN ? jettys(status) : known.getMessage();
    }

    private static String jettys(int status) {
        var code = org.eclipse.jetty.http.HttpStatus.getCode(status);
        return code == null ? "Status " + status : code.getMessage();
    }

    /** Returns whether Jetty writes another phrase into the status line, such as those that RFC 9110 has replaced. */
    public static boolean differsInStatusLine(int status) {
        return !of(status).equals(org.eclipse.jetty.http.HttpStatus.getMessage(status));
    }
}
