package io.apikit.testkit.oauth2proxy;

/** The version of oauth2-proxy that {@link FakeOAuth2Proxy} imitates. Their responses differ. */
public enum ProxyVersion {
    /**
     * 7.0, the oldest version in use. Cookies have {@code Expires}. JSON errors have no body. Refreshed cookies are in
     * one folded line. The code is redeemed before the CSRF cookie is checked. An account that is not admitted gets a
     * 401.
     */
    V7_0,

    /** 7.15. Cookies have {@code Max-Age}. An account that is not admitted gets a 403. */
    V7_15;

    /** Otherwise cookies have {@code Expires} alone. */
    boolean sendsMaxAge() {
        return this == V7_15;
    }

    /** Otherwise the code is redeemed only after the CSRF cookie was found. */
    boolean redeemsFirst() {
        return this == V7_0;
    }

    /** In responses that it passes on. A browser then loses all cookies but the first. */
    boolean foldsSetCookies() {
        return this == V7_0;
    }

    /** Otherwise a client's {@code X_Forwarded_User} reaches the backend. */
    boolean dropsUnderscores() {
        return this == V7_15;
    }

    /** Otherwise a session is refreshed only after its tokens have expired. */
    boolean renewsLiveTokens() {
        return this == V7_15;
    }

    /** Otherwise it fetches the provider's keys again when it finds an unknown key. */
    boolean keepsKeys() {
        return this == V7_0;
    }

    /** On a route that needs none. Otherwise it passes the request on without a look at its cookies. */
    boolean readsOptionalSession() {
        return this == V7_15;
    }

    boolean hasReadyEndpoint() {
        return this == V7_15;
    }

    String jsonErrorBody() {
        return this == V7_0 ? "" : "{}";
    }

    /** Otherwise a part of a cookie without the first part is ignored. */
    boolean deletesLonePart() {
        return this == V7_0;
    }

    /** Otherwise the CSRF cookie is the nonce in plain text, as in the state, and is valid as long as a session. */
    boolean signsCsrf() {
        return this == V7_15;
    }
}
