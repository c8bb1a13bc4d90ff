package dev.unixsocket.uds.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.Optional;

/**
 * Standard output, which remembers why it could not be written: {@link System#out} only says that
 * something failed, and a full disk is to be told from a reader that has seen enough.
 *
 * <p>Thread-safe.
 */
final class CheckedOutput extends OutputStream {

    /** What write(2) says, by Java, when nobody reads any more: EPIPE. */
    private static final String NO_READER = "Broken pipe";

    private final OutputStream file = new FileOutputStream(FileDescriptor.out);
    private volatile IOException failure;

    /** For text in the encoding of {@link System#out}; each line is written at its end. */
    PrintWriter writer() {
        return new PrintWriter(new OutputStreamWriter(this, System.out.charset()), true);
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            file.write(bytes, offset, length);
        } catch (IOException e) {
            if (failure == null) {
                failure = e;
            }
            throw e;
        }
    }

    /** Why something was not written. That a reader went away is no failure of this program's. */
    Optional<String> failure() {
        return Optional.ofNullable(failure)
                .map(IOException::getMessage)
                .filter(reason -> !reason.equals(NO_READER));
    }
}
