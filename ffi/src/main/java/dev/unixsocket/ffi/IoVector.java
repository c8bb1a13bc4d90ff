package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.MessageMemory.FORMAT;
import static dev.unixsocket.ffi.MessageStructs.IOVEC_BYTES;
import static dev.unixsocket.ffi.MessageStructs.IOV_BASE;
import static dev.unixsocket.ffi.MessageStructs.IOV_LEN;
import static dev.unixsocket.ffi.MessageStructs.MSG_IOV;
import static dev.unixsocket.ffi.MessageStructs.MSG_IOVLEN;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Calls that read into or write from several native segments: recvmsg(2) and sendmsg(2), which
 * unlike readv(2) and writev(2) can be told not to wait and not to raise a signal. The bytes of all
 * segments are counted as one row; offsets are those in the row. A call takes the next {@value
 * #MOST} segments. Confined to the call that it is lent to.
 */
abstract sealed class IoVector implements Attempt {

    /** How many segments one call takes: as many as the linker is told to keep. */
    static final int MOST = 16;

    private static final int NOTHING_YET = -1;

    /** A {@code struct msghdr}, then the array of {@code struct iovec}. */
    private final MemorySegment message =
            Arena.ofAuto().allocate(FORMAT.headerBytes() + (long) MOST * IOVEC_BYTES, Long.BYTES);

    /** What the message points to. */
    private final MemorySegment[] kept = new MemorySegment[MOST];

    private MemorySegment[] segments;

    /** The offset that the message was filled in for. */
    private long filledFor = NOTHING_YET;

    /** Gives it the segments of the next calls. */
    final void of(MemorySegment[] segments) {
        this.segments = segments;
        filledFor = NOTHING_YET;
    }

    /** Lets go of them. */
    final void forget() {
        segments = null;
        Arrays.fill(kept, MemorySegment.NULL);
    }

    @Override
    public final long now(int fd, MemorySegment none, long offset, long length) {
        return transfer(fd, filled(offset), kept, Platform.CURRENT.msgDontwait());
    }

    @Override
    public final long waiting(int fd, MemorySegment none, long offset, long length) {
        return transfer(fd, filled(offset), kept, 0);
    }

    abstract long transfer(int fd, MemorySegment message, MemorySegment[] kept, int flags);

    private MemorySegment filled(long offset) {
        if (offset != filledFor) {
            fill(offset);
            filledFor = offset;
        }
        return message;
    }

    private void fill(long offset) {
        int at = FORMAT.headerBytes();
        int count = 0;
        long skip = offset;
        for (int i = 0; i < segments.length && count < MOST; i++) {
            long size = segments[i].byteSize();
            if (skip >= size) {
                skip -= size;
                continue;
            }
            message.set(JAVA_LONG, at + IOV_BASE, segments[i].address() + skip);
            message.set(JAVA_LONG, at + IOV_LEN, size - skip);
            kept[count++] = segments[i];
            at += IOVEC_BYTES;
            skip = 0;
        }
        Arrays.fill(kept, count, MOST, MemorySegment.NULL);
        message.set(JAVA_LONG, MSG_IOV, message.address() + FORMAT.headerBytes());
        message.set(JAVA_INT, MSG_IOVLEN, count);
    }

    /** From the socket to the segments. */
    static final class Reads extends IoVector {
        @Override
        long transfer(int fd, MemorySegment message, MemorySegment[] kept, int flags) {
            return Syscalls.recvmsg(fd, message, kept, flags);
        }
    }

    /** From the segments to the socket. */
    static final class Writes extends IoVector {
        @Override
        long transfer(int fd, MemorySegment message, MemorySegment[] kept, int flags) {
            int quietly = flags | Platform.CURRENT.msgNosignal();
            return Syscalls.sendmsg(fd, message, kept, quietly);
        }
    }
}
