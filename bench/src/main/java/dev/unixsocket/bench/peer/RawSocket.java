package dev.unixsocket.bench.peer;

import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.ffi.Syscalls;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** AF_UNIX descriptors by {@link Syscalls} alone, for what the library's sockets are not. Linux. */
final class RawSocket {

    private static final int AF_UNIX = 1;
    private static final int SOCKADDR_UN_BYTES = 110;
    private static final int SUN_PATH = 2;

    private RawSocket() {}

    /** A call that takes a {@code sockaddr}: bind(2) or connect(2). */
    interface AddressCall {

        /** Makes the call. */
        int make(int fd, MemorySegment sockaddr, int length);
    }

    /** socket(2) and the call of that name, on the endpoint's path: the descriptor. */
    static int open(Endpoint endpoint, int type, String name, AddressCall call) throws IOException {
        int fd = check("socket", Syscalls.socket(AF_UNIX, type, 0), endpoint);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sockaddr = arena.allocate(SOCKADDR_UN_BYTES, Long.BYTES);
            sockaddr.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            byte[] path = endpoint.value().getBytes(StandardCharsets.UTF_8);
            MemorySegment.copy(path, 0, sockaddr, ValueLayout.JAVA_BYTE, SUN_PATH, path.length);
            check(name, call.make(fd, sockaddr, SOCKADDR_UN_BYTES), endpoint);
            return fd;
        } catch (IOException e) {
            Syscalls.close(fd);
            throw e;
        }
    }

    /** The result of a call, unless it failed. */
    static int check(String call, int result, Object subject) throws IOException {
        if (result < 0) {
            throw new SyscallException(call, result, subject);
        }
        return result;
    }
}
