package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Endpoint;
import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.peer.Usage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A peer's server and client processes.
 *
 * <p>Confined to one thread, but for {@link #close}.
 */
final class RunningPeer implements Closeable {

    private final Peer peer;
    private final PeerProcess server;
    private final Endpoint endpoint;
    private final Path errors;
    private final Map<Long, String> pinned = new HashMap<>();
    private PeerProcess client;
    private long servant;

    private RunningPeer(Peer peer, PeerProcess server, Endpoint endpoint, Path errors) {
        this.peer = peer;
        this.server = server;
        this.endpoint = endpoint;
        this.errors = errors;
    }

    /** Starts the server; {@link #connect} starts the client. */
    static RunningPeer start(
            Peer peer, String service, Path folder, List<String> prefix, Path errors)
            throws IOException {
        Endpoint endpoint = peer.endpoint(folder, service);
        List<String> command = new ArrayList<>(prefix);
        command.addAll(peer.server().server(service, endpoint));
        PeerProcess server = PeerProcess.start(command, errors);
        return new RunningPeer(peer, server, endpoint, errors);
    }

    /** Waits until the server listens and starts the client. */
    void connect() throws IOException {
        String[] words = server.readLine(Duration.ZERO);
        if (!words[0].equals("ready")) {
            throw new IOException("the server said " + String.join(" ", words));
        }
        // A process that started another one to serve says which, and where that listens.
        boolean other = peer.server() instanceof Program.Daemon;
        servant = other ? Long.parseLong(words[2]) : server.pid();
        boolean elsewhere = other || endpoint.kind() == Endpoint.Kind.TCP;
        Endpoint bound = elsewhere ? Endpoint.parse(words[1]) : endpoint;
        client = PeerProcess.start(peer.client().client(bound), errors);
    }

    void pin(Cores cores, Placement placement) throws IOException {
        pin(cores, servant, cores.forServer(placement));
        pinClient(cores, cores.forClient(placement));
    }

    /** Puts the client beside the server, or on a core of its own again. */
    void pinClient(Cores cores, String list) throws IOException {
        pin(cores, client.pid(), list);
    }

    /** A process that is there already stays: taskset is a process too. */
    private void pin(Cores cores, long pid, String list) throws IOException {
        if (!list.equals(pinned.put(pid, list))) {
            cores.pin(pid, list);
        }
    }

    /** Lets the client repeat the task for that long. */
    Slice measure(Task task, Duration time) throws IOException {
        Answer answer = ask("measure " + task + " " + time.toNanos(), time);
        return Slice.of(answer.nanos(), answer.perSecond(), answer.client(), answer.server());
    }

    /** Lets the client begin the task that often in a second, for that long. */
    PacedSlice pace(Task task, Duration time, int perSecond) throws IOException {
        Answer answer = ask("pace " + task + " " + time.toNanos() + " " + perSecond, time);
        long compiling = answer.client().compilingMillis() + answer.server().compilingMillis();
        return PacedSlice.of(answer.nanos(), answer.perSecond(), compiling);
    }

    /** What the client says, and what both processes used meanwhile. */
    private record Answer(long[] nanos, double perSecond, Usage client, Usage server) {}

    private Answer ask(String command, Duration time) throws IOException {
        Usage before = serverUsage();
        client.send(command);
        String[] words = client.readLine(time);
        if (!words[0].equals("samples")) {
            throw new IOException("the client said " + String.join(" ", words));
        }
        int count = Integer.parseInt(words[1]);
        ByteBuffer raw =
                ByteBuffer.wrap(client.readBytes(count * Integer.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
        long[] nanos = new long[count];
        Arrays.setAll(nanos, i -> Integer.toUnsignedLong(raw.getInt()));
        Usage used = serverUsage().minus(before);
        double perSecond = Long.parseLong(words[2]) * 1e9 / Long.parseLong(words[3]);
        return new Answer(nanos, perSecond, Usage.parse(words, 4), used);
    }

    /** What the server has used so far. */
    Usage serverUsage() throws IOException {
        server.send("usage");
        return Usage.parse(server.readLine(Duration.ZERO), 1);
    }

    /** Bytes that the server has resident, and those that live in its Java heap. Linux. */
    long footprint() throws IOException {
        server.send("heap");
        long live = Long.parseLong(server.readLine(Duration.ZERO)[1]);
        return live + server.residentBytes();
    }

    /** The processes that are there. */
    List<Long> pids() {
        return Stream.concat(
                        Stream.of(server, client)
                                .filter(process -> process != null && process.isAlive())
                                .map(PeerProcess::pid),
                        Stream.of(servant).filter(pid -> pid > 0))
                .distinct()
                .toList();
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        server.close();
    }
}
