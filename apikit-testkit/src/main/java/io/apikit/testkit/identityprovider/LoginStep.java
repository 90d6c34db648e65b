package io.apikit.testkit.identityprovider;

/** The pages of a login, in their order. */
enum LoginStep {
    USER_NAME,
    PASSWORD,
    SECOND_FACTOR,
    NEW_PASSWORD,
    CONSENT
}
