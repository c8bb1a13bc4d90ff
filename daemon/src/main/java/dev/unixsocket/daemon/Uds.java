package dev.unixsocket.daemon;

import dev.unixsocket.daemon.cli.Options;
import dev.unixsocket.daemon.cli.Program;
import dev.unixsocket.daemon.discovery.CleanCommand;
import dev.unixsocket.daemon.discovery.ExportCommand;
import dev.unixsocket.daemon.discovery.LsCommand;
import dev.unixsocket.daemon.discovery.WatchCommand;
import dev.unixsocket.daemon.events.EventsCommand;
import dev.unixsocket.daemon.ipc.IpcCommand;
import dev.unixsocket.daemon.observatory.ObserveCommand;
import dev.unixsocket.daemon.weave.DemoCommand;
import dev.unixsocket.daemon.weave.WeaveCommand;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The executable: every service is a subcommand, and one line here. */
@Command(
        name = "uds",
        description = "Services on Unix domain sockets, and tools for them.",
        subcommands = {
            LsCommand.class,
            WatchCommand.class,
            CleanCommand.class,
            ExportCommand.class,
            DemoCommand.class,
            EventsCommand.class,
            IpcCommand.class,
            ObserveCommand.class,
            WeaveCommand.class,
        })
public final class Uds implements Runnable {

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    private Uds() {}

    /** Runs {@code uds}. */
    public static void main(String[] arguments) {
        Program.main("uds", new Uds(), arguments);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
