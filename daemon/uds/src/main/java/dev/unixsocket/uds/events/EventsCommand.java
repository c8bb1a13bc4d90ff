package dev.unixsocket.uds.events;

import dev.unixsocket.uds.cli.Options;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code uds events}. */
@Command(
        name = "events",
        description = "Event channels: one server broadcasts, many clients listen.",
        subcommands = {
            EventsServeCommand.class,
            EventsListenCommand.class,
            EventsSendCommand.class,
            EventsClientsCommand.class
        })
public final class EventsCommand implements Runnable {

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    /** Made by picocli. */
    public EventsCommand() {}

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Missing command: serve, listen, send or clients");
    }
}
