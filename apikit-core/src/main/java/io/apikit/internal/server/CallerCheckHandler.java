package io.apikit.internal.server;

import io.apikit.internal.caller.CheckedCaller;
import io.apikit.internal.util.HeaderSeconds;
import io.apikit.ops.ForwardedIdentity;
import io.apikit.ops.callers.CallerCheck;
import io.apikit.ops.callers.CallerCheck.Admitted;
import io.apikit.ops.callers.CallerCheck.Refused;
import io.apikit.ops.callers.VerifiedCaller;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.MDC;

/**
 * Refuses the callers that the author's check does not admit, before any handler of the app. A filter of Javalin would
 * not see every request: the upgrade to a WebSocket passes none. The credential is removed from the request, so that no
 * handler can pass it on to a backend.
 */
final class CallerCheckHandler extends Handler.Wrapper {
    private static final String CHECKS = "apikit.callers.checks";

    private final Set<String> ownHeaders;
    private final MeterRegistry meters;
    /** By outcome: a check has a few. */
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();

    /** @param meters for the number of checks, by their outcome */
    CallerCheckHandler(CallerCheck check, MeterRegistry meters) {
        this.ownHeaders = Set.copyOf(check.ownHeaders());
        this.meters = meters;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        var checked = CheckedCaller.of(request);
        if (checked.isEmpty()) {
            return super.handle(withoutHeaders(request, ""), response, callback);
        }
        var decision = checked.get().decision();
        if (decision instanceof Admitted admitted) {
            count("admitted");
            return serve(admitted, request, response, callback);
        }
        refuse((Refused) decision, request, response, callback);
        return true;
    }

    private boolean serve(Admitted admitted, Request request, Response response, Callback callback) throws Exception {
        request.setAttribute(VerifiedCaller.ATTRIBUTE, admitted.caller());
        var isNamed = MDC.get(ForwardedIdentity.MDC_KEY) != null;
        if (!isNamed) {
            MDC.put(ForwardedIdentity.MDC_KEY, admitted.caller().name());
        }
        try {
            return super.handle(withoutHeaders(request, admitted.header()), response, callback);
        } finally {
            if (!isNamed) {
                MDC.remove(ForwardedIdentity.MDC_KEY);
            }
        }
    }

    private void refuse(Refused refused, Request request, Response response, Callback callback) {
        count(refused.outcome());
        refused.challenges().forEach(value -> response.getHeaders().add(HttpHeader.WWW_AUTHENTICATE, value));
        if (refused.retryAfter() != null) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, HeaderSeconds.roundUp(refused.retryAfter()));
        }
        ErrorResponses.refuse(request, response, callback, ErrorBody.of(refused.status(), refused.content()));
    }

    private void count(String outcome) {
        counters.computeIfAbsent(outcome, this::counter).increment();
    }

    private Counter counter(String outcome) {
        return Counter.builder(CHECKS)
                .description("Checks of who may call, by their outcome")
                .tag("outcome", outcome)
                .register(meters);
    }

    private Request withoutHeaders(Request request, String used) {
        var headers = request.getHeaders();
        for (var field : headers) {
            if (isRemoved(field, used)) {
                return new KeptHeaders(request, headers, other -> !isRemoved(other, used));
            }
        }
        return request;
    }

    private boolean isRemoved(HttpField field, String used) {
        var name = field.getName();
        return name.equalsIgnoreCase(used) || ownHeaders.stream().anyMatch(name::equalsIgnoreCase);
    }

    /** A request with fewer headers. */
    private static final class KeptHeaders extends Request.Wrapper {
        private final HttpFields kept;

        private KeptHeaders(Request request, HttpFields all, Predicate<HttpField> isKept) {
            super(request);
            var fields = HttpFields.build();
            all.stream().filter(isKept).forEach(fields::add);
            this.kept = fields.asImmutable();
        }

        @Override
        public HttpFields getHeaders() {
            return kept;
        }
    }

    /** Announces the check to the limits of rates, which need to know the caller before it is admitted or refused. */
    static final class Announcement extends Handler.Wrapper {
        private final CallerCheck check;
        private final OpenPaths openPaths;

        Announcement(CallerCheck check, OpenPaths openPaths) {
            this.check = check;
            this.openPaths = openPaths;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            if (!openPaths.isAskedBy(request)) {
                CheckedCaller.announce(request, check);
            }
            return super.handle(request, response, callback);
        }
    }
}
