package io.apikit.testkit;

/** What a fake speaks, and what is wrong with its certificate. */
public enum TlsLevel {
    /** Plain HTTP. */
    PLAIN,
    /** HTTPS, with a certificate signed by nobody else. */
    SELF_SIGNED,
    /** HTTPS, with a certificate signed by an authority of its own. */
    CA_SIGNED,
    /** As {@link #CA_SIGNED}, but it ended yesterday. */
    EXPIRED,
    /** As {@link #CA_SIGNED}, but for another host. */
    OTHER_HOST
}
