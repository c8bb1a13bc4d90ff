package dev.unixsocket.services.observatory;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is written of an event, in pieces, so that nothing is copied while it grows.
 * Confined to one thread.
 */
public final class EventBytes extends OutputStream {

    private static final int FIRST_BYTES = 512;
    private static final int MOST_BYTES = 64 * 1024;

    private final Room room;
    private final List<byte[]> full = new ArrayList<>();
    private byte[] piece;
    private int length;
    private int total;

    /** Nothing is written yet; what is takes room. */
    public EventBytes(Room room) {
        this.room = room;
        room.take(FIRST_BYTES);
        piece = new byte[FIRST_BYTES];
    }

    @Override
    public void write(int single) {
        write(new byte[] {(byte) single}, 0, 1);
    }

    /**
     * Takes some more.
     *
     * @throws Room.NoRoomException if there is no room for it
     */
    @Override
    public void write(byte[] bytes, int offset, int count) {
        int done = 0;
        while (done < count) {
            if (length == piece.length) {
                grow();
            }
            int some = Math.min(count - done, piece.length - length);
            System.arraycopy(bytes, offset + done, piece, length, some);
            length += some;
            done += some;
        }
        total = Math.addExact(total, count);
    }

    private void grow() {
        int size = Math.min(2 * piece.length, MOST_BYTES);
        room.take(size);
        full.add(piece);
        piece = new byte[size];
        length = 0;
    }

    /** How many bytes were written. */
    public int size() {
        return total;
    }

    /** All that was written. */
    public byte[] toByteArray() {
        room.take(total);
        byte[] all = new byte[total];
        int at = 0;
        for (byte[] some : full) {
            System.arraycopy(some, 0, all, at, some.length);
            at += some.length;
        }
        System.arraycopy(piece, 0, all, at, length);
        return all;
    }
}
