package dev.unixsocket.bench.peer;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Aeron IPC. The media driver runs in the server's process; messages do not pass through it.
 * Whoever waits for a message spins for some tens of microseconds, as the other peers that spin do,
 * then yields, then parks, so that a peer that is not measured does not take a core from the
 * others.
 *
 * <p>The endpoint's path names the driver's directory; nothing listens there.
 */
final class AeronTransport implements Transport {

    /** Messages of both directions: requests, and answers on the next stream. */
    static final int REQUESTS = 1;

    static final int ANSWERS = 2;

    /** Of each of the three terms of a stream; a message can have an eighth of it. */
    static final int TERM_BYTES = 8 * Task.LARGEST_PAYLOAD;

    /** The largest fragment that there is. */
    static final int MTU_BYTES = 65_504;

    static final String CHANNEL = "aeron:ipc";

    private static final int SPINS = 1000;
    private static final int YIELDS = 100;
    private static final long LONGEST_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** In memory, where there is room for what this machine may have mapped at once. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private static final long ENOUGH_BYTES = 1L << 30;

    @Override
    public Server serve(String service, Endpoint endpoint, Pause pause) throws IOException {
        if (!service.equals("echo")) {
            throw new IllegalArgumentException("no such service: " + service);
        }
        boolean room =
                Files.isWritable(MEMORY)
                        && Files.getFileStore(MEMORY).getUsableSpace() >= ENOUGH_BYTES;
        return new AeronServer(endpoint, room ? inMemory(endpoint) : beside(endpoint), pause);
    }

    @Override
    public Session open(Task task, Endpoint server) throws IOException {
        Path directory = inMemory(server);
        return new AeronSession(task, Files.exists(directory) ? directory : beside(server));
    }

    private static Path inMemory(Endpoint endpoint) {
        return MEMORY.resolve("aeron" + endpoint.value().replace('/', '-'));
    }

    private static Path beside(Endpoint endpoint) {
        return Path.of(endpoint.value() + "-aeron");
    }

    static Aeron connect(Path directory) {
        return Aeron.connect(
                new Aeron.Context()
                        .aeronDirectoryName(directory.toString())
                        .preTouchMappedMemory(true));
    }

    /** How a thread waits for a message, or for room. */
    static IdleStrategy idle() {
        return new BackoffIdleStrategy(SPINS, YIELDS, 1, LONGEST_PARK_NANOS);
    }

    /**
     * Sends a message, waiting for room.
     *
     * @return false if nobody is there to read it
     */
    static boolean send(
            ExclusivePublication to,
            DirectBuffer buffer,
            int offset,
            int length,
            IdleStrategy idle) {
        while (true) {
            long result = to.offer(buffer, offset, length);
            if (result >= 0) {
                idle.reset();
                return true;
            }
            if (result != Publication.BACK_PRESSURED && result != Publication.ADMIN_ACTION) {
                return false;
            }
            idle.idle();
        }
    }
}
