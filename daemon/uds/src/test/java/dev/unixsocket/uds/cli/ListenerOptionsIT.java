package dev.unixsocket.uds.cli;

import static dev.unixsocket.testing.RequiredTools.requireRoot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;
import dev.unixsocket.uds.Spoken;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.stream.Stream;

/** The options about a service's socket: what they say, and to which of them no. */
class ListenerOptionsIT {

    @TempDir Path folder;

    private Path socket() {
        return folder.resolve("a.sock");
    }

    private Program serve(String... options) {
        String[] all =
                Stream.concat(Stream.of("ipc", "serve"), Arrays.stream(options))
                        .toArray(String[]::new);
        return Program.dist("uds", all).start().awaitStderr("listening on");
    }

    private Program serveSocket(String... options) {
        return serve(
                Stream.concat(Stream.of("--socket=" + socket()), Arrays.stream(options))
                        .toArray(String[]::new));
    }

    private static void assertWrong(String reason, String... arguments) {
        Spoken program = Spoken.uds(arguments);
        assertEquals(2, program.status(), program::stderr);
        assertTrue(program.stderr().contains(reason), program::stderr);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--group=4294967296 | '--group': '4294967296' is not a number from 0 to 4294967294",
                "--group=4294967295 | '--group': '4294967295' is not a number",
                "--group=no-such-group | '--group': there is no group 'no-such-group'",
                "--allow-user=no-such-user --mode=0666 | there is no user 'no-such-user'",
                "--allow-user=0,4294967295 | '4294967295' is not a number",
                "--mode=0 | '0' is not a mode: three octal digits",
                "--mode=1777 | '1777' is not a mode: three octal digits",
                "--abstract= | '--abstract': an abstract socket name cannot be empty",
                "--abstract=@a | '--abstract': write the name without @: 'a'",
                "--lock --no-lock | give --lock or --no-lock, once"
            })
    void aWrongValueIsAWrongCommandLine(String options, String reason) {
        String[] all = ("ipc serve " + options).split(" ");
        assertWrong(reason, all);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ipc serve --socket=/",
                "observe --socket=/",
                "observe --socket=%s --output-socket=/",
                "ipc serve --socket=%s --metrics-socket=/"
            })
    void theRootDirectoryIsNoSocket(String command) {
        Program program = Program.dist("uds", command.formatted(socket()).split(" ")).run();
        assertEquals(1, program.awaitExit(), program::stderr);
        assertEquals("/ is a directory, not a socket: left as it is\n", program.stderr());
    }

    @Test
    void anAbstractNameThatIsTooLongIsAWrongCommandLine() {
        assertWrong(
                "an abstract socket name can have",
                "ipc",
                "serve",
                "--abstract=" + "x".repeat(1000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ipc serve --socket=@a",
                "ipc send --type=health_check --socket=@a",
                "weave send --prompt=x --socket=@a",
                "observe --socket=@a"
            })
    void anAbstractNameIsNoPath(String command) {
        assertWrong(
                "--socket: @a is no path: --abstract a for the abstract name, ./@a for a file",
                command.split(" "));
        assertFalse(Files.exists(Path.of("@a")));
    }

    @Test
    void clientsFindAnAbstractName() {
        String name = "--abstract=" + folder; // nobody else's
        try (Program service = serve(name)) {
            Program client = Program.dist("uds", "ipc", "send", "--type=health_check", name).run();
            assertEquals(0, client.awaitExit(), client::stderr);
            assertTrue(client.stdout().contains("healthy"), client::stdout);
            assertEquals(0, service.terminate());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ipc send --type=health_check --abstract=a --socket=b",
                "ipc send --type=health_check --abstract=a --port=1",
                "weave send --prompt=x --abstract=a --socket=b"
            })
    void aClientHasOneAddress(String command) {
        assertWrong("is another address: not with --abstract", command.split(" "));
    }

    @Test
    void aQuoteInATagIsACharacter() throws IOException {
        try (Program service = serveSocket("--metadata", "--tag=a b,c\"d", "--tag=e")) {
            String json = Files.readString(folder.resolve("a.json"));
            assertTrue(json.contains("\"tags\":[\"a b\",\"c\\\"d\",\"e\"]"), json);
            assertFalse(service.stderr().contains("picocli"), service::stderr);
        }
    }

    private void letOthersPass() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    }

    @Test
    void aModeThatKeepsOutWhomAnOptionLetsInIsSaid() throws IOException {
        letOthersPass();
        try (Program service = serveSocket("--allow-user=12345")) {
            assertTrue(
                    service.stderr()
                            .contains(
                                    "other users cannot connect: %s has the mode 0600"
                                            .formatted(socket())),
                    service::stderr);
        }
    }

    @Test
    void aGroupThatAUserIsNotInDoesNotLetThemIn() throws IOException {
        letOthersPass();
        try (Program service = serveSocket("--allow-user=12345", "--mode=0660")) {
            assertTrue(
                    service.stderr()
                            .contains(
                                    "other users cannot connect: %s has the mode 0660"
                                            .formatted(socket())),
                    service::stderr);
        }
    }

    @Test
    void aDirectoryThatKeepsThemOutIsSaid() {
        try (Program service = serveSocket("--allow-anyone", "--mode=0666")) {
            assertTrue(
                    service.stderr()
                            .contains(
                                    "other users cannot connect: %s has the mode 0700"
                                            .formatted(folder)),
                    service::stderr);
        }
    }

    @Test
    void nothingIsSaidWhereTheModesLetThemIn() throws IOException {
        requireRoot("to connect as another user");
        letOthersPass();
        try (Program service = serveSocket("--allow-user=65534", "--mode=0666")) {
            assertFalse(service.stderr().contains("WARN"), service::stderr);
            Program client =
                    Program.dist(
                                    "uds",
                                    "ipc",
                                    "send",
                                    "--type=health_check",
                                    "--socket=" + socket())
                            .asNobody()
                            .run();
            assertEquals(0, client.awaitExit(), client::stderr);
        }
    }
}
