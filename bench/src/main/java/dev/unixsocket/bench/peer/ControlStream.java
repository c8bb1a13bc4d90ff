package dev.unixsocket.bench.peer;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;

/** Standard output as the channel to the harness. */
final class ControlStream {

    private static final int BUFFER_BYTES = 1 << 16;

    private ControlStream() {}

    /** Takes standard output for the caller alone; what a library prints goes to standard error. */
    static PrintStream take() {
        System.setOut(System.err);
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES),
                true);
    }
}
