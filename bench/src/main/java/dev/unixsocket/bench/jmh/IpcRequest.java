package dev.unixsocket.bench.jmh;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.ipc.IpcClient;
import dev.unixsocket.services.ipc.IpcResponse;
import dev.unixsocket.services.ipc.IpcServer;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One request of {@code uds ipc}'s protocol and its answer, which brings the request's data back.
 *
 * <p>It measures MessagePack both ways, the framing, two writes and two reads, and two switches of
 * threads. Client and server share a process, so a collection stops both; {@link RoundTrip} has the
 * sockets alone, between processes.
 *
 * <p>Why the number can be trusted: an answer with another id is not taken for the answer, and a
 * request that is not answered fails the benchmark.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class IpcRequest {

    /** AF_UNIX, or TCP on the loopback interface. */
    @Param({"unix", "tcp"})
    public String transport;

    /** Bytes of the data. */
    @Param({"64", "4096", "65536"})
    public int payload;

    private Path directory;
    private IpcServer server;
    private IpcClient client;
    private Map<String, Object> data;

    /** Made by JMH. */
    public IpcRequest() {}

    /** Starts the server and connects. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        directory = Files.createTempDirectory("bench-ipc");
        Address address =
                transport.equals("tcp")
                        ? Address.loopback(0)
                        : Address.path(directory.resolve("ipc.sock"));
        server =
                IpcServer.builder()
                        .on("echo", (request, _) -> new IpcResponse("echo", request.data()))
                        .listen(address)
                        .start();
        client = IpcClient.connect(server.address(), Duration.ofSeconds(10));
        data = Map.of("payload", new byte[payload]);
    }

    /** A request and its answer. */
    @Benchmark
    public Object request() throws IOException {
        return client.request("echo", data);
    }

    /** Disconnects and stops the server. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        client.close();
        server.close();
        Files.deleteIfExists(directory.resolve("ipc.sock.lock"));
        Files.delete(directory);
    }
}
