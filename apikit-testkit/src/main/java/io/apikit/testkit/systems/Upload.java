package io.apikit.testkit.systems;

/**
 * An upload that reached a {@link FakeFirecrest}, whether it was accepted or not. Immutable: its arrays are copies.
 */
public final class Upload {
    private final String filename;
    private final byte[] file;
    private final byte[] body;
    private final boolean accepted;

    Upload(String filename, byte[] file, byte[] body, boolean accepted) {
        this.filename = filename;
        this.file = file;
        this.body = body;
        this.accepted = accepted;
    }

    /** Returns the name in the header of the part {@code file}; empty if there was none. */
    public String filename() {
        return filename;
    }

    /** Returns the bytes of the part {@code file}; empty if there was none. */
    public byte[] bytes() {
        return file.clone();
    }

    /** Returns the whole body of the request, with its boundaries. */
    public byte[] body() {
        return body.clone();
    }

    /** Returns whether a task was made for it. */
    public boolean accepted() {
        return accepted;
    }

    /** Returns the number of bytes that it takes to keep. */
    long size() {
        return (long) file.length + body.length;
    }

    @Override
    public String toString() {
        return "Upload[filename=" + filename + ", " + file.length + " bytes, accepted=" + accepted + "]";
    }
}
