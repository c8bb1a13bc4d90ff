package dev.unixsocket.bench.jmh;

import dev.unixsocket.bench.compare.Peer;
import dev.unixsocket.bench.compare.Workspace;
import dev.unixsocket.bench.peer.Endpoint;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A server in a process of its own for a benchmark in this one. It stops with this process, because
 * its standard input ends.
 */
final class ServerProcess implements Closeable {

    private final Process process;
    private final OutputStream commands;
    private final BufferedReader answers;
    private final Endpoint endpoint;

    private ServerProcess(Process process) throws IOException {
        this.process = process;
        commands = process.getOutputStream();
        answers = process.inputReader(StandardCharsets.US_ASCII);
        String line = answers.readLine();
        if (line == null || !line.startsWith("ready ")) {
            throw new IOException("the server said " + line);
        }
        endpoint = Endpoint.parse(line.substring("ready ".length()));
    }

    /** Starts the peer's server and waits until it listens. */
    static ServerProcess start(Peer peer, String service) throws IOException {
        Workspace workspace = Workspace.open();
        Process process =
                new ProcessBuilder(
                                peer.server()
                                        .server(
                                                service,
                                                peer.endpoint(workspace.folder(), service)))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return new ServerProcess(process);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Bytes that the server has allocated on the Java heap so far; 0 from the C server. */
    long allocatedBytes() throws IOException {
        commands.write("usage\n".getBytes(StandardCharsets.US_ASCII));
        commands.flush();
        return Long.parseLong(answers.readLine().split(" ")[1]);
    }

    /**
     * Stops it. The folder goes when this process ends: removing it here would count as heap of the
     * benchmark's last iteration.
     */
    @Override
    public void close() throws IOException {
        commands.close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
