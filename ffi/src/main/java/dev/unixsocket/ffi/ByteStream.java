package dev.unixsocket.ffi;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * A connection that bytes go over: a socket, or the shared memory that may take its place. For
 * whoever reads and writes and need not know which of the two it is.
 *
 * <p>One thread at a time may read, and one may write; the other methods may be called from any.
 */
public sealed interface ByteStream extends Closeable permits StreamSocket, SharedMemorySocket {

    /**
     * Reads what is there, waiting for the first byte.
     *
     * @param buffer native memory that can be written to
     * @param offset where in it the bytes go
     * @param length how many bytes at most; more than 0
     * @return how many bytes came; 0 at the end of the stream
     * @throws IOException as the type's own
     */
    long read(MemorySegment buffer, long offset, long length) throws IOException;

    /**
     * Writes all bytes.
     *
     * @param buffer native memory
     * @param offset where in it the bytes are
     * @param length how many of them
     * @return how many bytes were taken: all, unless the send timeout ran out when some were
     * @throws IOException as the type's own
     */
    long write(MemorySegment buffer, long offset, long length) throws IOException;

    /**
     * Sets how long each read may wait.
     *
     * @param timeout rounded up to a microsecond; zero waits without limit
     * @throws IOException as the type's own
     */
    void receiveTimeout(Duration timeout) throws IOException;

    /**
     * Sets how long each write may wait.
     *
     * @param timeout rounded up to a microsecond; zero waits without limit
     * @throws IOException as the type's own
     */
    void sendTimeout(Duration timeout) throws IOException;

    /**
     * The address of the connection.
     *
     * @return where it was connected to, or where the listener is that it came to
     */
    Address address();

    /**
     * Whether {@link #close} has not been called.
     *
     * @return true until then
     */
    boolean isOpen();

    /**
     * Ends the stream to the peer, which reads to its end; reading goes on.
     *
     * @throws IOException as the type's own
     */
    void shutdownOutput() throws IOException;

    /** Ends the stream in both directions, and wakes whoever waits. */
    void shutdown();

    /** Closes; threads that wait are woken. A second call does nothing. */
    @Override
    void close();
}
