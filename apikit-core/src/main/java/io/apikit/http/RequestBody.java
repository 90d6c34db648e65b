package io.apikit.http;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The body of a {@link BackendRequest}, as a {@link Transport} sends it. Immutable and thread-safe, except that a
 * stream can be sent once only ({@link #isReplayable()}).
 *
 * <p>A body is made by the methods of {@link BackendRequest}: {@code json}, {@code form}, {@code body} and
 * {@code multipart}. A failure of the body's own source, such as a file, is a {@link io.apikit.BackendError}. An
 * {@link IOException} comes from the stream that the body is written to, so it is a failure of the connection.
 */
public sealed interface RequestBody permits BytesBody, FileBody, JsonBody, MultipartBody, StreamBody {
    /**
     * Returns the media type of the body. It is sent as {@code Content-Type}, unless the request has a header of that
     * name.
     */
    String contentType();

    /** Returns the exact length in bytes, or -1 if it is not known before the body has been written. */
    long length();

    /** Returns whether the body can be written more than once, the same bytes each time. */
    boolean isReplayable();

    /**
     * Checks the source of the body. A transport calls this before it sends the head of the request: {@link #writeTo}
     * makes the same checks, but by then the head may have been sent.
     *
     * @throws io.apikit.BackendError 500 if a file has another length than when the request was made, or if a stream
     *     has been sent already
     */
    void requireReadable();

    /**
     * Writes the body; the stream is neither flushed nor closed. If {@link #length()} is not negative, exactly that
     * many bytes are written, or an exception is thrown. After an exception the request must be aborted: the backend
     * must not take the part that was written for a whole body.
     *
     * @throws io.apikit.BackendError 500 if a file cannot be read or has become shorter, or if a stream has been sent
     *     already; 400 if a stream, such as a caller's upload, cannot be read to its end
     * @throws IOException if {@code out} fails
     */
    void writeTo(OutputStream out) throws IOException;
}
