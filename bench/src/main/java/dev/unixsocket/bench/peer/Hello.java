package dev.unixsocket.bench.peer;

import java.nio.ByteBuffer;

/**
 * The first 12 bytes on a connection to the {@code echo} service, big-endian: the mode, the payload
 * in bytes, and after how many messages a sink acknowledges with {@link #ACKNOWLEDGEMENT_BYTES}.
 *
 * @param mode {@link #ECHO} or {@link #SINK}
 * @param payload bytes of one message
 * @param messages messages of one exchange
 */
record Hello(int mode, int payload, int messages) {

    static final int BYTES = 12;

    /** The buffer of a connection to the service {@code many}. */
    static final int SMALL_BUFFER = 1024;

    static final int ECHO = 1;
    static final int SINK = 2;
    static final int ACKNOWLEDGEMENT_BYTES = 8;

    static Hello of(Task task) {
        int mode = task.workload().equals("Throughput") ? SINK : ECHO;
        return new Hello(mode, task.payload(), task.messages());
    }

    static Hello read(ByteBuffer from) {
        return new Hello(from.getInt(0), from.getInt(4), from.getInt(8));
    }

    void write(ByteBuffer to) {
        to.putInt(0, mode).putInt(4, payload).putInt(8, messages);
    }

    /** Bytes of the answer to an exchange. */
    int answerBytes() {
        return mode == SINK ? ACKNOWLEDGEMENT_BYTES : payload;
    }

    /** Whether it asks for what there is, with messages that a buffer of that size holds. */
    boolean fits(int bufferBytes) {
        return payload > 0
                && payload <= bufferBytes
                && messages > 0
                && (mode == ECHO || mode == SINK);
    }
}
