package dev.unixsocket.uds.weave;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.weave.GenerateRequest;
import dev.unixsocket.services.weave.WeaveClient;
import dev.unixsocket.services.weave.WeaveSocket;
import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.StandardStreams;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code uds demo}. */
@Command(
        name = "demo",
        description = {
            "Start a daemon in a temporary directory, send it a request and show each step. With"
                    + " --connect the daemon connects to the demo, as it does to weave.",
            "",
            "Nothing is left behind but the picture."
        })
public final class DemoCommand implements Callable<Integer> {

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            defaultValue = "a cat in space",
            description = "What to draw. Default: ${DEFAULT-VALUE}")
    private String prompt;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "Where to leave the picture, as PNG. Default: a new file in the directory for"
                            + " temporary files")
    private Optional<Path> out;

    @Option(
            names = "--connect",
            description =
                    "Own the socket and let the daemon connect to it: weave-compute --socket-path.")
    private boolean connect;

    @Option(
            names = "--in-process",
            hidden = true,
            description =
                    "Run the daemon on a thread of this process; trains the cache of classes.")
    private boolean inProcess;

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    /** Made by picocli. */
    public DemoCommand() {}

    @Override
    public Integer call() throws Exception {
        Path picture = out.isPresent() ? out.get() : Files.createTempFile("uds-demo-", ".png");
        PngFile.check(picture);
        DemoSteps steps = new DemoSteps(spec.commandLine().getOut());
        try (DemoDirectory directory = DemoDirectory.create()) {
            Path socket = directory.path().resolve("weave").resolve(WeaveSocket.FILE);
            if (connect) {
                ConnectDemo.show(steps, socket, prompt, picture.toAbsolutePath());
                return 0;
            }
            try (DemoDaemon daemon = DemoDaemon.start(socket, inProcess)) {
                cleanUpWhenInterrupted(daemon, directory);
                show(steps, daemon, socket, picture.toAbsolutePath());
            }
        }
        return 0;
    }

    /** A demo that is stopped by a signal leaves neither a daemon nor a directory behind. */
    private static void cleanUpWhenInterrupted(DemoDaemon daemon, DemoDirectory directory) {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    daemon.close();
                                    try {
                                        directory.close();
                                    } catch (IOException left) {
                                        System.err.println("left behind: " + left.getMessage());
                                        StandardStreams.flushError();
                                    }
                                }));
    }

    private void show(DemoSteps steps, DemoDaemon daemon, Path socket, Path picture)
            throws Exception {
        daemon.awaitListening(socket);
        steps.say("daemon", "process %d listens on %s", daemon.pid(), socket);
        steps.say("modes", "directory %s, socket %s", mode(socket.getParent()), mode(socket));
        try (StreamSocket connection =
                StreamSocket.connect(Address.path(socket), WeaveClient.CONNECT_TIMEOUT)) {
            steps.credentials(connection);
        }
        GenerateRequest request = DemoSteps.request(1, prompt);
        steps.request(request);
        WeaveClient client = new WeaveClient(Address.path(socket));
        PngFile.write(picture, steps.response(() -> client.generate(request)));
        int status = daemon.stop();
        steps.say("stop", "SIGTERM: exit status %d, socket file %s", status, gone(socket));
        steps.say("picture", "%s", picture);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static String gone(Path socket) {
        return Files.exists(socket) ? "still there" : "gone";
    }
}
