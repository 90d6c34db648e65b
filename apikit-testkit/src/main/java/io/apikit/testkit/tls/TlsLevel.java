package io.apikit.testkit.tls;

/** Whether a fake speaks plain HTTP or HTTPS, and what is wrong with its certificate. */
public enum TlsLevel {
    /** Plain HTTP. */
    PLAIN,

    /** HTTPS, with a self-signed certificate. */
    SELF_SIGNED,

    /** HTTPS, with a certificate signed by the fake's own authority. */
    CA_SIGNED,

    /** The same as {@link #CA_SIGNED}, but the certificate expired yesterday. */
    EXPIRED,

    /** The same as {@link #CA_SIGNED}, but the certificate is for another host. */
    OTHER_HOST
}
