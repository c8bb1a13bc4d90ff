package dev.unixsocket.uds.events;

import dev.unixsocket.services.events.EventClient;
import dev.unixsocket.services.events.EventClientBuilder;
import dev.unixsocket.services.events.EventException;
import dev.unixsocket.services.events.EventMessage;
import dev.unixsocket.services.server.StopSignals;
import dev.unixsocket.services.wire.Json;
import dev.unixsocket.uds.cli.DurationConverter;
import dev.unixsocket.uds.cli.LogLevelConverter;
import dev.unixsocket.uds.cli.Logging;
import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.StandardStreams;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/** {@code uds events listen}. */
@Command(
        name = "listen",
        description = {
            "Print the messages of a channel as JSON lines.",
            "",
            "Waits for a server that is not there yet, and connects again when it comes back."
                    + " SIGTERM, SIGINT and SIGHUP end it."
        },
        exitCodeList = {
            "0:ended by a signal, by --count, or by the server with --once",
            "1:failed; standard error says why",
            "2:wrong command line",
            "4:no message came within --timeout"
        })
final class EventsListenCommand implements Callable<Integer> {

    @Mixin private EventsServerTarget target;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "Only messages of that type: data, error or control. May be repeated.")
    private Set<EventMessage.Type> types = EnumSet.noneOf(EventMessage.Type.class);

    @Option(names = "--data-only", description = "Print what is in the messages, without the rest.")
    private boolean dataOnly;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "End after N messages.")
    private long count = Long.MAX_VALUE;

    @Option(names = "--once", description = "End when the server ends.")
    private boolean once;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "warn",
            converter = LogLevelConverter.class,
            description = "debug, info, warn or error. Default: warn")
    private Logging.Threshold logLevel;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.Positive.class,
            description = "End with status 4 once no message came for so long. Default: never")
    private Optional<Duration> timeout;

    @Mixin private Options options;

    EventsListenCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.require(count >= 1, "--count must be at least 1");
        Logging.configure(logLevel);
        EventClientBuilder builder = target.clientBuilder();
        if (!types.isEmpty()) {
            builder.only(types);
        }
        if (once) {
            builder.withoutReconnect();
        }
        StopSignals signals = StandardStreams.stopSignals();
        try (EventClient client = target.client(builder)) {
            client.start(); // first: one that a signal has closed cannot be started
            signals.onStop(client::close);
            StandardStreams.output().onFailure(client::close);
            return print(client);
        }
    }

    private int print(EventClient client) throws EventException, InterruptedException {
        try {
            for (long printed = 0; printed < count; printed++) {
                EventMessage message =
                        timeout.isPresent() ? client.receive(timeout.get()) : client.await();
                if (!written(Json.line(dataOnly ? message.data() : message.map()) + "\n")) {
                    return 0; // what is wrong, if anything is, is said for all commands
                }
            }
        } catch (EventException.ConnectionFailed e) {
            // the server has ended, a signal came, or nobody reads any more
        }
        return 0;
    }

    private static boolean written(String line) {
        try {
            StandardStreams.output().write(line.getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
