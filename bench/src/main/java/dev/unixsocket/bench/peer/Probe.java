package dev.unixsocket.bench.peer;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.unixsocket.ffi.Syscalls;

import jdk.net.ExtendedSocketOptions;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * System calls on idle connections to a server, each in the ways in which it can be made. The
 * ordinary linkages are made here, since the library makes these calls as critical ones. Linux.
 *
 * <p>Confined to one thread.
 */
public final class Probe implements Closeable {

    private static final int SOCK_STREAM = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int UCRED_BYTES = 12;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int BUFFER_BYTES = 64;

    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final MethodHandle GETUID = link("getuid", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle GETSOCKOPT =
            link(
                    "getsockopt",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS),
                    ERRNO);
    private static final MethodHandle RECV =
            link(
                    "recv",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT),
                    ERRNO);

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, Long.BYTES);
    private final MemorySegment length = arena.allocate(JAVA_INT);
    private final ByteBuffer jdkBuffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final int fd;
    private final SocketChannel channel;

    private Probe(int fd, SocketChannel channel) {
        this.fd = fd;
        this.channel = channel;
    }

    /** Connects twice: a descriptor for the calls through FFM, and a channel of the JDK's. */
    public static Probe connect(Endpoint server) throws IOException {
        int fd = RawSocket.open(server, SOCK_STREAM, "connect", Syscalls::connect);
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(server.path()));
        channel.configureBlocking(false);
        return new Probe(fd, channel);
    }

    private static MethodHandle link(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
    }

    /** getuid(2), ordinary. */
    public int getuidNormal() {
        try {
            return (int) GETUID.invokeExact();
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    /** getuid(2), critical. */
    public int getuidCritical() {
        return Syscalls.getuid();
    }

    /** getsockopt(2), {@code SO_PEERCRED}, ordinary: 0. */
    public int peerCredentialsNormal() {
        length.set(JAVA_INT, 0, UCRED_BYTES);
        try {
            return (int) GETSOCKOPT.invokeExact(errno, fd, SOL_SOCKET, SO_PEERCRED, buffer, length);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    /** getsockopt(2), {@code SO_PEERCRED}, critical: 0. */
    public int peerCredentialsCritical() {
        length.set(JAVA_INT, 0, UCRED_BYTES);
        return Syscalls.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, buffer, length);
    }

    /** getsockopt(2), {@code SO_PEERCRED}, by the JDK, which looks the names up. */
    public Object peerCredentialsJdk() throws IOException {
        return channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
    }

    /** recv(2) with nothing there, ordinary: -1. */
    public long recvNormal() {
        try {
            return (long) RECV.invokeExact(errno, fd, buffer, (long) BUFFER_BYTES, MSG_DONTWAIT);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    /** recv(2) with nothing there, critical: {@code -EAGAIN}. */
    public long recvCritical() {
        return Syscalls.recvDontwait(fd, buffer, BUFFER_BYTES);
    }

    /** read(2) with nothing there, by a channel of the JDK's that does not block: 0. */
    public int readJdk() throws IOException {
        return channel.read(jdkBuffer);
    }

    @Override
    public void close() throws IOException {
        Syscalls.close(fd);
        channel.close();
        arena.close();
    }
}
