package dev.unixsocket.bench.jmh;

import dev.unixsocket.bench.compare.Peers;
import dev.unixsocket.bench.peer.Probe;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * What one system call costs that never waits: linked as an ordinary FFM call, as a critical one
 * (no change of thread state), and made by the JDK's own code where that exists.
 *
 * <p>{@code getuid} does next to nothing in the kernel, so it shows the way there and back. {@code
 * SO_PEERCRED} copies 12 bytes. {@code recv} finds an empty socket and fails with {@code EAGAIN}.
 * The JDK gives credentials as principals, whose names it looks up in the user database: that is
 * the price of its interface, not of its system call. {@code System.nanoTime} is the yardstick of
 * something that needs no kernel.
 *
 * <p>Why the number can be trusted: results are returned to JMH, so that no call can be removed; a
 * result that is not the expected one fails the benchmark at its start. It does not measure what a
 * critical call does to others: the garbage collector waits until it has returned.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SystemCall {

    private ServerProcess server;
    private Probe probe;

    /** Made by JMH. */
    public SystemCall() {}

    /** Starts a server that will have nothing to say, and connects. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        server = ServerProcess.start(Peers.require("ffm"), "echo");
        probe = Probe.connect(server.endpoint());
        if (probe.peerCredentialsNormal() != 0
                || probe.peerCredentialsCritical() != 0
                || probe.recvNormal() != -1
                || probe.recvCritical() >= 0
                || probe.readJdk() != 0
                || probe.getuidNormal() != probe.getuidCritical()) {
            throw new IllegalStateException("a system call did not return what it should");
        }
    }

    /** Disconnects and stops the server. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        probe.close();
        server.close();
    }

    /** The clock, without a system call. */
    @Benchmark
    public long nanoTime() {
        return System.nanoTime();
    }

    /** getuid(2), ordinary. */
    @Benchmark
    public int getuidNormal() {
        return probe.getuidNormal();
    }

    /** getuid(2), critical. */
    @Benchmark
    public int getuidCritical() {
        return probe.getuidCritical();
    }

    /** getsockopt(2) {@code SO_PEERCRED}, ordinary. */
    @Benchmark
    public int peerCredentialsNormal() {
        return probe.peerCredentialsNormal();
    }

    /** getsockopt(2) {@code SO_PEERCRED}, critical: as the library makes it. */
    @Benchmark
    public int peerCredentialsCritical() {
        return probe.peerCredentialsCritical();
    }

    /** getsockopt(2) {@code SO_PEERCRED}, by the JDK's channel, with its look-up of names. */
    @Benchmark
    public Object peerCredentialsJdk() throws IOException {
        return probe.peerCredentialsJdk();
    }

    /** recv(2) with nothing there, ordinary. */
    @Benchmark
    public long recvNormal() {
        return probe.recvNormal();
    }

    /** recv(2) with nothing there, critical: as the library makes it. */
    @Benchmark
    public long recvCritical() {
        return probe.recvCritical();
    }

    /** read(2) on a non-blocking JDK channel with nothing there. */
    @Benchmark
    public int readJdk() throws IOException {
        return probe.readJdk();
    }
}
