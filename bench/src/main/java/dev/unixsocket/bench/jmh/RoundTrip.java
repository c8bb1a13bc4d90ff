package dev.unixsocket.bench.jmh;

import dev.unixsocket.bench.peer.Task;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
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
 * One message there and back on an open connection, with a server in another process.
 *
 * <p>It measures the whole way: this client's library, the kernel, the switch to the server, the
 * server's library, and back. It does not measure one of these alone: where the server is C's the
 * difference to {@code ffm} is what the server's library costs, and {@link SystemCall} has what a
 * call costs.
 *
 * <p>Why the number can be trusted: a message that is not answered whole fails the benchmark; the
 * result is that of the kernel's copy, so there is nothing that the compiler could remove; the
 * server is a process and not a thread, so neither side's garbage collection or compilation is
 * hidden in the other's; an invocation is 64 exchanges inside the transport's own loop, so that
 * Netty is not charged for waking the benchmark's thread each time. Pin the processes with taskset,
 * or compare with {@code bench/run}, which does.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RoundTrip {

    private static final int BATCH = 64;

    /** A peer of {@code bench/run --list} whose client is Java. */
    @Param({
        "ffm",
        "ffm-abstract",
        "ffm-seqpacket",
        "ffm-tcp",
        "jdk",
        "jdk-tcp",
        "junixsocket",
        "netty",
        "jnr-unixsocket",
        "ffm-client-c-server"
    })
    public String transport;

    /** Bytes of a message. */
    @Param({"1", "64", "1024", "16384", "65536", "1048576"})
    public int payload;

    private Exchange exchange;

    /** Made by JMH. */
    public RoundTrip() {}

    /** Starts the server and connects. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        exchange = Exchange.open(transport, Task.roundTrip(payload));
    }

    /** One exchange is one operation. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void roundTrip(ServerHeap heap) throws IOException {
        exchange.session().exchange(BATCH);
        heap.count(exchange.server(), BATCH);
    }

    /** Disconnects and stops the server. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        exchange.close();
    }
}
