package dev.unixsocket.bench.jmh;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.StreamSocket;

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
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * An event to {@code uds observe}, on a connection that stays open, and its answer; the line goes
 * to {@code /dev/null}.
 *
 * <p>It measures what a sender waits for, with either engine in a process of its own. It does not
 * measure connecting, nor many senders at once.
 *
 * <p>Why the number can be trusted: the answer comes after the line was written; it is checked;
 * both engines are asked by the same client.
 */
@State(Scope.Thread)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ObserveRequest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String BODY = "{\"tool\":\"Bash\",\"n\":1}";
    private static final String REQUEST =
            "POST /hook?event=PreToolUse HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                    + BODY.length()
                    + "\r\n\r\n"
                    + BODY;

    private static final String OK = "HTTP/1.1 200 ";

    /** An engine. */
    @Param({"ffm", "netty"})
    public String engine;

    private final MemorySegment buffer = Arena.ofAuto().allocate(64 * 1024);
    private final byte[] ok = OK.getBytes(StandardCharsets.US_ASCII);
    private MemorySegment request;
    private Path folder;
    private Process process;
    private StreamSocket connection;

    /** Made by JMH. */
    public ObserveRequest() {}

    /** Starts the service and connects. */
    @Setup(Level.Trial)
    public void open() throws IOException, InterruptedException {
        folder = Files.createTempDirectory("observe-");
        Path socket = folder.resolve("in.sock");
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "--enable-native-access=dev.unixsocket.ffi,io.netty.common",
                                "--module-path=" + System.getProperty("jdk.module.path"),
                                "--add-modules=ALL-MODULE-PATH",
                                "--module=dev.unixsocket.uds/dev.unixsocket.uds.Uds",
                                "observe",
                                "--engine=" + engine,
                                "--socket=" + socket)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        while (!Files.exists(socket) && process.isAlive()) {
            Thread.sleep(10);
        }
        request = Arena.ofAuto().allocateFrom(REQUEST, StandardCharsets.US_ASCII);
        connection = StreamSocket.connect(Address.path(socket), PATIENCE);
        connection.receiveTimeout(PATIENCE);
    }

    /** One event and its answer. */
    @Benchmark
    public long event() throws IOException {
        connection.write(request, 0, REQUEST.length());
        long count = connection.read(buffer, 0, buffer.byteSize());
        for (int i = 0; i < ok.length; i++) {
            if (buffer.get(ValueLayout.JAVA_BYTE, i) != ok[i]) {
                throw new IOException("the answer is not " + OK);
            }
        }
        return count;
    }

    /** Stops the service. */
    @TearDown(Level.Trial)
    public void close() throws IOException, InterruptedException {
        connection.close();
        process.destroy();
        process.waitFor();
        Files.deleteIfExists(folder);
    }
}
