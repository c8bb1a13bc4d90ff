package dev.unixsocket.uds.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RequiredTools;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whoever waits for the socket file connects as soon as it is there, and is refused until
 * listen(2). Between bind(2) and listen(2) the thread neither waits for another nor touches a class
 * for the first time: with each class that is loaded or initialized written to a file, it writes
 * nothing.
 *
 * <p>The JVM interprets: a method that becomes due for compilation just then would go into the
 * compiler's queue, whose lock a compiler thread may hold for some microseconds, and the program
 * cannot say when that is. For the same reason one start of three without such a call is enough:
 * what the program does itself, it does at each.
 */
class BindToListenIT {

    /** Waiting for a thread, making one, and reading or reporting a class. */
    private static final Pattern TAKES_TIME =
            Pattern.compile("futex\\(.*FUTEX_WAIT.*|(clone3?|openat|read|pread64|write|mmap)\\(.*");

    private static final int STARTS = 3;

    @TempDir Path temporary;

    @ParameterizedTest
    @ValueSource(strings = {"", "--lock"})
    void nothingIsWaitedForOrLoaded(String option) throws IOException {
        RequiredTools.requireTool("strace", "to see the system calls of the daemon");
        List<List<String>> starts = new ArrayList<>();
        do {
            starts.add(slowCallsOfAStart(option, "trace" + starts.size()));
        } while (!starts.getLast().isEmpty() && starts.size() < STARTS);
        assertEquals(List.of(), starts.getLast(), starts::toString);
    }

    private List<String> slowCallsOfAStart(String option, String name) throws IOException {
        Path trace = Files.createDirectory(temporary.resolve(name));
        String[] arguments = option.isEmpty() ? new String[0] : new String[] {option};
        try (Program daemon =
                Program.dist("weave-compute", arguments)
                        .environment("XDG_RUNTIME_DIR", temporary.toString())
                        .environment(
                                "UDS_JAVA_OPTIONS",
                                "-Xint -Xlog:class+load,class+init:file="
                                        + temporary.resolve("classes"))
                        .under(
                                "strace",
                                "--follow-forks",
                                "--output-separately",
                                "--output=" + trace.resolve("thread"),
                                "--quiet=all")
                        .start()) {
            daemon.awaitStderr("listening on");
            daemon.children().findFirst().orElseThrow().destroy(); // strace ends with it
            assertEquals(0, daemon.awaitExit(), daemon::stderr);
            return slowCalls(trace);
        }
    }

    private static List<String> slowCalls(Path trace) throws IOException {
        try (Stream<Path> files = Files.list(trace)) {
            for (Path file : files.toList()) {
                List<String> calls = Files.readAllLines(file);
                if (calls.stream().anyMatch(call -> call.startsWith("listen("))) {
                    return calls.stream()
                            .dropWhile(call -> !call.startsWith("bind("))
                            .takeWhile(call -> !call.startsWith("listen("))
                            .filter(call -> TAKES_TIME.matcher(call).matches())
                            .toList();
                }
            }
        }
        throw new AssertionError("no thread called listen(2)");
    }
}
