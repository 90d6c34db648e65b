package io.apikit.testkit.oauth2proxy;

/** The response of {@link FakeOAuth2Proxy} to a request for the backend without a live session. */
public enum Unauthenticated {
    /** 403 and an HTML page with a form to {@code /oauth2/start}. The default of oauth2-proxy. */
    SIGN_IN_PAGE,

    /**
     * 401 with the JSON body <code>{}</code>, in version 7.0 with an empty one, whatever the client accepts
     * ({@code --force-json-errors}).
     */
    JSON,

    /** 302 to the identity provider, for every method ({@code --skip-provider-button}). */
    REDIRECT,

    /** 200 and the HTML of the sign-in page, as some proxies respond wrongly. */
    LOGIN_PAGE_200
}
