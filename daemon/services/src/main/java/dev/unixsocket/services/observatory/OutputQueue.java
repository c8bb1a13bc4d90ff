package dev.unixsocket.services.observatory;

import dev.unixsocket.ffi.StreamSocket;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a socket had no room for yet, in the order in which it goes out. Confined to one thread. */
final class OutputQueue {

    private final StreamSocket socket;
    private final IoBuffer buffer;
    private final Deque<byte[]> waiting = new ArrayDeque<>();

    /** How much of the first one is out. */
    private int done;

    private long bytes;

    OutputQueue(StreamSocket socket, IoBuffer buffer) {
        this.socket = socket;
        this.buffer = buffer;
    }

    /** Writes now what can be written now; keeps the rest, which must not be changed. */
    void write(byte[] message) throws IOException {
        waiting.add(message);
        bytes += message.length;
        if (waiting.size() == 1) {
            flush();
        }
    }

    /** Writes what can be written now. */
    void flush() throws IOException {
        while (!waiting.isEmpty()) {
            byte[] first = waiting.peek();
            int taken = buffer.writeTo(socket, first, done);
            done += taken;
            bytes -= taken;
            if (done < first.length) {
                return;
            }
            waiting.remove();
            done = 0;
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** How many bytes wait. */
    long bytes() {
        return bytes;
    }
}
