package dev.unixsocket.ffi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The peer in C, {@code ring_peer.c}, which connects to a socket. */
final class RingPeer {

    private static final Path SOURCE =
            Path.of(System.getProperty("basedir", "."), "src/test/c/ring_peer.c").toAbsolutePath();

    private final Path program;

    private RingPeer(Path program) {
        this.program = program;
    }

    /** Compiles it; a test without a compiler is skipped. */
    static RingPeer compile(Path folder) throws Exception {
        RequiredTools.requireTool("cc", "to compile a peer");
        Path program = folder.resolve("ring_peer");
        run(List.of("cc", "-O2", "-std=gnu11", "-o", program.toString(), SOURCE.toString()));
        return new RingPeer(program);
    }

    static void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) { // also called where there is no JUnit
            throw new AssertionError(command + ": " + output);
        }
    }

    private List<String> command(Path socket, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString(), socket.toString()));
        Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
        return command;
    }

    Process start(Path socket, Object... arguments) throws IOException {
        return new ProcessBuilder(command(socket, arguments)).inheritIO().start();
    }

    /** As {@link #start}, with a standard output to be read. */
    Process startTalking(Path socket, Object... arguments) throws IOException {
        return new ProcessBuilder(command(socket, arguments))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** As {@link #start}, after a command of the shell, which the peer takes the place of. */
    Process startAfter(String shellCommand, Path socket, Object... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", shellCommand + " && exec \"$@\"", "sh"));
        command.addAll(command(socket, arguments));
        return new ProcessBuilder(command).inheritIO().start();
    }
}
