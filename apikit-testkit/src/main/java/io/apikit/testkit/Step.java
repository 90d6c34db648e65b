package io.apikit.testkit;

/** The pages of a login, in their order. */
enum Step {
    USER_NAME,
    PASSWORD,
    SECOND_FACTOR,
    NEW_PASSWORD,
    CONSENT
}
