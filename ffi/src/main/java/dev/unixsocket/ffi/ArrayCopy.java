package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * Calls that copy bytes from or to an array, through {@link CopyMemory}: 64 KiB at once. Offsets
 * are those in the array. Confined to the call that it is lent to.
 */
abstract sealed class ArrayCopy implements Attempt {

    private byte[] array;

    /** Gives it the array of the next calls; null to let go of one. */
    final void of(byte[] array) {
        this.array = array;
    }

    @Override
    public final long now(int fd, MemorySegment none, long offset, long length) {
        return transfer(fd, array, (int) offset, (int) length, true);
    }

    @Override
    public final long waiting(int fd, MemorySegment none, long offset, long length) {
        return transfer(fd, array, (int) offset, (int) length, false);
    }

    abstract long transfer(int fd, byte[] array, int offset, int length, boolean now);

    /** From the socket to the array. */
    static final class Reads extends ArrayCopy {
        @Override
        long transfer(int fd, byte[] array, int offset, int length, boolean now) {
            try (CopyMemory copy = CopyMemory.take()) {
                MemorySegment memory = copy.forBytes(length);
                long count = Math.min(length, memory.byteSize());
                long result =
                        now
                                ? Attempt.READ.now(fd, memory, 0, count)
                                : Attempt.READ.waiting(fd, memory, 0, count);
                if (result > 0) {
                    MemorySegment.copy(memory, JAVA_BYTE, 0, array, offset, (int) result);
                }
                return result;
            }
        }
    }

    /** From the array to the socket. */
    static final class Writes extends ArrayCopy {
        @Override
        long transfer(int fd, byte[] array, int offset, int length, boolean now) {
            try (CopyMemory copy = CopyMemory.take()) {
                MemorySegment memory = copy.forBytes(length);
                int count = (int) Math.min(length, memory.byteSize());
                MemorySegment.copy(array, offset, memory, JAVA_BYTE, 0, count);
                return now
                        ? Attempt.SEND.now(fd, memory, 0, count)
                        : Attempt.SEND.waiting(fd, memory, 0, count);
            }
        }
    }
}
