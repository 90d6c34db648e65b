package io.apikit.testkit.systems;

/**
 * One upload that reached a {@link FakeFirecrest}, whether or not it was accepted. Immutable: its arrays are copies.
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

    /** The name in the part's header; empty if there was no part {@code file}. */
    public String filename() {
        return filename;
    }

    /** The bytes of the part {@code file}. */
    public byte[] bytes() {
        return file.clone();
    }

    /** The whole body of the request, with its boundaries. */
    public byte[] body() {
        return body.clone();
    }

    /** Whether a task was made of it. */
    public boolean accepted() {
        return accepted;
    }

    /** What it costs to keep. */
    long size() {
        return (long) file.length + body.length;
    }

    @Override
    public String toString() {
        return "Upload[filename=" + filename + ", " + file.length + " bytes, accepted=" + accepted + "]";
    }
}
