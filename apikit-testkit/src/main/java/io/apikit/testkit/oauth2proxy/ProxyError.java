package io.apikit.testkit.oauth2proxy;

/** The errors of the proxy, with the status and the text of its error page in version 7.15 and in version 7.0. */
enum ProxyError {
    PROVIDER_REFUSED(403, "Login Failed: The upstream identity provider returned an error: %s", 403, "%s"),
    CODE_NOT_REDEEMED(500, Words.OOPS, 500, "Internal Error"),
    STATE_NOT_READ(500, Words.OOPS, 500, "Invalid State"),
    NO_CSRF_COOKIE(403, Words.NO_CSRF, 403, "http: named cookie not present"),
    OTHER_STATE(403, Words.NO_CSRF, 403, "CSRF Failed"),
    ACCOUNT_NOT_ADMITTED(403, Words.NO_PERMISSION, 403, "Invalid Account"),
    SESSION_NOT_ADMITTED(403, Words.NO_PERMISSION, 401, "Unauthorized");

    private final int status;
    private final String message;
    private final int oldStatus;
    private final String oldMessage;

    ProxyError(int status, String message, int oldStatus, String oldMessage) {
        this.status = status;
        this.message = message;
        this.oldStatus = oldStatus;
        this.oldMessage = oldMessage;
    }

    int status(ProxyVersion version) {
        return version == ProxyVersion.V7_0 ? oldStatus : status;
    }

    String message(ProxyVersion version, String detail) {
        return (version == ProxyVersion.V7_0 ? oldMessage : message).formatted(detail);
    }

    String title(ProxyVersion version) {
        return status(version)
                + switch (status(version)) {
                    case 500 -> " Internal Server Error";
                    default -> version == ProxyVersion.V7_0 ? " Permission Denied" : " Forbidden";
                };
    }

    private static final class Words {
        static final String OOPS =
                "Oops! Something went wrong. For more information contact your server administrator.";
        static final String NO_CSRF = "Login Failed: Unable to find a valid CSRF token. Please try again.";
        static final String NO_PERMISSION = "You do not have permission to access this resource.";
    }
}
