package io.apikit.interop;

import java.util.EnumMap;
import java.util.Map;

/** The servers with a login form that all tests of a run share: each is started by the first test that asks for it. */
final class FormSites implements AutoCloseable {
    /** Which of them. */
    enum Kind {
        DJANGO,
        DJANGO_TOKEN_IN_SESSION,
        JUPYTERHUB,
        APPBUILDER
    }

    private final Map<Kind, FormSite> started = new EnumMap<>(Kind.class);

    /** Returns the server, or skips the test where {@code interop/run} could not bring it. */
    synchronized FormSite get(Kind kind) {
        return started.computeIfAbsent(kind, FormSites::start);
    }

    private static FormSite start(Kind kind) {
        return switch (kind) {
            case DJANGO -> new DjangoSite(DjangoSite.Csrf.COOKIE);
            case DJANGO_TOKEN_IN_SESSION -> new DjangoSite(DjangoSite.Csrf.SESSION);
            case JUPYTERHUB -> new JupyterHub();
            case APPBUILDER -> new AppBuilderSite();
        };
    }

    @Override
    public synchronized void close() {
        started.values().forEach(FormSite::close);
    }
}
