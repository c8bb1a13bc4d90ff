package dev.unixsocket.bench.jmh;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.io.IOException;

/**
 * The server's side of {@code -prof gc}: the bytes that the server says its threads have allocated
 * on the heap, per exchange. Reported beside the score as {@code serverHeapBytesPerOp}.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class ServerHeap {

    /** Bytes that the server allocated on the Java heap per exchange, in this iteration. */
    public double serverHeapBytesPerOp;

    private ServerProcess server;
    private long before;
    private long exchanges;

    /** Made by JMH. */
    public ServerHeap() {}

    /** Begins to count, in all iterations but the first. */
    @Setup(Level.Iteration)
    public void begin() throws IOException {
        exchanges = 0;
        if (server != null) {
            before = server.allocatedBytes();
        }
    }

    /** So many exchanges were made with that server. */
    void count(ServerProcess with, int times) throws IOException {
        if (server == null) {
            server = with;
            before = server.allocatedBytes();
        }
        exchanges += times;
    }

    /** Asks the server for its counter. */
    @TearDown(Level.Iteration)
    public void end() throws IOException {
        long allocated = server.allocatedBytes() - before;
        serverHeapBytesPerOp = exchanges == 0 ? 0 : (double) allocated / exchanges;
    }
}
