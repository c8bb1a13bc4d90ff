package dev.unixsocket.bench.jmh;

import dev.unixsocket.bench.peer.Task;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Bytes per second in one direction, by writes of the given size.
 *
 * <p>An operation is 16 MiB and the eight bytes that come back when all has arrived; the score of
 * interest is {@code bytes}, bytes per second. It does not measure the latency of one write: the
 * kernel takes it before the peer has read it.
 *
 * <p>Why the number can be trusted: the clock stops when the server, a process of its own, says
 * that it has read everything, and not when the last write returns; the acknowledgement is less
 * than one part in a hundred of the time.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class Throughput {

    /** Counts the bytes, for JMH to divide by the time. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Sent {

        /** Bytes that were sent and acknowledged. */
        public long bytes;

        /** Made by JMH. */
        public Sent() {}
    }

    /** A peer of {@code bench/run --list} whose client is Java. */
    @Param({
        "ffm",
        "ffm-abstract",
        "ffm-tcp",
        "jdk",
        "jdk-tcp",
        "junixsocket",
        "netty",
        "jnr-unixsocket",
        "ffm-client-c-server"
    })
    public String transport;

    /** Bytes of a write. */
    @Param({"4096", "16384", "65536", "262144", "1048576"})
    public int payload;

    private Exchange exchange;
    private long bytes;

    /** Made by JMH. */
    public Throughput() {}

    /** Starts the server and connects. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        Task task = Task.throughput(payload);
        bytes = task.bytesPerExchange();
        exchange = Exchange.open(transport, task);
    }

    /** Sixteen MiB and their acknowledgement. */
    @Benchmark
    public void send(Sent sent) throws IOException {
        exchange.session().exchange(1);
        sent.bytes += bytes;
    }

    /** Disconnects and stops the server. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        exchange.close();
    }
}
