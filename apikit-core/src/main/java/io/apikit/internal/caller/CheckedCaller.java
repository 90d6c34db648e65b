package io.apikit.internal.caller;

import io.apikit.ops.CallerCheck;
import io.apikit.ops.CallerCheck.Admitted;
import io.apikit.ops.CallerCheck.Decision;
import io.apikit.ops.VerifiedCaller;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The decision about the caller of one request, which is made when it is needed first: after the limit of its peer, and
 * before its own. Confined to the threads of its request, one at a time.
 */
public final class CheckedCaller {
    private static final String ATTRIBUTE = CheckedCaller.class.getName();

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

    /** Returns the decision, which is made once. */
    public Decision decision() {
        var made = decision;
        if (made == null) {
            made = check.check(name -> request.getHeaders().getValuesList(name));
            decision = made;
        }
        return made;
    }

    /** Returns the name of the caller; empty if it is refused. */
    Optional<String> name() {
        return decision() instanceof Admitted admitted
                ? Optional.of(admitted.caller()).map(VerifiedCaller::name)
                : Optional.empty();
    }
}
