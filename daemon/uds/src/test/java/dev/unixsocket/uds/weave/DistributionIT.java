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

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
        buildBackend("failing", "throw new java.io.IOException(\"no such GPU\");");
        try (RunningDaemon daemon = startCopy()) {
            assertEquals(99, errorOf(daemon));
            daemon.program().awaitStderr("no such GPU");
            assertEquals(99, errorOf(daemon));
        }
    }

    @Test
    void aBackendThatRunsOutOfMemoryIsAnsweredWithError8() throws Exception {
        buildBackend("greedy", "throw new OutOfMemoryError(\"too many pixels\");");
        try (RunningDaemon daemon = startCopy()) {
            assertEquals(8, errorOf(daemon));
            assertEquals(8, errorOf(daemon));
        }
    }

    @Test
    void aBackendMayAnswerWithAnErrorOfItsOwn() throws Exception {
        buildBackend(
                "busy",
                "throw new RequestRefusedException(ErrorCode.GPU_ERROR, \"the GPU is asleep\");");
        try (RunningDaemon daemon = startCopy()) {
            assertEquals(9, errorOf(daemon));
        }
    }

    @Test
    void aBackendThatGivesNoReasonIsAnsweredAllTheSame() throws Exception {
        buildBackend("silent", "throw new RequestRefusedException(ErrorCode.GPU_ERROR, null);");
        try (RunningDaemon daemon = startCopy()) {
            assertEquals(9, errorOf(daemon));
            daemon.program().awaitStderr("WARN weave: the backend failed");
        }
    }

    @Test
    void aBackendThatCannotBeMadeIsOneSentenceAndNoSocket() throws Exception {
        buildBackend("broken", "}\n{ if (true) throw new IllegalStateException(\"no model\");");
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
    void aBackendMayTakeItsTimeToStart() throws Exception {
        buildBackend(
                "slow", "}\n{ java.util.concurrent.locks.LockSupport.parkNanos(6_000_000_000L);");
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
        buildBackend("one", "");
        buildBackend("two", "");
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

    /** A module with a backend, compiled and put where the distribution looks for it. */
    private void buildBackend(String name, String body) throws IOException {
        Path sources = Files.createDirectories(elsewhere.resolve(name).resolve(name));
        Path moduleInfo = sources.resolveSibling("module-info.java");
        Files.writeString(
                moduleInfo,
                """
                module %1$s {
                    requires dev.unixsocket.services;
                    provides dev.unixsocket.services.weave.GenerateBackend with %1$s.Backend;
                }
                """
                        .formatted(name));
        Path backend = sources.resolve("Backend.java");
        Files.writeString(
                backend,
                """
                package %s;

                import dev.unixsocket.services.weave.*;
                import java.lang.foreign.MemorySegment;

                public class Backend implements GenerateBackend {
                    public void generate(RequestView request, long seed, MemorySegment pixels)
                            throws Exception {
                        %s
                    }
                }
                """
                        .formatted(name, body));
        Path classes = elsewhere.resolve(name + "-classes");
        compile(classes, List.of(moduleInfo, backend));
        jdkTool(
                "jar",
                "--create",
                "--file=" + copy.resolve("lib").resolve(name + ".jar"),
                "-C",
                classes.toString(),
                ".");
    }

    private static void compile(Path classes, List<Path> sources) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("-d", classes.toString(), "--module-path"));
        arguments.add(System.getProperty("jdk.module.path"));
        sources.forEach(source -> arguments.add(source.toString()));
        jdkTool("javac", arguments.toArray(String[]::new));
    }

    private static void jdkTool(String name, String... arguments) {
        Path tool = Path.of(System.getProperty("java.home"), "bin", name);
        Program program = Program.tool(tool.toString(), arguments).run();
        assertEquals(0, program.awaitExit(), program::stderr);
    }
}
