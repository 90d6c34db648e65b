package io.apikit.testkit.oauth2proxy;

/** The oauth2-proxy that {@link FakeOAuth2Proxy} is: what both answer differs on the wire. */
public enum ProxyVersion {
    /**
     * 7.0, the oldest in the field: cookies end by {@code Expires}, JSON errors have no body, renewed cookies come in
     * one folded line, the code is redeemed before the CSRF cookie is looked at, and an account that is not admitted
     * is answered 401.
     */
    V7_0,

    /** 7.15: cookies end by {@code Max-Age}, and an account that is not admitted is answered 403. */
    V7_15;

    /** Else cookies end by {@code Expires} alone. */
    boolean saysMaxAge() {
        return this == V7_15;
    }

    /** Else the code is redeemed when there is a CSRF cookie, and not before. */
    boolean redeemsFirst() {
        return this == V7_0;
    }

    /** Of answers to those whom it lets pass. A browser then loses all but the first. */
    boolean foldsSetCookies() {
        return this == V7_0;
    }

    /** Else a client's {@code X_Forwarded_User} reaches the backend. */
    boolean dropsUnderscores() {
        return this == V7_15;
    }

    /** Else a session is renewed when its tokens are over, and not before. */
    boolean renewsLiveTokens() {
        return this == V7_15;
    }

    /** Else it fetches the provider's keys again when it meets one that it does not know. */
    boolean keepsKeys() {
        return this == V7_0;
    }

    boolean hasReadyEndpoint() {
        return this == V7_15;
    }

    String jsonErrorBody() {
        return this == V7_0 ? "" : "{}";
    }

    /** Else a part of a cookie without the first is no cookie at all. */
    boolean missesParts() {
        return this == V7_0;
    }

    /** Else the CSRF cookie is the nonce in plain, as in the state, and lives as long as a session. */
    boolean signsCsrf() {
        return this == V7_15;
    }
}
