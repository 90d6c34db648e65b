package io.apikit.ops;

/** Is told of each request once it is over, on whichever thread ended it. Must be quick, threadsafe and throw nothing. */
@FunctionalInterface
public interface ServedListener {
    /** This request is over. */
    void served(ServedRequest request);
}
