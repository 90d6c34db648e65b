package io.apikit.testkit.token;

/**
 * A request to a {@link FakeTokenEndpoint}, without its secret.
 *
 * @param clientId the id of the client; empty if there was none
 * @param scope the scope; empty if there was none
 * @param basic whether the secret was in an {@code Authorization: Basic} header, and not in the form
 */
public record TokenRequest(String clientId, String scope, boolean basic) {}
