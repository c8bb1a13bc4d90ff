package dev.unixsocket.uds.observatory;

import dev.unixsocket.services.observatory.EngineFactory;
import dev.unixsocket.services.observatory.EventFormat;
import dev.unixsocket.services.observatory.Limits;
import dev.unixsocket.services.observatory.Memory;
import dev.unixsocket.services.observatory.Observatory;
import dev.unixsocket.services.observatory.Settings;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.ListenerSpec;
import dev.unixsocket.services.server.ServiceManager;
import dev.unixsocket.uds.cli.DurationConverter;
import dev.unixsocket.uds.cli.GivenOptions;
import dev.unixsocket.uds.cli.ListenerOptions;
import dev.unixsocket.uds.cli.LogOptions;
import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.StandardStreams;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;

/** {@code uds observe}. */
@Command(
        name = "observe",
        description = {
            "Take events over HTTP on a Unix domain socket, and write each as a line of JSON with"
                    + " the sender's PID, UID and GID as the kernel reports them.",
            "",
            "  curl --unix-socket " + ObserveCommand.USUAL_SOCKET + " \\",
            "    -d '{\"a\": 1}' 'http://localhost/hook?event=Test'",
            "",
            "The socket file's mode decides who may send: 0660 by default, for its owner and its"
                + " group. With --allow-user or --abstract, the credentials of senders decide, too:"
                + " processes of the same user are served, and those that --allow-user, --group or"
                + " --allow-anyone add.",
            "",
            "On SIGTERM and SIGINT it finishes the current requests and exits. "
                    + ListenerOptions.OTHER_SIGNALS
        },
        exitCodeList = {
            "0:stopped by a signal, or by the end of its standard output",
            "1:could not start, or events could not be written to standard output; standard error"
                    + " says why",
            "2:wrong command line"
        })
public final class ObserveCommand implements Callable<Integer> {

    /** The name of the socket file, where nobody says otherwise. */
    public static final String USUAL_FILE = "claude-observatory.sock";

    private static final String SOCKET_VARIABLE = "CLAUDE_UNIX_HOOK_WATCHER";

    /** The help names it too. */
    static final String USUAL_SOCKET = "/tmp/" + USUAL_FILE;

    private static final int USUAL_MODE = 0660;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description =
                    "Where senders connect to; else what the variable "
                            + SOCKET_VARIABLE
                            + " says. A service manager that passes a socket decides that."
                            + " Default: "
                            + USUAL_SOCKET)
    private Optional<Path> socket;

    @Mixin private OutputOptions output;

    @ArgGroup private Pretty pretty;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            defaultValue = "ffm",
            converter = EngineConverter.class,
            description =
                    "Server engine: ffm, a readiness loop by direct system calls, or netty. Both"
                            + " behave alike. Default: ffm")
    private EngineFactory engine;

    @Option(
            names = "--request-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.Positive.class,
            description =
                    "Time for a whole request to come, such as 500ms, 30s or 2m. Also how long a"
                            + " connection may be idle between requests, and how long an answer may"
                            + " wait for its sender to take it. Default: 30s")
    private Duration requestTimeout;

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            defaultValue = "1s",
            converter = DurationConverter.Positive.class,
            description =
                    "How long a connection may be idle after a request that neither asks for"
                            + " keep-alive nor has a User-Agent or Accept-Encoding: its sender may"
                            + " be waiting for the end of the connection. Default: 1s")
    private Duration idleTimeout;

    @Option(
            names = "--output-timeout",
            paramLabel = "TIME",
            defaultValue = "1s",
            converter = DurationConverter.Positive.class,
            description =
                    "How long an event may wait for standard output. One that was not written then"
                            + " is answered 503. Default: 1s")
    private Duration outputTimeout;

    @Mixin private LogOptions log;

    @Mixin
    private final ListenerOptions listenerOptions =
            ListenerOptions.locked(
                    new ServiceManager(System.getenv()).without(OutputOptions.PASSED_NAME));

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    /** Made by picocli. */
    public ObserveCommand() {}

    private static Path usualSocket() {
        String named = System.getenv(SOCKET_VARIABLE);
        return Path.of(named == null || named.isEmpty() ? USUAL_SOCKET : named);
    }

    /** One or none of the formats for people. */
    static final class Pretty {

        @Option(
                names = "--pretty-json",
                description = "Write each event as JSON over several lines.")
        private boolean json;

        @Option(
                names = "--pretty-yaml",
                description = "Write each event as a YAML document, after a --- line.")
        private boolean yaml;

        EventFormat format(PrettyFormat.Colours colours) {
            return json ? PrettyJson.format(colours) : PrettyYaml.format(colours);
        }
    }

    @Override
    public Integer call() throws IOException {
        check();
        log.configure();
        try (Observatory observatory = open()) {
            observatory.run(StandardStreams.serviceSignals()); // which main() has taken over
        }
        return 0;
    }

    private void check() {
        if (listenerOptions.isAbstract()) {
            new GivenOptions(spec).refuse("is for a file: not with --abstract", "--socket");
        }
        output.check();
    }

    private Observatory open() throws IOException {
        ListenerSpec spec =
                listenerOptions
                        .spec(
                                new ListenerOptions.Service(
                                        "observatory",
                                        listenerOptions.address(
                                                socket.orElseGet(ObserveCommand::usualSocket),
                                                socket.isPresent() ? "--socket" : SOCKET_VARIABLE),
                                        USUAL_MODE,
                                        OptionalInt.empty(),
                                        Limits.BACKLOG,
                                        List.of("POST /hook", "GET /health")))
                        .withPolicy(listenerOptions.policyBesideMode());
        output.requireOtherThan(spec.address());
        Listener senders = listenerOptions.open(spec);
        try {
            Optional<Listener> readers = output.open(spec);
            readers.ifPresent(listener -> listener.count(senders.meter()));
            return Observatory.open(senders, readers, settings(), engine);
        } catch (IOException | RuntimeException | Error e) {
            senders.close();
            throw e;
        }
    }

    private Settings settings() {
        EventFormat plain = format(PrettyFormat.Colours.NONE);
        PrettyFormat.Colours colours = StandardOutput.colours(System.getenv());
        EventFormat shown = colours == PrettyFormat.Colours.NONE ? plain : format(colours);
        return new Settings(
                plain,
                output.includesStandardOutput()
                        ? Optional.of(new StandardOutput(shown, outputTimeout))
                        : Optional.empty(),
                requestTimeout,
                idleTimeout,
                Memory.affordable());
    }

    private EventFormat format(PrettyFormat.Colours colours) {
        return pretty == null ? EventFormat.JSON_LINE : pretty.format(colours);
    }
}
