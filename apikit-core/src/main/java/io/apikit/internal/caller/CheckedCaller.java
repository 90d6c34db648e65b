package io.apikit.internal.caller;

import io.apikit.ops.callers.CallerCheck;
import io.apikit.ops.callers.CallerCheck.Admitted;
import io.apikit.ops.callers.CallerCheck.Decision;
import io.apikit.ops.callers.CallerCheck.Refused;
import io.apikit.ops.callers.VerifiedCaller;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decision about the caller of one request, which is made when it is needed first: after the limit of its peer, and
 * before its own. Confined to the threads of its request, one at a time.
 */
public final class CheckedCaller {
    private static final Logger log = LoggerFactory.getLogger(CheckedCaller.class);
    private static final String ATTRIBUTE = CheckedCaller.class.getName();
    private static final Refused FAILED = new Refused(500, "error", "Callers cannot be checked now", List.of(), null);

    private final CallerCheck check;
    private final Request request;
    private @Nullable Decision decision;

    private CheckedCaller(CallerCheck check, Request request) {
        this.check = check;
        this.request = request;
    }

    /** Has the caller of this request checked. */
    public static void announce(Request request, CallerCheck check) {
        request.setAttribute(ATTRIBUTE, new CheckedCaller(check, request));
    }

    /** Returns the caller of this request; empty if everybody may send it. */
    public static Optional<CheckedCaller> of(Request request) {
        return Optional.ofNullable((CheckedCaller) request.getAttribute(ATTRIBUTE));
    }

    /** Returns the decision, which is made once. A check that throws admits nobody. */
    public Decision decision() {
        var made = decision;
        if (made == null) {
            made = decide();
            decision = made;
        }
        return made;
    }

    private Decision decide() {
        try {
            return check.check(name -> request.getHeaders().getValuesList(name));
        } catch (RuntimeException e) {
            log.error("the check of callers failed", e);
            return FAILED;
        }
    }

    /** Returns the name of the caller; empty if it is refused, or if no decision was made. */
    Optional<String> name() {
        return decision instanceof Admitted admitted
                ? Optional.of(admitted.caller()).map(VerifiedCaller::name)
                : Optional.empty();
    }
}
