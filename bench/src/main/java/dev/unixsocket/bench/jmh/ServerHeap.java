package dev.unixsocket.bench.jmh;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import java.io.IOException;

/**
 * The server's side of {@code -prof gc}: the bytes that the server says its threads have allocated
 * on the heap, per exchange. Reported beside the score as {@code serverHeapBytesPerOp}.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class ServerHeap {

    /** Bytes that the server allocated on the Java heap per exchange, in the last iteration. */
    public double serverHeapBytesPerOp;

    private long before;
    private long exchanges;

    /** Made by JMH. */
    public ServerHeap() {}

    void begin(ServerProcess server) throws IOException {
        before = server.allocatedBytes();
        exchanges = 0;
    }

    void count(int times) {
        exchanges += times;
    }

    void end(ServerProcess server) throws IOException {
        long allocated = server.allocatedBytes() - before;
        serverHeapBytesPerOp = exchanges == 0 ? 0 : (double) allocated / exchanges;
    }
}
