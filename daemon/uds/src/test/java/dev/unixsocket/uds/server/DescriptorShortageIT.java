package dev.unixsocket.uds.server;

import static dev.unixsocket.testing.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A service that runs out of descriptors says so, and serves again when there are some. */
class DescriptorShortageIT {

    private static final Duration PATIENCE = Program.PATIENCE;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ipc serve",
                "weave serve --lock --workers=64 --backlog=64",
                "observe --engine=ffm",
                "observe --engine=netty"
            })
    void itGoesOnWhenOthersHaveGone(String command) throws IOException {
        requireTool("prlimit", "to leave a service few descriptors");
        Path socket = folder.resolve("weave/weave.sock");
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        if (!command.startsWith("weave")) {
            socket = folder.resolve("some.sock");
            arguments.addAll(List.of("--socket", socket.toString()));
        }
        Program.Builder builder =
                Program.dist("uds", arguments.toArray(String[]::new))
                        .environment("XDG_RUNTIME_DIR", folder.toString())
                        .under("prlimit", "--nofile=40:40");
        try (Program service = builder.start().awaitStderr("listening on")) {
            List<StreamSocket> crowd = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                crowd.add(StreamSocket.connect(Address.path(socket), PATIENCE));
            }
            service.awaitStderr("accept: Too many open files (EMFILE)");
            crowd.forEach(StreamSocket::close);
            awaitService(socket);
            assertFalse(service.stderr().contains("exceptionCaught"), service.stderr());
        }
    }

    /** Every service ends a connection on which its peer has said nothing and ended. */
    private static void awaitService(Path socket) throws IOException {
        try (StreamSocket late = StreamSocket.connect(Address.path(socket), PATIENCE);
                Arena arena = Arena.ofConfined()) {
            late.receiveTimeout(PATIENCE);
            late.shutdownOutput();
            late.read(arena.allocate(1), 0, 1);
        }
    }
}
