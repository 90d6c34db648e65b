package io.apikit.http;

import org.apache.hc.core5.http.NoHttpResponseException;

/** A connection was found unusable before a byte of the request went out on it: any request may go by another. */
final class UnsentException extends NoHttpResponseException {
    private static final long serialVersionUID = 1L;

    UnsentException(String message) {
        super(message);
    }
}
