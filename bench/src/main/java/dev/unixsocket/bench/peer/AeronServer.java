package dev.unixsocket.bench.peer;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.Header;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The service {@code echo} over Aeron, for one client after another: the first message of each is
 * its {@link Hello}.
 */
final class AeronServer implements Server {

    /** How many messages are taken at once. */
    private static final int FRAGMENTS = 64;

    private final Endpoint endpoint;
    private final Pause pause;
    private final MediaDriver driver;
    private final Aeron aeron;
    private final Subscription requests;
    private final ExclusivePublication answers;
    private final Thread thread = new Thread(this::serve, "aeron-echo");

    /** Messages are copied out, as a read of a socket does. */
    private final UnsafeBuffer taken =
            new UnsafeBuffer(ByteBuffer.allocateDirect(Task.LARGEST_PAYLOAD));

    private final UnsafeBuffer acknowledgement =
            new UnsafeBuffer(new byte[Hello.ACKNOWLEDGEMENT_BYTES]);
    private final IdleStrategy idleForRoom = AeronTransport.idle();
    private volatile boolean closed;

    private Hello hello = new Hello(0, 0, 0);
    private int session;
    private int received;

    /** Serves, with a driver that keeps its files in that directory until the process ends. */
    AeronServer(Endpoint endpoint, Path directory, Pause pause) {
        this.endpoint = endpoint;
        this.pause = pause;
        driver =
                MediaDriver.launch(
                        new MediaDriver.Context()
                                .aeronDirectoryName(directory.toString())
                                .threadingMode(ThreadingMode.SHARED)
                                .sharedIdleStrategy(new SleepingMillisIdleStrategy(1))
                                .ipcTermBufferLength(AeronTransport.TERM_BYTES)
                                .ipcMtuLength(AeronTransport.MTU_BYTES)
                                .termBufferSparseFile(false)
                                .dirDeleteOnStart(true)
                                .dirDeleteOnShutdown(true));
        aeron = AeronTransport.connect(directory);
        requests = aeron.addSubscription(AeronTransport.CHANNEL, AeronTransport.REQUESTS);
        answers = aeron.addExclusivePublication(AeronTransport.CHANNEL, AeronTransport.ANSWERS);
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "aeron-close"));
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        IdleStrategy idle = AeronTransport.idle();
        FragmentAssembler messages = new FragmentAssembler(this::take, Task.LARGEST_PAYLOAD);
        while (!closed) {
            idle.idle(requests.poll(messages, FRAGMENTS));
        }
    }

    private void take(DirectBuffer buffer, int offset, int length, Header header) {
        if (header.sessionId() != session) {
            session = header.sessionId();
            received = 0;
            hello =
                    new Hello(
                            buffer.getInt(offset),
                            buffer.getInt(offset + 4),
                            buffer.getInt(offset + 8));
        } else if (hello.mode() == Hello.ECHO) {
            pause.beforeAnswer();
            AeronTransport.send(answers, buffer, offset, length, idleForRoom);
        } else {
            buffer.getBytes(offset, taken, 0, length);
            if (++received == hello.messages()) {
                received = 0;
                pause.beforeAnswer();
                AeronTransport.send(
                        answers, acknowledgement, 0, Hello.ACKNOWLEDGEMENT_BYTES, idleForRoom);
            }
        }
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        aeron.close();
        driver.close();
    }
}
