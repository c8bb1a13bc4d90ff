package dev.unixsocket.uds.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The distribution on another machine, or as near as this one comes to it. */
class DistributionIT {

    @TempDir Path elsewhere;

    private Path copy;

    @BeforeEach
    void copyIt() {
        copy = elsewhere.resolve("a place with spaces");
        Program.tool("cp", "-r", Program.dist().toString(), copy.toString()).run();
    }

    @Test
    void aCopyRunsWithNothingButAShell() {
        Program demo =
                Program.tool(
                                "env",
                                "-i",
                                "PATH=/usr/bin:/bin",
                                copy.resolve("bin/uds").toString(),
                                "demo",
                                "--out=" + elsewhere.resolve("picture.png"))
                        .run();
        assertEquals(0, demo.awaitExit(), demo::stderr);
        assertEquals("", demo.stderr());
        assertTrue(Files.exists(elsewhere.resolve("picture.png")));
    }

    /** Less than half of what it had with every module, line number and symbol. */
    @Test
    void itTakesLessThan78MillionBytes() throws IOException {
        try (Stream<Path> files = Files.walk(Program.dist())) {
            long bytes = files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
            assertTrue(bytes < 78_000_000, () -> bytes + " bytes");
        }
    }

    /** Its native libraries are files of its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ipc serve --database %1$s/db --socket %1$s/s",
                "observe --engine netty --socket %1$s/s"
            })
    void aServiceNeedsNoDirectoryForTemporaryFiles(String command) {
        try (Program service =
                Program.dist("uds", command.formatted(elsewhere).split(" "))
                        .environment("UDS_JAVA_OPTIONS", "-Djava.io.tmpdir=/nonexistent")
                        .start()
                        .awaitListener(elsewhere.resolve("s"))) {
            assertEquals(0, service.terminate(), service::stderr);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "weave-compute, --version, dev.unixsocket.uds.weave.WeaveCompute source: shared objects"
                + " file",
        "uds, --help, picocli.CommandLine source: shared objects file"
    })
    void aCopyStillTakesItsClassesFromTheCaches(String program, String option, String loaded) {
        Program version =
                Program.tool(copy.resolve("bin").resolve(program).toString(), option)
                        .environment("UDS_JAVA_OPTIONS", "-Xshare:on -Xlog:class+load")
                        .run();
        assertEquals(0, version.awaitExit(), () -> version.stdout() + version.stderr());
        assertTrue(version.stdout().contains(loaded), version::stdout);
    }

    /** Java takes no cache that names another one by a path that is gone, and prints four lines. */
    @Test
    void noCacheNamesAPlaceWhichACopyWouldNeed() throws IOException {
        byte[] cache = Files.readAllBytes(copy.resolve("lib/uds.jsa"));
        String text = new String(cache, StandardCharsets.ISO_8859_1);
        assertFalse(text.contains("weave-compute.aot"));
        assertFalse(Files.exists(copy.resolve("runtime/lib/server/classes.jsa")));
    }

    @Test
    void itRunsThroughASymbolicLinkAndByTheNameOfTheOriginal() throws IOException {
        Path link =
                Files.createSymbolicLink(
                        elsewhere.resolve("weave-compute"), copy.resolve("bin/weave-compute"));
        Program help = Program.tool(link.toString(), "--help").run();
        assertEquals(0, help.awaitExit(), help::stderr);
        assertTrue(help.stdout().startsWith("Usage: weave-compute"), help::stdout);
    }

    @Test
    void aBackendOnTheModulePathTakesThePlaceOfTheTestPattern() throws Exception {
        BackendJar.build(
                elsewhere, copy, "failing", "throw new java.io.IOException(\"no such GPU\");");
        try (RunningDaemon daemon = startCopy()) {
            assertEquals(99, errorOf(daemon));
            daemon.program().awaitStderr("no such GPU");
            daemon.program().awaitStderr("(Responder.java:"); // and the line
            assertEquals(99, errorOf(daemon));
        }
    }

    @Test
    void aBackendThatRunsOutOfMemoryIsAnsweredWithError8() throws Exception {
        BackendJar.build(
                elsewhere, copy, "greedy", "throw new OutOfMemoryError(\"too many pixels\");");
        try (RunningDaemon daemon = startCopy()) {
            assertEquals(8, errorOf(daemon));
            assertEquals(8, errorOf(daemon));
        }
    }

    @Test
    void aBackendMayAnswerWithAnErrorOfItsOwn() throws Exception {
        BackendJar.build(
                elsewhere,
                copy,
                "busy",
                "throw new RequestRefusedException(ErrorCode.GPU_ERROR, \"the GPU is asleep\");");
        try (RunningDaemon daemon = startCopy()) {
            assertEquals(9, errorOf(daemon));
        }
    }

    @Test
    void aBackendThatGivesNoReasonIsAnsweredAllTheSame() throws Exception {
        BackendJar.build(
                elsewhere,
                copy,
                "silent",
                "throw new RequestRefusedException(ErrorCode.GPU_ERROR, null);");
        try (RunningDaemon daemon = startCopy()) {
            assertEquals(9, errorOf(daemon));
            daemon.program().awaitStderr("WARN weave: the backend failed");
        }
    }

    @Test
    void aBackendThatCannotBeMadeIsOneSentenceAndNoSocket() throws Exception {
        BackendJar.build(
                elsewhere,
                copy,
                "broken",
                "}\n{ if (true) throw new IllegalStateException(\"no model\");");
        Program daemon =
                Program.tool(copy.resolve("bin/weave-compute").toString())
                        .environment("XDG_RUNTIME_DIR", elsewhere.toString())
                        .run();
        assertEquals(1, daemon.awaitExit());
        assertEquals(
                "the backend broken.Backend could not be made:"
                        + " java.lang.IllegalStateException: no model\n",
                daemon.stderr());
        assertFalse(Files.exists(RunningDaemon.socketIn(elsewhere)));
    }

    @Test
    void aBackendMayTakeLongerPromptsThanTheOriginal() throws Exception {
        BackendJar.build(elsewhere, copy, "wordy", "}\npublic int maxPromptBytes() { return 2048;");
        RawRequest request = new RawRequest();
        request.promptData = new byte[3000];
        request.prompts = new int[] {0, 2048, 0, 2048, 0, 2048};
        try (RunningDaemon daemon = startCopy()) {
            assertEquals(48 + 64 * 64 * 3, daemon.exchange(request.bytes()).length);
            request.prompts[1] = 2049;
            assertEquals(4, ByteBuffer.wrap(daemon.exchange(request.bytes())).getInt(28));
        }
    }

    @Test
    void aBackendThatTakesLongerPromptsThanTheProtocolHasIsRefused() throws Exception {
        BackendJar.build(
                elsewhere, copy, "verbose", "}\npublic int maxPromptBytes() { return 2049;");
        Program daemon =
                Program.tool(copy.resolve("bin/weave-compute").toString())
                        .environment("XDG_RUNTIME_DIR", elsewhere.toString())
                        .run();
        assertEquals(1, daemon.awaitExit());
        assertEquals(
                "the backend takes prompts of at most 2049 bytes; it must take 256, up to 2048\n",
                daemon.stderr());
    }

    @Test
    void aBackendMayTakeItsTimeToStart() throws Exception {
        BackendJar.build(
                elsewhere,
                copy,
                "slow",
                "}\n{ java.util.concurrent.locks.LockSupport.parkNanos(6_000_000_000L);");
        try (RunningDaemon daemon = startCopy()) {
            assertEquals(48 + 64 * 64 * 3, daemon.exchange(new RawRequest().bytes()).length);
        }
    }

    @Test
    void withTooLittleMemoryForThePictureTheAnswerIsError8() throws IOException {
        RawRequest large = new RawRequest();
        large.width = 1856;
        large.height = 1856;
        try (Program program =
                Program.dist("weave-compute")
                        .environment("XDG_RUNTIME_DIR", elsewhere.toString())
                        .environment("UDS_JAVA_OPTIONS", "-XX:MaxDirectMemorySize=4m")
                        .start()
                        .awaitStderr("listening on")) {
            RunningDaemon daemon = new RunningDaemon(program, RunningDaemon.socketIn(elsewhere));
            byte[] answer = daemon.exchange(large.bytes());
            assertEquals(8, ByteBuffer.wrap(answer).getInt(28));
            assertEquals(48 + 64 * 64 * 3, daemon.exchange(new RawRequest().bytes()).length);
        }
    }

    @Test
    void twoBackendsAreRefusedByName() throws Exception {
        BackendJar.build(elsewhere, copy, "one", "");
        BackendJar.build(elsewhere, copy, "two", "");
        Program daemon =
                Program.tool(copy.resolve("bin/weave-compute").toString())
                        .environment("XDG_RUNTIME_DIR", elsewhere.toString())
                        .run();
        assertEquals(1, daemon.awaitExit());
        assertTrue(daemon.stderr().startsWith("more than one backend"), daemon::stderr);
        assertTrue(daemon.stderr().contains("one.Backend"), daemon::stderr);
        assertTrue(daemon.stderr().contains("two.Backend"), daemon::stderr);
    }

    private RunningDaemon startCopy() {
        Program program =
                Program.tool(copy.resolve("bin/weave-compute").toString())
                        .environment("XDG_RUNTIME_DIR", elsewhere.toString())
                        .start()
                        .awaitStderr("listening on");
        return new RunningDaemon(program, RunningDaemon.socketIn(elsewhere));
    }

    private static int errorOf(RunningDaemon daemon) throws IOException {
        byte[] answer = daemon.exchange(new RawRequest().bytes());
        return ByteBuffer.wrap(answer).getInt(28);
    }
}
