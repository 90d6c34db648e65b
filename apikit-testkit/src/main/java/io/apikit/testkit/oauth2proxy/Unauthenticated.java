package io.apikit.testkit.oauth2proxy;

/** How {@link FakeOAuth2Proxy} answers a request to the backend without a live session. */
public enum Unauthenticated {
    /** 403 and an HTML page with a form to {@code /oauth2/start}: oauth2-proxy's default. */
    SIGN_IN_PAGE,

    /** 401 with the JSON body <code>{}</code>, in 7.0 with an empty one, whatever was asked for ({@code --force-json-errors}). */
    JSON,

    /** 302 to the identity provider, for every method ({@code --skip-provider-button}). */
    REDIRECT,

    /** 200 and the HTML of the sign-in page: a bad habit of some proxies. */
    LOGIN_PAGE_200
}
