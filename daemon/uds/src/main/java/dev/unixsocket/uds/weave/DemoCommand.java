package dev.unixsocket.uds.weave;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.Syscalls;
import dev.unixsocket.services.weave.GenerateRequest;
import dev.unixsocket.services.weave.GeneratedImage;
import dev.unixsocket.services.weave.WeaveClient;
import dev.unixsocket.uds.cli.Options;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code uds demo}. */
@Command(
        name = "demo",
        sortOptions = false,
        description = {
            "Start a daemon in a temporary directory, send it a request and show each step.",
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
            names = "--in-process",
            hidden = true,
            description =
                    "Run the daemon on a thread of this process; trains the cache of classes.")
    private boolean inProcess;

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    private int step;

    /** Made by picocli. */
    public DemoCommand() {}

    @Override
    public Integer call() throws Exception {
        Path picture = out.isPresent() ? out.get() : Files.createTempFile("uds-demo-", ".png");
        PngFile.check(picture);
        try (DemoDirectory directory = DemoDirectory.create()) {
            Path socket = directory.path().resolve("weave").resolve("weave.sock");
            try (DemoDaemon daemon = DemoDaemon.start(socket, inProcess)) {
                cleanUpWhenInterrupted(daemon, directory);
                show(daemon, socket, picture.toAbsolutePath());
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
                                    }
                                }));
    }

    private void show(DemoDaemon daemon, Path socket, Path picture) throws Exception {
        daemon.awaitListening(socket);
        say("daemon", "process %d listens on %s", daemon.pid(), socket);
        say("modes", "directory %s, socket %s", mode(socket.getParent()), mode(socket));
        showCredentials(socket);
        showRequest(socket, picture);
        int status = daemon.stop();
        say("stop", "SIGTERM: exit status %d, socket file %s", status, gone(socket));
        say("picture", "%s", picture);
    }

    private void showCredentials(Path socket) throws IOException {
        try (StreamSocket connection =
                StreamSocket.connect(Address.path(socket), WeaveClient.CONNECT_TIMEOUT)) {
            PeerCredentials daemon = connection.peerCredentials();
            say("kernel", "the daemon is %s; this is pid %d, uid %d", daemon, ownPid(), ownUid());
        }
    }

    private void showRequest(Path socket, Path picture) throws IOException {
        GenerateRequest request = GenerateRequest.of(1, 512, 512, 28, 7.0f, 42, prompt);
        say(
                "request",
                "%d bytes: \"%s\", %d x %d pixels, %d steps, cfg %.1f, seed %d",
                request.encodedBytes(),
                prompt,
                request.width(),
                request.height(),
                request.steps(),
                request.cfgScale(),
                request.seed());
        WeaveClient client = new WeaveClient(Address.path(socket));
        long begun = System.nanoTime();
        GeneratedImage image = client.generate(request);
        double millis = (System.nanoTime() - begun) / 1e6;
        say(
                "response",
                "%d bytes: %d x %d pixels, %d channels, computed in %d ms, round trip %.1f ms",
                image.encodedBytes(),
                image.width(),
                image.height(),
                image.channels(),
                image.generationTimeMillis(),
                millis);
        PngFile.write(picture, image);
    }

    private void say(String what, String format, Object... arguments) {
        PrintWriter stdout = spec.commandLine().getOut();
        String text = String.format(Locale.ROOT, format, arguments);
        stdout.printf(Locale.ROOT, "%d. %-9s %s%n", ++step, what, text);
        stdout.flush();
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static String gone(Path socket) {
        return Files.exists(socket) ? "still there" : "gone";
    }

    private static long ownPid() {
        return ProcessHandle.current().pid();
    }

    private static long ownUid() {
        return Integer.toUnsignedLong(Syscalls.getuid());
    }
}
