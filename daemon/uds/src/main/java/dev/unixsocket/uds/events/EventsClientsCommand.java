package dev.unixsocket.uds.events;

import dev.unixsocket.services.events.EventPublisher;
import dev.unixsocket.services.wire.Json;
import dev.unixsocket.uds.cli.Options;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code uds events clients}. */
@Command(
        name = "clients",
        description = "Print who subscribes to a channel, a JSON line each, and what each missed.")
final class EventsClientsCommand implements Callable<Integer> {

    @Mixin private EventsServerTarget target;

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    EventsClientsCommand() {}

    @Override
    public Integer call() throws IOException {
        try (EventPublisher link = target.inquirer()) {
            PrintWriter out = spec.commandLine().getOut();
            for (Map<String, Object> client : link.clients()) {
                out.println(Json.line(client));
            }
            out.flush();
            return 0;
        }
    }
}
