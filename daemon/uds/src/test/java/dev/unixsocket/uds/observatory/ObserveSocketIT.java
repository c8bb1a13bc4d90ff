package dev.unixsocket.uds.observatory;

import static dev.unixsocket.testing.RequiredTools.requireRoot;
import static dev.unixsocket.testing.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;
import dev.unixsocket.uds.Spoken;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Where {@code uds observe} listens, and what it makes there. */
class ObserveSocketIT {

    private static final String HEALTHY = "{\"status\": \"ok\"}";
    private static final String VARIABLE = "CLAUDE_UNIX_HOOK_WATCHER";

    @TempDir Path folder;

    /** In the abstract namespace there are no folders. */
    private String name;

    private final ObserveProgram observatory = new ObserveProgram(() -> folder);

    @BeforeEach
    void name() {
        name = folder.toString();
    }

    @Test
    void theSocketIsTheOptionsElseTheVariables() {
        Path other = folder.resolve("other.sock");
        try (Program byOption =
                        observatory
                                .command()
                                .environment(VARIABLE, other.toString())
                                .start()
                                .awaitFile(observatory.socket());
                Program byVariable =
                        Program.dist("uds", "observe")
                                .environment(VARIABLE, other.toString())
                                .start()
                                .awaitFile(other)) {
            assertTrue(byOption.isAlive() && byVariable.isAlive());
        }
    }

    @Test
    void aSecondOneLeavesTheFirstOnesSocketsAlone() {
        requireTool("curl", "to see that the first still answers");
        try (Program first =
                observatory.start("--output-socket", observatory.outputSocket().toString())) {
            Program second = observatory.command().run();
            assertEquals(1, second.awaitExit());
            assertTrue(second.stderr().contains(Long.toString(first.pid())), second.stderr());
            Program other =
                    Program.dist(
                                    "uds",
                                    "observe",
                                    "--socket",
                                    folder.resolve("other.sock").toString(),
                                    "--output-socket",
                                    observatory.outputSocket().toString())
                            .run();
            assertEquals(1, other.awaitExit());
            assertFalse(Files.exists(folder.resolve("other.sock")));
            assertEquals(HEALTHY, observatory.get("/health"));
            assertTrue(
                    Files.exists(observatory.socket()) && Files.exists(observatory.outputSocket()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0888", "rw", "-1", "07777", ""})
    void aBadModeIsAWrongCommandLine(String mode) {
        Spoken observe = spoken("--mode=" + mode);
        assertEquals(2, observe.status());
        assertTrue(observe.stderr().contains("--mode"), observe.stderr());
        assertEquals(2, spoken("--output-mode=" + mode).status());
    }

    @Test
    void sendersAndReadersCannotShareASocket() {
        Path same = observatory.socket().resolve("../" + observatory.socket().getFileName());
        Spoken observe = spoken("--output-socket", same.toString());
        assertEquals(2, observe.status());
        assertTrue(observe.stderr().contains("need a socket each"), observe.stderr());
        assertFalse(observe.stderr().contains("listening"), observe.stderr());
    }

    @Test
    void aModeForNoOutputSocketIsAWrongCommandLine() {
        Spoken observe = spoken("--output-mode=0600");
        assertEquals(2, observe.status());
        assertTrue(observe.stderr().contains("--output-mode needs"), observe.stderr());
    }

    @Test
    void theLockFileOfAnotherUserIsNamedWithItsOwner() throws Exception {
        requireTool("setpriv", "to be another user");
        requireRoot("to be another user");
        Files.setAttribute(folder, "unix:mode", 01777); // as /tmp has it
        assertEquals(0, observatory.start().terminate());
        Program other = observatory.command().asNobody().run();
        assertEquals(1, other.awaitExit());
        assertTrue(
                other.stderr().contains(observatory.socket() + ".lock belongs to uid 0, not to"),
                other.stderr());
    }

    @Test
    void anEngineThatIsNoneIsNamedWithThoseThatAre() {
        Spoken observe = spoken("--engine=foo");
        assertEquals(2, observe.status());
        assertTrue(observe.stderr().contains("'foo' is no engine: ffm or netty"), observe.stderr());
    }

    @Test
    void theExampleOfTheHelpCanBeCopied() {
        String help = Spoken.uds("observe", "--help").stdout();
        assertTrue(help.contains("  curl --unix-socket /tmp/claude-observatory.sock \\\n"), help);
        assertTrue(
                help.contains("\n    -d '{\"a\": 1}' 'http://localhost/hook?event=Test'\n"), help);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffm", "netty"})
    void anAbstractNameIsForTheSameUserOnly(String engine) {
        requireTool("curl", "to ask for its health");
        try (Program observe = listenAbstractly("--engine", engine)) {
            assertEquals(HEALTHY, health().run().stdout());
            requireRoot("to be another user");
            assertEquals("", health().asNobody().run().stdout());
            assertEquals(0, observe.terminate());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffm", "netty"})
    void onAnAbstractNameTheMembersOfAGroupMaySendToo(String engine) {
        requireTool("curl", "to ask for its health");
        requireTool("setpriv", "to be another user");
        requireRoot("to be another user");
        try (Program _ = listenAbstractly("--engine", engine, "--group", "65533")) {
            assertEquals(HEALTHY, health().run().stdout());
            assertEquals(HEALTHY, health().under(inGroup("65533")).run().stdout());
            assertEquals("", health().under(inGroup("65532")).run().stdout());
        }
    }

    /** With it as a supplementary group. */
    private static String[] inGroup(String group) {
        return new String[] {"setpriv", "--reuid=65534", "--regid=65534", "--groups=" + group};
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffm", "netty"})
    void withAllowUserTheModeAloneLetsNobodyIn(String engine) throws IOException {
        requireTool("setpriv", "to be another user");
        requireRoot("to be another user");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Program observe =
                observatory.start("--engine", engine, "--mode=0666", "--allow-user=65534")) {
            observatory.curl("nobody", "").asNobody().run();
            observe.awaitStdout("\"_event\":\"nobody\"");
            Program other =
                    observatory
                            .curl("other", "")
                            .under("setpriv", "--reuid=65533", "--regid=65533", "--clear-groups")
                            .run();
            assertTrue(other.awaitExit() != 0, "another user was served");
        }
    }

    @Test
    void theGroupOfTheFileMaySend() throws IOException {
        requireTool("setpriv", "to be another user");
        requireRoot("to be another user");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Program observe = observatory.start("--group=65533")) {
            assertEquals(
                    "rw-rw----",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(observatory.socket())));
            observatory.curl("member", "").under(inGroup("65533")).run();
            observe.awaitStdout("\"_event\":\"member\"");
            assertTrue(observatory.curl("other", "").asNobody().run().awaitExit() != 0);
        }
    }

    @Test
    void readersOfAnAbstractNameAreOfTheSameUser() {
        requireTool("curl", "to send events");
        requireTool("socat", "to read an abstract name");
        try (Program _ = observatory.start("--output-abstract", name);
                Program reader =
                        Program.tool("socat", "-u", "ABSTRACT-CONNECT:" + name, "-").start()) {
            Program.await(
                    () -> {
                        observatory.curl("one", "").run();
                        return reader.stdout().contains("\"_event\":\"one\"");
                    },
                    "an event");
            requireRoot("to be another user");
            Program other =
                    Program.tool("socat", "-u", "ABSTRACT-CONNECT:" + name, "-").asNobody().run();
            assertEquals("", other.stdout());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffm", "netty"})
    void whatIsWrittenBesideTheSocketsIsRemovedAtTheEnd(String engine) throws IOException {
        Path pidFile = folder.resolve("observe.pid");
        Path about = folder.resolve("in.json");
        Path aboutOutput = folder.resolve("out.json");
        try (Program observe =
                observatory.start(
                        "--engine=" + engine,
                        "--pid-file=" + pidFile,
                        "--metadata",
                        "--tag=hooks",
                        "--output-socket",
                        observatory.outputSocket().toString())) {
            assertEquals(observe.pid() + "\n", Files.readString(pidFile));
            assertTrue(
                    Files.readString(about)
                            .contains("\"endpoints\":[\"POST /hook\",\"GET /health\"]"));
            String output = Files.readString(aboutOutput);
            assertTrue(output.contains("\"service\":\"observatory-output\""), output);
            assertTrue(output.contains("\"tags\":[\"hooks\"]"), output);
            assertEquals(0, observe.terminate());
        }
        for (Path file : List.of(pidFile, about, aboutOutput)) {
            assertTrue(Files.notExists(file), () -> file + " is still there");
        }
    }

    @Test
    void aLockIsHeldUnlessItIsSaidNotTo() {
        Path lock = folder.resolve("in.sock.lock");
        try (Program _ = observatory.start("--no-lock")) {
            assertTrue(Files.notExists(lock));
        }
        try (Program _ = observatory.start()) {
            assertTrue(Files.exists(lock));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--abstract=x, --socket is for a file: not with --abstract",
        "--output-socket=@x, --output-socket: @x is no path",
        "--output-abstract=, Invalid value for option",
        "--output-abstract=@x, write the name without @",
        "--output-socket=x --output-abstract=x,"
                + " --output-socket is for a file: not with --output-abstract",
        "--output-abstract=x --output-mode=0600,"
                + " --output-mode needs a socket file: only with --output-socket",
    })
    void anOptionThatMeansNothingBesideTheOthersIsAWrongCommandLine(
            String options, String message) {
        Spoken observe = spoken(options.split(" "));
        assertEquals(2, observe.status());
        assertTrue(observe.stderr().contains(message), observe.stderr());
    }

    /** What the command says with these options, which are wrong. */
    private Spoken spoken(String... options) {
        List<String> words = new ArrayList<>(List.of("observe"));
        words.add("--socket=" + observatory.socket());
        words.addAll(List.of(options));
        return Spoken.uds(words.toArray(String[]::new));
    }

    private Program listenAbstractly(String... options) {
        List<String> arguments = new ArrayList<>(List.of("observe", "--abstract", name));
        arguments.addAll(List.of(options));
        return Program.dist("uds", arguments.toArray(String[]::new))
                .start()
                .awaitStderr("listening on @" + name);
    }

    private Program.Builder health() {
        return Program.tool(
                "curl", "-s", "--abstract-unix-socket", name, "http://localhost/health");
    }
}
