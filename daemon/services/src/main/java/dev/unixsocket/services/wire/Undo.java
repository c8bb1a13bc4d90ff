package dev.unixsocket.services.wire;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What was opened, one after the other. Closing closes all of it in the opposite order, also what
 * comes after something that cannot be closed.
 *
 * <p>Confined to one thread.
 */
public final class Undo implements Closeable {

    private final Deque<Closeable> opened = new ArrayDeque<>();

    /** Nothing yet. */
    public Undo() {}

    /** Adds what was opened, and returns it. */
    public <T extends Closeable> T push(T latest) {
        opened.push(latest);
        return latest;
    }

    /** Closes one of them now, and forgets it. */
    public void closeNow(Closeable one) throws IOException {
        opened.remove(one);
        one.close();
    }

    /** Closes all after a failure, which stays the one that is told. */
    public void closeAfter(Exception failure) {
        try {
            close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
