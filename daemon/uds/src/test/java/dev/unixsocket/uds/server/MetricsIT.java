package dev.unixsocket.uds.server;

import static dev.unixsocket.testing.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.services.wire.Json;
import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What {@code --metrics-socket} shows, as Prometheus and an operator would read it. */
class MetricsIT {

    private static final Path DASHBOARD = Path.of("../../docs/grafana-dashboard.json");

    /** A line of the text format that is no comment. */
    private static final String SAMPLE =
            "unixsocket_[a-z_]+\\{([a-z]+=\"[^\"]*\",?)+} [-+.0-9eEInf]+";

    @TempDir Path folder;

    @BeforeEach
    void tools() {
        requireTool("curl", "to ask for metrics");
    }

    private String option() {
        return "--metrics-socket=" + socket();
    }

    private Path socket() {
        return folder.resolve("metrics.sock");
    }

    private String metrics() {
        Program curl =
                Program.tool(
                                "curl",
                                "-sSf",
                                "--unix-socket",
                                socket().toString(),
                                "http://localhost/metrics")
                        .run();
        assertEquals(0, curl.awaitExit(), curl::stderr);
        return curl.stdout();
    }

    /** The sum of all samples of that name whose labels hold a text. */
    private static double value(String text, String name, String label) {
        return text.lines()
                .filter(line -> line.startsWith("unixsocket_" + name + "{"))
                .filter(line -> line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf('}') + 2)))
                .sum();
    }

    @ParameterizedTest
    @EnumSource(names = {"WEAVE", "IPC", "EVENTS", "OBSERVE", "OBSERVE_NETTY"})
    void aServiceCountsWhatItDoes(Service service) {
        try (Program program = service.start(folder, option())) {
            String before = metrics();
            assertEquals(0, value(before, "connections_total", ""), before);
            assertEquals(0, service.ask(folder));
            Program.await(
                    () -> value(metrics(), "connections_open", "") == 0,
                    "an end of the connection");
            String text = metrics();
            assertEquals(1, value(text, "connections_total", ""), text);
            assertTrue(value(text, "request_duration_seconds_count", "") >= 1, text);
            assertTrue(value(text, "received_bytes_total", "") > 0, text);
            assertTrue(value(text, "sent_bytes_total", "") > 0, text);
            assertEquals(0, value(text, "queued_messages", ""), text);
            assertTrue(value(text, "open_descriptors", "") > 3, text);
            List<String> odd =
                    text.lines()
                            .filter(line -> !line.startsWith("# HELP unixsocket_"))
                            .filter(line -> !line.startsWith("# TYPE unixsocket_"))
                            .filter(line -> !line.matches(SAMPLE))
                            .toList();
            assertEquals(List.of(), odd);
            assertEquals(0, program.terminate());
            assertTrue(Files.notExists(socket()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WEAVE", "OBSERVE_NETTY"})
    void aMetricsSocketThatIsGoneIsMadeAnewBySigusr1(Service service) throws IOException {
        try (Program program = service.start(folder, option())) {
            Object mode = Files.getAttribute(socket(), "unix:mode");
            assertEquals(0, service.ask(folder));
            for (int times = 0; times < 2; times++) {
                Files.delete(socket());
                program.signal("USR1");
                program.awaitFile(socket());
                assertEquals(1, value(metrics(), "connections_total", ""));
                assertEquals(mode, Files.getAttribute(socket(), "unix:mode"));
            }
            program.awaitStderr("was gone, made anew: " + socket());
            assertEquals(0, program.terminate());
            assertTrue(Files.notExists(socket()));
            assertFalse(program.stderr().contains("ERROR"), program::stderr);
        }
    }

    @Test
    void itIsWhatPrometheusItselfTakes() {
        requireTool("promtool", "to check the format");
        try (Program _ = Service.WEAVE.start(folder, option())) {
            assertEquals(0, Service.WEAVE.ask(folder));
            Program check = Program.tool("promtool", "check", "metrics").start();
            check.input(metrics().getBytes(StandardCharsets.UTF_8));
            check.closeInput();
            assertEquals(0, check.awaitExit(), () -> check.stdout() + check.stderr());
        }
    }

    @Test
    void errorsAndRefusalsAreCountedByTheirReason() {
        try (Program _ = Service.WEAVE.start(folder, option())) {
            String path = Service.WEAVE.socketIn(folder).toString();
            assertEquals(0, Program.dist("uds", "ping", path).run().awaitExit());
            Program.await(() -> value(metrics(), "errors_total", "code=\"2\"") == 1, "an error");
            assertEquals(0, value(metrics(), "refused_total", "reason=\"not_admitted\""));
        }
    }

    @Test
    void anotherPathAndAnotherMethodAreNotFound() {
        try (Program _ = Service.IPC.start(folder, option())) {
            for (String[] odd : new String[][] {{"/nothing"}, {"/metrics", "-XPOST"}}) {
                Program curl =
                        Program.tool(
                                        "curl",
                                        Stream.concat(
                                                        Stream.of(
                                                                "-s",
                                                                "-w%{http_code}",
                                                                "--unix-socket",
                                                                socket().toString(),
                                                                "http://localhost" + odd[0]),
                                                        Stream.of(odd).skip(1))
                                                .toArray(String[]::new))
                                .run();
                assertEquals("404", curl.stdout());
            }
        }
    }

    @Test
    void aServiceThatShowsNothingLoadsNoneOfTheLibrary() {
        Program.Builder builder =
                Service.IPC.in(folder).environment("UDS_JAVA_OPTIONS", "-Xlog:class+load:stdout");
        try (Program program = builder.start().awaitStderr("listening on")) {
            assertEquals(0, Service.IPC.ask(folder));
            assertEquals(0, program.terminate());
            assertTrue(program.stdout().contains("dev.unixsocket.services.ipc.IpcServer"));
            assertFalse(program.stdout().contains("io.prometheus"), program::stdout);
        }
    }

    @Test
    void theDashboardAsksOnlyForWhatThereIs() throws IOException {
        Json.object(Files.readString(DASHBOARD));
        try (Program _ = Service.WEAVE.start(folder, option())) {
            String path = Service.WEAVE.socketIn(folder).toString();
            Program.dist("uds", "ping", path).run();
            Program.await(() -> value(metrics(), "errors_total", "") == 1, "an error");
            String text = metrics();
            Matcher name =
                    Pattern.compile("unixsocket_[a-z_]+").matcher(Files.readString(DASHBOARD));
            long names = 0;
            while (name.find()) {
                Optional<String> found =
                        text.lines().filter(line -> line.startsWith(name.group() + "{")).findAny();
                assertTrue(found.isPresent(), name.group());
                names++;
            }
            assertTrue(names >= 10, "a dashboard of " + names + " names");
        }
    }
}
