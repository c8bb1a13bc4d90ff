package dev.unixsocket.services.observatory;

import java.io.Serial;

/** What one event takes of the memory while it is made. Confined to one thread. */
public final class Room implements AutoCloseable {

    /** The text of a body, and the texts in its tree, have two bytes a character at most. */
    private static final int BYTES_PER_BYTE = 4;

    /** What a value takes in the tree of an event. */
    private static final int BYTES_PER_VALUE = 72;

    private final Memory memory;
    private long taken;

    /** None is taken yet. */
    Room(Memory memory) {
        this.memory = memory;
    }

    /** As much as is wanted. */
    public static Room unlimited() {
        return new Room(new Memory(Long.MAX_VALUE));
    }

    /** What a body may take as a tree. */
    static long ofTree(byte[] body) {
        long values = 0;
        for (byte b : body) {
            if (b == ',' || b == ':' || b == '[' || b == '{') {
                values++;
            }
        }
        return (long) BYTES_PER_BYTE * body.length
                + BYTES_PER_VALUE * Math.min(values, JsonTree.MAX_VALUES);
    }

    /**
     * Takes some more.
     *
     * @throws NoRoomException if there is not so much left
     */
    public void take(long bytes) {
        if (!memory.take(bytes)) {
            throw new NoRoomException();
        }
        taken += bytes;
    }

    /** Gives some of it back. */
    public void give(long bytes) {
        memory.release(bytes);
        taken -= bytes;
    }

    /** The event is made: gives all back. */
    @Override
    public void close() {
        memory.release(taken);
        taken = 0;
    }

    /** There is no memory for the event. */
    public static final class NoRoomException extends RuntimeException {

        @Serial private static final long serialVersionUID = 1L;

        private NoRoomException() {
            super("no room for the event", null, false, false);
        }
    }
}
