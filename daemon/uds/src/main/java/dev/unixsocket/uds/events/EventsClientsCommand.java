package dev.unixsocket.uds.events;

import dev.unixsocket.services.events.EventPublisher;
import dev.unixsocket.services.wire.Json;
import dev.unixsocket.uds.cli.DurationConverter;
import dev.unixsocket.uds.cli.Options;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code uds events clients}. */
@Command(
        name = "clients",
        description = "Print who subscribes to a channel, a JSON line each, and what each missed.",
        exitCodeList = {
            "0:printed",
            "1:failed; standard error says why",
            "2:wrong command line",
            "4:no answer in time, see --timeout"
        })
final class EventsClientsCommand implements Callable<Integer> {

    @Mixin private EventsServerTarget target;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.Positive.class,
            description =
                    "Time for connecting, and for the server's answer. Default:"
                            + " default_timeout in the settings, 5s")
    private Optional<Duration> timeout;

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    EventsClientsCommand() {}

    @Override
    public Integer call() throws IOException {
        try (EventPublisher link = target.inquirer(timeout)) {
            PrintWriter out = spec.commandLine().getOut();
            for (Map<String, Object> client : link.clients()) {
                out.println(Json.line(client));
            }
            out.flush();
            return 0;
        }
    }
}
