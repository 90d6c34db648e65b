package io.apikit.testkit.token;

/**
 * A request to a {@link FakeTokenEndpoint}, without its secret.
 *
 * @param clientId who asked; empty where nobody was named
 * @param scope empty where none was asked for
 * @param basic whether the secret came in an {@code Authorization: Basic} header, rather than in the form
 */
public record TokenRequest(String clientId, String scope, boolean basic) {}
