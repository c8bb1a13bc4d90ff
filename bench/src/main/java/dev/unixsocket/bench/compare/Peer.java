package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Endpoint;
import dev.unixsocket.bench.peer.Task;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A client and a server that are measured together.
 *
 * @param name its name in tables and on the command line
 * @param about what it is, in one line
 * @param workloads what it is measured with: see {@link Task#workload}
 * @param largestPayload bytes of the largest message that it is measured with
 * @param kind the socket between the two
 * @param client the client's program
 * @param server the server's program
 */
public record Peer(
        String name,
        String about,
        Set<String> workloads,
        int largestPayload,
        Endpoint.Kind kind,
        Program client,
        Program server) {

    /** Whether it is measured with that. */
    public boolean can(Task task) {
        return workloads.contains(task.workload()) && task.payload() <= largestPayload;
    }

    /** Where its server listens, given a folder of its own. */
    public Endpoint endpoint(Path folder, String service) {
        String socket = folder.resolve(name + "-" + service + ".sock").toString();
        return switch (kind) {
            case UNIX, SEQPACKET -> new Endpoint(kind, socket);
            case ABSTRACT -> new Endpoint(kind, folder.getFileName() + "-" + name + "-" + service);
            case TCP -> new Endpoint(kind, "0");
        };
    }

    /** Whether a JVM has to compile its code before it is as quick as it gets. */
    boolean isCompiledAsItRuns() {
        return Stream.of(client, server)
                .anyMatch(one -> one instanceof Program.Java || one instanceof Program.Daemon);
    }

    /** Why it cannot run here; empty if it can. */
    public Optional<String> unavailable() {
        return client.unavailable().or(server::unavailable);
    }
}
