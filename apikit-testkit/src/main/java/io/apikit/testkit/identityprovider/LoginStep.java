package io.apikit.testkit.identityprovider;

/** The steps of a login, in their order. */
enum LoginStep {
    USER_NAME,
    PASSWORD,
    SECOND_FACTOR,
    NEW_PASSWORD,
    CONSENT
}
