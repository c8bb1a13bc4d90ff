package dev.unixsocket.daemon.events;

import dev.unixsocket.daemon.cli.Options;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code uds events send}. */
@Command(
        name = "send",
        sortOptions = false,
        description = {
            "Send messages to the server of a channel: the data given, or JSON lines from standard"
                    + " input.",
            "",
            "The server hands them to the other subscribers, if it allows clients to send."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the server has them",
            "1:failed; standard error says why",
            "2:wrong command line"
        })
final class EventsSendCommand implements Callable<Integer> {

    @Mixin private EventsTarget target;

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

    @Mixin private Options options;

    EventsSendCommand() {}

    @Override
    public Integer call() throws IOException {
        try (PublishLink link = target.publishLink()) {
            if (json.isPresent()) {
                send(link, json.get());
            } else {
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8));
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (!line.isBlank()) {
                        send(link, line);
                    }
                }
            }
            link.awaitReceived();
            return 0;
        }
    }

    private void send(PublishLink link, String line) throws IOException {
        JsonEvents.Line event = JsonEvents.parse(line);
        link.send(type.orElse(event.type()), event.data());
    }
}
