package dev.unixsocket.bench.peer;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.Header;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;

/** A client's conversation over Aeron, as {@link MessageSession} has it over a socket. */
final class AeronSession implements BlockingSession {

    private static final int ALIGNMENT = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How often a wait for an answer looks at the clock. */
    private static final int LOOKS = 1 << 10;

    private final Task task;
    private final Aeron aeron;
    private final Subscription answers;
    private final ExclusivePublication requests;
    private final Image image;
    private final IdleStrategy idle = AeronTransport.idle();
    private final FragmentAssembler messages =
            new FragmentAssembler(this::take, Task.LARGEST_PAYLOAD);
    private final UnsafeBuffer buffer;
    private boolean answered;

    AeronSession(Task task, Path directory) throws IOException {
        this.task = task;
        ByteBuffer memory = ByteBuffer.allocateDirect(Task.LARGEST_PAYLOAD + ALIGNMENT);
        buffer = new UnsafeBuffer(memory.alignedSlice(ALIGNMENT));
        aeron = AeronTransport.connect(directory);
        answers = aeron.addSubscription(AeronTransport.CHANNEL, AeronTransport.ANSWERS);
        requests = aeron.addExclusivePublication(AeronTransport.CHANNEL, AeronTransport.REQUESTS);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!answers.isConnected() || !requests.isConnected()) {
            if (System.nanoTime() - end > 0) {
                aeron.close();
                throw new IOException("the server is not there");
            }
            idle.idle();
        }
        idle.reset();
        image = answers.imageAtIndex(0);
        Hello hello = Hello.of(task);
        buffer.putInt(0, hello.mode());
        buffer.putInt(4, hello.payload());
        buffer.putInt(8, hello.messages());
        send(Hello.BYTES);
    }

    /** Copies an answer out, as a read of a socket does. */
    private void take(DirectBuffer from, int offset, int length, Header header) {
        from.getBytes(offset, buffer, 0, length);
        answered = true;
    }

    private void send(int length) throws IOException {
        if (!AeronTransport.send(requests, buffer, 0, length, idle)) {
            throw new EOFException("the server is gone");
        }
    }

    @Override
    public void exchange() throws IOException {
        answered = false;
        for (int i = 0; i < task.messages(); i++) {
            send(task.payload());
        }
        for (int looks = 1; ; looks++) {
            idle.idle(image.poll(messages, 1));
            if (answered) {
                idle.reset();
                return;
            }
            if (looks % LOOKS == 0 && image.isClosed()) {
                throw new EOFException("the server is gone");
            }
        }
    }

    @Override
    public void close() {
        aeron.close();
    }
}
