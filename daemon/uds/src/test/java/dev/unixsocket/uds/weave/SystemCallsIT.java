package dev.unixsocket.uds.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RequiredTools;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The thread that serves makes the system calls of the C original, with its arguments and in its
 * order, and no others on the socket, its directory or a connection. The expected lists are those
 * that {@code strace} shows of the original.
 */
class SystemCallsIT {

    private static final List<String> SERVED =
            List.of(
                    "accept(L, NULL, NULL) = C",
                    "getsockopt(C, SOL_SOCKET, SO_PEERCRED, 12) = 0",
                    "getuid()",
                    "setsockopt(C, SOL_SOCKET, SO_RCVTIMEO, 60 s, 16) = 0",
                    "setsockopt(C, SOL_SOCKET, SO_SNDTIMEO, 5 s, 16) = 0",
                    "read(C, 16) = 16",
                    "read(C, 75) = 75",
                    "write(C, 12336) = 12336",
                    "close(C) = 0");

    private static final List<String> BOUND =
            List.of(
                    "socket(AF_UNIX, SOCK_STREAM, 0) = L",
                    "bind(L, SOCKET, 110) = 0",
                    "chmod(SOCKET, 0600) = 0",
                    "listen(L, 5) = 0");

    private static final List<String> STOPPED =
            List.of("accept(L, NULL, NULL) = EINVAL", "close(L) = 0", "unlink(SOCKET) = 0");

    @TempDir Path temporary;

    private Path runtimeDirectory;
    private Path trace;

    @BeforeEach
    void requireStrace() throws IOException {
        RequiredTools.requireTool("strace", "to see the system calls of the daemon");
        runtimeDirectory = Files.createDirectory(temporary.resolve("run"));
        trace = Files.createDirectory(temporary.resolve("trace"));
    }

    @Test
    void aStartWhereNothingIsThere() throws IOException {
        List<String> expected = new ArrayList<>();
        expected.add("stat(DIRECTORY) = ENOENT");
        expected.add("mkdir(DIRECTORY, 0700) = 0");
        expected.add("stat(SOCKET) = ENOENT");
        expected.addAll(BOUND);
        expected.addAll(STOPPED);
        assertEquals(expected, callsWhile(daemon -> {}));
    }

    @Test
    void aStartWhereAStaleFileIs() throws IOException {
        try (RunningDaemon killed = RunningDaemon.start(runtimeDirectory)) {
            killed.program().kill();
        }
        Files.setPosixFilePermissions(
                runtimeDirectory.resolve("weave"), PosixFilePermissions.fromString("rwxr-x---"));
        List<String> expected = new ArrayList<>();
        expected.add("stat(DIRECTORY) = 0");
        expected.add("chmod(DIRECTORY, 0700) = 0");
        expected.add("stat(SOCKET) = 0");
        expected.add("socket(AF_UNIX, SOCK_STREAM, 0) = L");
        expected.add("connect(L, SOCKET, 110) = ECONNREFUSED");
        expected.add("close(L) = 0");
        expected.add("unlink(SOCKET) = 0");
        expected.addAll(BOUND);
        expected.addAll(STOPPED);
        assertEquals(expected, callsWhile(daemon -> {}));
    }

    /** It asks the live daemon for its PID, which the original cannot tell; the rest is alike. */
    @Test
    void aStartWhereALiveDaemonIs() throws IOException {
        try (RunningDaemon live = RunningDaemon.start(runtimeDirectory)) {
            assertEquals(1, traced().run().awaitExit());
            assertEquals(
                    List.of(
                            "stat(DIRECTORY) = 0",
                            "stat(SOCKET) = 0",
                            "socket(AF_UNIX, SOCK_STREAM, 0) = L",
                            "connect(L, SOCKET, 110) = 0",
                            "getsockopt(L, SOL_SOCKET, SO_PEERCRED, 12) = 0",
                            "close(L) = 0",
                            "socket(AF_UNIX, SOCK_STREAM, 0) = L",
                            "bind(L, SOCKET, 110) = EADDRINUSE",
                            "close(L) = 0"),
                    callsOf("bind("));
            assertEquals(48 + 64 * 64 * 3, live.exchange(new RawRequest().bytes()).length);
        }
    }

    @Test
    void eachConnectionThatIsServed() throws IOException {
        List<String> expected = new ArrayList<>();
        expected.addAll(SERVED);
        expected.addAll(SERVED);
        expected.addAll(STOPPED);
        List<String> calls =
                callsWhile(
                        daemon -> {
                            daemon.exchange(new RawRequest().bytes());
                            daemon.exchange(new RawRequest().bytes());
                        });
        assertEquals(expected, calls.subList(calls.indexOf("listen(L, 5) = 0") + 1, calls.size()));
    }

    /** It tries first, and lets the kernel wait after the budget; the rest is alike. */
    @Test
    void withSpinEachWaitBeginsWithTriesThatDoNotWait() throws IOException {
        List<String> calls =
                callsWhile(
                        daemon -> {
                            // One of many clients sends within the budget, however busy it is here.
                            for (int i = 0; i < 50; i++) {
                                byte[] request = new RawRequest().bytes();
                                assertEquals(48 + 64 * 64 * 3, daemon.exchange(request).length);
                            }
                        },
                        "--spin=2ms");
        assertTrue(calls.contains("accept(L, NULL, NULL) = EAGAIN"), calls::toString);
        assertTrue(
                calls.stream()
                        .anyMatch(call -> call.matches("recvfrom\\(C, .*MSG_DONTWAIT.* = 16")),
                calls::toString);
        assertEquals(STOPPED.subList(1, 3), calls.subList(calls.size() - 2, calls.size()));
    }

    @Test
    void aRefusedPeer() throws IOException {
        RequiredTools.requireRoot("to become another user");
        RequiredTools.requireTool("setpriv", "to become another user");
        RequiredTools.requireTool("socat", "to connect as another user");
        List<String> expected =
                Stream.concat(
                                Stream.of(
                                        "accept(L, NULL, NULL) = C",
                                        "getsockopt(C, SOL_SOCKET, SO_PEERCRED, 12) = 0",
                                        "getuid()",
                                        "close(C) = 0"),
                                STOPPED.stream())
                        .toList();
        List<String> calls = callsWhile(this::connectAsNobody);
        assertEquals(expected, calls.subList(calls.indexOf("listen(L, 5) = 0") + 1, calls.size()));
    }

    private void connectAsNobody(RunningDaemon daemon) throws IOException {
        for (Path path : List.of(temporary, runtimeDirectory, daemon.socket().getParent())) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.setPosixFilePermissions(
                daemon.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
        Program.tool("socat", "-u", "UNIX:" + daemon.socket(), "-").asNobody().run();
    }

    private interface Work {
        void with(RunningDaemon daemon) throws IOException;
    }

    private List<String> callsWhile(Work work, String... options) throws IOException {
        try (Program strace = traced(options).start().awaitStderr("listening on")) {
            RunningDaemon daemon =
                    new RunningDaemon(strace, RunningDaemon.socketIn(runtimeDirectory));
            work.with(daemon);
            ProcessHandle traced = strace.children().findFirst().orElseThrow();
            Program.await(
                    () ->
                            options.length == 0
                                    ? CallUnderWay.isAccept(traced.pid())
                                    : CallUnderWay.isPoll(traced.pid()),
                    "a thread that waits for a connection");
            traced.destroy(); // strace ends with it
            assertEquals(0, strace.awaitExit(), strace::stderr);
        }
        return callsOf("listen(");
    }

    private Program.Builder traced(String... options) {
        return Program.dist("weave-compute", options)
                .environment("XDG_RUNTIME_DIR", runtimeDirectory.toString())
                .under(
                        "strace",
                        "--follow-forks",
                        "--output-separately",
                        "--output=" + trace.resolve("thread"),
                        "--string-limit=200",
                        "--trace=%file,%network,read,write,close,getuid",
                        "--quiet=all");
    }

    /** The calls of the thread that made the call which tells it from the others. */
    private List<String> callsOf(String tell) throws IOException {
        try (Stream<Path> files = Files.list(trace)) {
            for (Path file : files.toList()) {
                List<String> lines = Files.readAllLines(file);
                if (lines.stream().anyMatch(line -> line.startsWith(tell))) {
                    return new Calls().of(lines);
                }
            }
        }
        throw new AssertionError("no thread called " + tell);
    }

    /** Picks the calls that matter out of a trace, and gives paths and descriptors names. */
    private final class Calls {

        private static final Pattern CALL =
                Pattern.compile("(\\w+)\\((.*)\\)\\s+= (-?\\d+)(?: (\\w+) \\(.*\\))?");

        private final Map<String, String> descriptors = new HashMap<>();
        private final List<String> kept = new ArrayList<>();

        List<String> of(List<String> lines) {
            lines.stream().map(CALL::matcher).filter(Matcher::matches).forEach(this::keep);
            return kept;
        }

        private void keep(Matcher call) {
            String name = portable(call.group(1));
            String arguments = call.group(2);
            String result = call.group(4) != null ? call.group(4) : call.group(3);
            String first = descriptors.get(arguments.split(",")[0]);
            switch (name) {
                case "socket" -> {
                    if (arguments.equals("AF_UNIX, SOCK_STREAM, 0")) {
                        descriptors.put(result, "L");
                        kept.add("socket(" + arguments + ") = L");
                    }
                }
                case "accept" -> {
                    boolean accepted = call.group(4) == null;
                    if (accepted) {
                        descriptors.put(result, "C");
                    }
                    kept.add("accept(L, NULL, NULL) = " + (accepted ? "C" : result));
                }
                case "getuid" -> {
                    if (descriptors.containsValue("C")) {
                        kept.add("getuid()");
                    }
                }
                case "close" -> {
                    if (first != null) {
                        kept.add("close(" + first + ") = " + result);
                        descriptors.remove(arguments);
                    }
                }
                default -> keepIfAboutTheSocket(name, arguments, first, result);
            }
        }

        /** By the names of C: libc makes calls with a directory of some. */
        private static String portable(String name) {
            return switch (name) {
                case "newfstatat" -> "stat";
                case "mkdirat" -> "mkdir";
                case "fchmodat" -> "chmod";
                case "unlinkat" -> "unlink";
                default -> name;
            };
        }

        private void keepIfAboutTheSocket(
                String name, String arguments, String first, String result) {
            String text = arguments;
            if (first != null) {
                text = first + text.substring(text.indexOf(','));
            } else if (name.equals("write") || !text.contains(runtimeDirectory + "/weave")) {
                return; // a write without a descriptor of ours is a line of the log
            }
            Path socket = RunningDaemon.socketIn(runtimeDirectory);
            text =
                    text.replace("{sa_family=AF_UNIX, sun_path=\"" + socket + "\"}", "SOCKET")
                            .replace("\"" + socket + "\"", "SOCKET")
                            .replace("\"" + socket.getParent() + "\"", "DIRECTORY")
                            .replace("AT_FDCWD, ", "")
                            .replaceAll("SOCKET, 0$", "SOCKET") // the flags of unlinkat
                            .replace("TIMEO_OLD", "TIMEO")
                            .replaceAll("\"<(\\\\0){15}\"", "60 s")
                            .replaceAll("\"\\\\5(\\\\0){15}\"", "5 s");
            text =
                    switch (name) {
                        case "stat" -> text.split(",")[0];
                        case "read", "write" -> text.replaceAll(", .*, ", ", ");
                        case "getsockopt" -> text.replaceAll("\\{.*}, \\[12]", "12");
                        default -> text;
                    };
            kept.add(name + "(" + text + ") = " + result);
        }
    }
}
