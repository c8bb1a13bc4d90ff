package dev.unixsocket.uds.observatory;

import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.ffi.Syscalls;
import dev.unixsocket.services.observatory.Event;
import dev.unixsocket.services.observatory.EventFormat;
import dev.unixsocket.services.observatory.EventOutput;
import dev.unixsocket.services.wire.GrowingBuffer;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Standard output: each event is one write(2) unless it is large. It waits where its reader is
 * slow, since no event may be lost there. Confined to one thread.
 */
final class StandardOutput implements EventOutput {

    private static final int FD = 1;
    private static final long PAUSE_NANOS = 1_000_000;

    private final EventFormat format;
    private final GrowingBuffer buffer = new GrowingBuffer(8 * 1024);

    /** The last write failed in the middle of an event. */
    private boolean torn;

    StandardOutput(EventFormat format) {
        this.format = format;
    }

    /** In colours if it is a terminal and {@code NO_COLOR} is not set. */
    static PrettyFormat.Colours colours(Map<String, String> environment) {
        return environment.getOrDefault("NO_COLOR", "").isEmpty() && Syscalls.isatty(FD) == 1
                ? PrettyFormat.Colours.ANSI
                : PrettyFormat.Colours.NONE;
    }

    @Override
    public boolean write(Event event) throws IOException {
        return write(event.as(format));
    }

    /**
     * Writes all of an event.
     *
     * @return false if the reader closed it
     * @throws SyscallException if it fails for another reason, such as a full disk
     */
    private boolean write(byte[] event) throws IOException {
        int gap = torn ? 1 : 0; // ends what was torn, so that this event has a line of its own
        long length = gap + (long) event.length;
        MemorySegment bytes = buffer.grow(length);
        bytes.set(ValueLayout.JAVA_BYTE, 0, (byte) '\n');
        MemorySegment.copy(event, 0, bytes, ValueLayout.JAVA_BYTE, gap, event.length);
        long done = 0;
        while (done < length) {
            long result = Syscalls.write(FD, bytes.asSlice(done), length - done);
            if (result >= 0) {
                done += result;
            } else if (Errno.EPIPE.is(result)) {
                return false;
            } else if (Errno.EAGAIN.is(result)) {
                // Whoever shares the file with us has made it non-blocking.
                LockSupport.parkNanos(PAUSE_NANOS);
            } else if (!Errno.EINTR.is(result)) {
                torn |= done > gap;
                throw new SyscallException("write", result, "standard output");
            }
        }
        torn = false;
        return true;
    }
}
