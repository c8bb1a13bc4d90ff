package dev.unixsocket.uds.weave;

import dev.unixsocket.ffi.SocketFile;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.weave.GenerateRequest;
import dev.unixsocket.services.weave.WeaveClient;
import dev.unixsocket.services.weave.WeaveException;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code uds demo --connect}: this process plays weave, which owns the socket. */
final class ConnectDemo {

    private static final int SOCKET_MODE = 0600;

    private ConnectDemo() {}

    /** Shows two requests, one of which is refused, on one connection, and how it ends. */
    static void show(DemoSteps steps, Path socket, String prompt, Path picture) throws Exception {
        Files.createDirectories(socket.getParent());
        try (SocketFile file = SocketFile.listen(socket, SOCKET_MODE, 1)) {
            steps.say("weave", "this process listens on %s", socket);
            Process daemon = start(socket);
            try {
                file.listener().acceptTimeout(DemoDaemon.PATIENCE);
                try (StreamSocket connection = file.listener().accept()) {
                    steps.say("daemon", "process %d connected to it", daemon.pid());
                    steps.credentials(connection);
                    serve(steps, connection, prompt, picture);
                    daemon.getOutputStream().close();
                    steps.say(
                            "stop",
                            "standard input closed: exit status %d, socket file %s",
                            statusOf(daemon),
                            Files.exists(socket) ? "still there, it is weave's" : "gone");
                }
            } finally {
                daemon.destroyForcibly();
            }
        }
        steps.say("picture", "%s", picture);
    }

    private static Process start(Path socket) throws IOException {
        List<String> command = new ArrayList<>(DemoDaemon.AsProcess.command());
        command.addAll(List.of("--log-level", "warn", "--socket-path", socket.toString()));
        return new ProcessBuilder(command)
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.INHERIT)
                .start();
    }

    private static void serve(DemoSteps steps, StreamSocket connection, String prompt, Path picture)
            throws IOException {
        GenerateRequest good = DemoSteps.request(1, prompt);
        steps.request(good);
        PngFile.write(
                picture,
                steps.response(
                        () -> WeaveClient.exchange(connection, good, WeaveClient.READ_TIMEOUT)));
        try {
            GenerateRequest bad = GenerateRequest.of(2, 65, 64, 28, 7.0f, 42, prompt);
            WeaveClient.exchange(connection, bad, WeaveClient.READ_TIMEOUT);
        } catch (WeaveException.Refused e) {
            steps.say("refused", "%s", e.getMessage());
        }
        GenerateRequest next = DemoSteps.request(3, prompt);
        steps.response(() -> WeaveClient.exchange(connection, next, WeaveClient.READ_TIMEOUT));
    }

    private static int statusOf(Process daemon) throws IOException, InterruptedException {
        if (!daemon.waitFor(DemoDaemon.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("the daemon does not end");
        }
        return daemon.exitValue();
    }
}
