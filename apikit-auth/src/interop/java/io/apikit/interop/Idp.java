package io.apikit.interop;

/** Which of the real identity providers. */
enum Idp {
    DEX,
    KEYCLOAK
}
