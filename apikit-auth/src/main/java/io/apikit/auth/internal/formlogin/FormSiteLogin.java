package io.apikit.auth.internal.formlogin;

import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.Browser;
import io.apikit.auth.internal.browser.HtmlPage;
import io.apikit.auth.internal.browser.LoginOrigins;
import io.apikit.auth.internal.browser.LoginPageErrors;
import io.apikit.auth.internal.browser.PageLogin;
import io.apikit.auth.internal.browser.PageLoginRefused;
import io.apikit.auth.internal.browser.PageVisit;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Transport;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One login by the form of a site: the page, the form, what follows it, and the check that it has begun a session. Made for one
 * attempt, used by one thread. The credentials are sent once.
 */
public final class FormSiteLogin {
    /** Where a site may redirect to after a login that needs more, or that has failed. */
    private static final Pattern SUSPICIOUS = Pattern.compile(
            "log-?in|sign-?in|auth|err|fail|denied|invalid|otp|2fa|mfa|factor|challenge|verif|password|consent");

    private final FormSite site;
    private final String username;
    private final String password;
    private final Function<String, Transport> origins;
    private final Deadline deadline;
    private final LongSupplier nanoTime;
    private final Browser browser;
    private final PageLogin pages;
    private final SetCookieNames names;
    private @Nullable PageVisit posted;

    /**
     * Prepares a login; nothing is sent yet.
     *
     * @param origin the backend's origin
     * @param prefix the path of the backend's base URL, without a slash at its end
     * @param origins gives the transport to an origin, {@code scheme://host[:port]}
     * @param deadline when the reading of pages ends; the transports have their own
     * @param nanoTime returns monotonic nanoseconds, by which cookies end
     */
    public FormSiteLogin(
            FormSettings settings,
            String username,
            String password,
            String origin,
            String prefix,
            Function<String, Transport> origins,
            Deadline deadline,
            LongSupplier nanoTime) {
        this.site = FormSite.of(settings, origin, prefix);
        this.username = username;
        this.password = password;
        this.origins = origins;
        this.deadline = deadline;
        this.nanoTime = nanoTime;
        this.browser = new Browser(origins, new LoginOrigins(new OwnPages(), Set.of()), nanoTime);
        this.pages = new PageLogin(
                browser,
                new PageLogin.Settings(false, Optional.empty(), settings.fields()),
                username,
                password,
                deadline);
    }
}
