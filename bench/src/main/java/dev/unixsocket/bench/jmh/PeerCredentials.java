package dev.unixsocket.bench.jmh;

import dev.unixsocket.bench.peer.CredentialReader;

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
 * Reading the credentials of the peer of an AF_UNIX connection, by each library that can.
 *
 * <p>What comes back is not the same: numbers of process, user and group from FFM, Netty and
 * jnr-unixsocket; these and more from junixsocket; user and group by name, and no process, from the
 * JDK. It does not measure the connection: one is open all the time, to a server in a process of
 * its own.
 *
 * <p>Why the number can be trusted: each call asks the kernel again; none of the libraries keeps
 * the answer ({@code strace -e getsockopt} shows it).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PeerCredentials {

    /** A transport that can read credentials. */
    @Param({"ffm", "jdk", "junixsocket", "netty", "jnr"})
    public String transport;

    private ServerProcess server;
    private CredentialReader reader;

    /** Made by JMH. */
    public PeerCredentials() {}

    /** Starts a server and connects. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        server = ServerProcess.start(dev.unixsocket.bench.compare.Peers.require("ffm"), "echo");
        reader = CredentialReader.connect(transport, server.endpoint());
    }

    /** Asks who the server is. */
    @Benchmark
    public Object read() throws IOException {
        return reader.read();
    }

    /** Disconnects and stops the server. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        reader.close();
        server.close();
    }
}
