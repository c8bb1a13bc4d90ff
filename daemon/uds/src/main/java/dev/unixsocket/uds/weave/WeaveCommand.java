package dev.unixsocket.uds.weave;

import dev.unixsocket.uds.cli.Options;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code uds weave}. */
@Command(
        name = "weave",
        description = "The weave-compute daemon and its client.",
        subcommands = {WeaveServeCommand.class, WeaveSendCommand.class})
public final class WeaveCommand implements Runnable {

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    /** Made by picocli. */
    public WeaveCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: serve or send");
    }
}
