package dev.unixsocket.uds.events;

import dev.unixsocket.services.events.EventMessage;
import dev.unixsocket.services.events.EventPublisher;
import dev.unixsocket.uds.cli.DurationConverter;
import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.StandardStreams;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code uds events send}. */
@Command(
        name = "send",
        description = {
            "Send messages to the server of a channel: the data given, or JSON lines from standard"
                    + " input.",
            "",
            "The server hands them to the other subscribers, if it allows clients to send."
        },
        exitCodeList = {
            "0:the server has them",
            "1:failed, or a line was not JSON; what came before it was sent",
            "2:wrong command line",
            "4:not all in time, see --timeout"
        })
final class EventsSendCommand implements Callable<Integer> {

    @Mixin private EventsServerTarget target;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "JSON",
            description = "The data of one message, a JSON object.")
    private Optional<String> json;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "Type of the message: data, error or control. Default: data")
    private Optional<EventMessage.Type> type;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.Positive.class,
            description =
                    "Time for connecting, for the server to take each message, and for the server's"
                            + " answer. Default: default_timeout in the settings, 5s")
    private Optional<Duration> timeout;

    @Mixin private Options options;

    EventsSendCommand() {}

    @Override
    public Integer call() throws IOException {
        Optional<JsonEvents.Line> given = json.map(this::argument);
        try (EventPublisher link = target.publisher(timeout)) {
            if (given.isPresent()) {
                send(link, given.get());
            } else {
                sendInput(link);
            }
            link.awaitReceived();
            return 0;
        }
    }

    private JsonEvents.Line argument(String text) {
        try {
            return JsonEvents.parse(text);
        } catch (IllegalArgumentException e) {
            throw options.wrong("JSON: " + e.getMessage());
        }
    }

    private void sendInput(EventPublisher link) throws IOException {
        JsonLines lines = new JsonLines(StandardStreams.input());
        Optional<JsonEvents.Line> line = lines.next();
        while (line.isPresent()) {
            send(link, line.get());
            line = lines.next();
        }
    }

    private void send(EventPublisher link, JsonEvents.Line event) throws IOException {
        link.send(type.orElse(event.type()), event.data());
    }
}
