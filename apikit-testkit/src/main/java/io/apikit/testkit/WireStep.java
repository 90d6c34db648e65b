package io.apikit.testkit;

import java.io.IOException;

/** A step of what happens on a connection; what it throws ends the connection. */
interface WireStep {
    void run(FaultyConnection connection) throws IOException, InterruptedException;
}
