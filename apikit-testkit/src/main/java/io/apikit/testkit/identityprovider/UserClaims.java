package io.apikit.testkit.identityprovider;

import java.util.Optional;

/**
 * The claims about a user in a token (OpenID Connect Core 1.0, section 5.1).
 *
 * @param subject the claim {@code sub}
 * @param email the claim {@code email}
 * @param preferredUsername the claim {@code preferred_username}, if the token has it
 */
public record UserClaims(String subject, String email, Optional<String> preferredUsername) {}
