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
 * The daemon's own pattern, in the WEVE protocol: connect, authenticate, set the timeouts, request,
 * response with a picture of 64 × 64 pixels, close.
 *
 * <p>It measures connections that come one after another; the server is the daemon itself with
 * {@code ffm}, and with other transports a server that makes the daemon's calls as far as the
 * library has them (see {@code docs/BENCHMARKS.md}). It does not measure the computing of a
 * picture, whose pixels are all of one value, nor connections that come at once.
 *
 * <p>Why the number can be trusted: each response is checked to be a picture; each connection is a
 * new one, and the server closes it; the server is a process of its own.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConnectPerRequest {

    private static final int BATCH = 16;

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

    private Exchange exchange;

    /** Made by JMH. */
    public ConnectPerRequest() {}

    /** Starts the server. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        exchange = Exchange.open(transport, Task.connectPerRequest());
    }

    /** One connection with its request is one operation. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void request(ServerHeap heap) throws IOException {
        exchange.session().exchange(BATCH);
        heap.count(exchange.server(), BATCH);
    }

    /** Stops the server. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        exchange.close();
    }
}
