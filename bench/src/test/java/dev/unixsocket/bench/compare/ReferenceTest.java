package dev.unixsocket.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.bench.RequiredTools;
import dev.unixsocket.bench.peer.Endpoint;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The C reference: that it compiles cleanly and makes the calls that ours makes. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReferenceTest {

    private static final String TRACED =
            "trace=socket,connect,accept,getsockopt,setsockopt,getuid,read,write,sendto,close";

    @TempDir private Path folder;

    @Test
    void itCompilesWithoutWarnings() throws IOException {
        RequiredTools.requireTool("cc", "to compile the C reference");
        ProcessBuilder build = new ProcessBuilder("src/main/c/build", folder.toString());
        build.environment().put("CFLAGS_EXTRA", "-Werror");
        Tools.run(build);
        assertTrue(Files.isExecutable(folder.resolve("reference-server")));
    }

    @Test
    void ourServerMakesTheSameCallsForAConnectionInTheSameOrder() throws Exception {
        assertEquals(
                String.join("\n", connection("c", "c", Side.SERVER)),
                String.join("\n", connection("ffm", "c", Side.SERVER)));
    }

    @Test
    void ourClientMakesTheSameCallsForAConnectionButSendsWithoutRiskOfASignal() throws Exception {
        String callsOfC = String.join("\n", connection("c", "c", Side.CLIENT));
        assertEquals(
                callsOfC.replaceFirst(
                        "write\\(FD, BYTES, (\\d+)\\)",
                        "sendto(FD, BYTES, $1, MSG_DONTWAIT|MSG_NOSIGNAL, NULL, 0)"),
                String.join("\n", connection("c", "ffm", Side.CLIENT)));
    }

    @Test
    void whoSpinsTriesWithoutWaitingAndThenLetsTheKernelWait() throws Exception {
        RequiredTools.requireTool("strace", "to see the system calls");
        RequiredTools.requireTool("cc", "to compile the C reference");
        Path trace = folder.resolve("trace");
        Endpoint endpoint = Endpoint.unix(folder.resolve("delayed.sock"));
        List<String> client = Peers.require("c-spin").client().client(endpoint);
        client.addAll(0, List.of("strace", "-e", "trace=recvfrom,read", "-o", trace.toString()));
        converse(
                Peers.require("ffm-delayed").server().server("echo", endpoint),
                client,
                "measure RoundTrip 64 1 1 1\n");
        String calls = Files.readString(trace);
        assertTrue(
                Pattern.compile(
                                "recvfrom\\((\\d+), .*, 64, MSG_DONTWAIT, .* = -1 EAGAIN.*\n"
                                        + "read\\(\\1, .* = 64\n")
                        .matcher(calls)
                        .find(),
                calls);
    }

    private enum Side {
        SERVER("accept("),
        CLIENT("socket(AF_UNIX");

        private final String firstCall;

        Side(String firstCall) {
            this.firstCall = firstCall;
        }
    }

    /** The system calls that one side makes for a connection, without what varies. */
    private List<String> connection(String serverPeer, String clientPeer, Side side)
            throws Exception {
        RequiredTools.requireTool("strace", "to see the system calls");
        RequiredTools.requireTool("cc", "to compile the C reference");
        Path trace = folder.resolve("trace-" + serverPeer + "-" + clientPeer);
        Path own = Files.createDirectories(folder.resolve("s"));
        Endpoint endpoint = Endpoint.unix(own.resolve(serverPeer + ".sock"));
        List<String> server = Peers.require(serverPeer).server().server("weve", endpoint);
        List<String> client = Peers.require(clientPeer).client().client(endpoint);
        List<String> strace =
                List.of("strace", "-f", "--seccomp-bpf", "-e", TRACED, "-o", trace.toString());
        (side == Side.SERVER ? server : client).addAll(0, strace);
        converse(server, client, "measure ConnectPerRequest 12336 1 1 1\n");
        List<List<String>> connections = connections(Files.readAllLines(trace), side);
        // A client's C library may have asked other servers before.
        return side == Side.SERVER ? connections.getFirst() : connections.getLast();
    }

    /** Starts both and lets the client measure twice. */
    private static void converse(List<String> server, List<String> client, String command)
            throws Exception {
        Process serving = start(server);
        try (BufferedReader ready = serving.inputReader()) {
            assertStartsWith("ready", ready.readLine());
            ask(client, command);
            serving.getOutputStream().close();
            assertTrue(serving.waitFor(1, TimeUnit.MINUTES), "the server does not end");
        } finally {
            serving.destroyForcibly();
        }
    }

    private static void ask(List<String> client, String command) throws Exception {
        Process asking = start(client);
        try {
            try (OutputStream commands = asking.getOutputStream()) {
                // Two, so that the server has finished with the first when it is killed.
                commands.write(command.repeat(2).getBytes(StandardCharsets.US_ASCII));
                commands.flush();
                assertStartsWith("samples 1 ", asking.inputReader().readLine());
            }
            assertTrue(asking.waitFor(1, TimeUnit.MINUTES), "the client does not end");
            assertEquals(0, asking.exitValue());
        } finally {
            asking.destroyForcibly();
        }
    }

    private static void assertStartsWith(String expected, String line) {
        assertTrue(
                line != null && line.startsWith(expected), () -> expected + " expected: " + line);
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    /** Each from the call that makes its descriptor to the one that closes it. */
    private static List<List<String>> connections(List<String> lines, Side side) {
        Pattern made = Pattern.compile("^(\\d+) +.*= (\\d+)$");
        List<List<String>> connections = new ArrayList<>();
        List<String> calls = new ArrayList<>();
        String thread = "";
        String fd = "";
        for (String line : lines) {
            Matcher result = made.matcher(line);
            boolean makes =
                    line.contains(side.firstCall)
                            || side == Side.SERVER && line.contains("accept resumed");
            if (makes && result.matches()) {
                calls = new ArrayList<>();
                thread = result.group(1);
                fd = result.group(2);
            } else if (line.startsWith(thread + " ")
                    && (line.contains("(" + fd + ",")
                            || line.contains("(" + fd + ")")
                            || line.contains(" getuid()"))) {
                calls.add(withoutWhatVaries(line, fd));
                if (calls.getLast().startsWith("close(FD)")) {
                    connections.add(calls);
                    fd = "none";
                }
            }
        }
        return connections;
    }

    private static String withoutWhatVaries(String line, String fd) {
        return line.replaceFirst("^\\d+ +", "")
                .replaceFirst("\\(" + fd + "\\b", "(FD")
                .replaceAll("\"[^\"]*\"(\\.\\.\\.)?", "BYTES")
                .replaceAll("pid=\\d+", "pid")
                .replaceAll(" <unfinished \\.\\.\\.>", "")
                .replaceAll(" +=", " =");
    }
}
