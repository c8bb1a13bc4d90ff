package dev.unixsocket.uds.ipc;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.uds.cli.AbstractOption;
import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.SharedMemoryOffer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.concurrent.Callable;

/** {@code uds ipc}. */
@Command(
        name = "ipc",
        description = {
            "A LiteBase service and its client: length-prefixed MessagePack.",
            "",
            "Without a command, on a terminal: reads messages from the keyboard and prints the"
                    + " answers."
        },
        subcommands = {IpcServeCommand.class, IpcSendCommand.class})
public final class IpcCommand implements Callable<Integer> {

    /** The name of the socket file, where nobody says otherwise. */
    public static final String USUAL_FILE = "litebase.sock";

    @Mixin private IpcTarget target;

    @Mixin private AbstractOption abstractOption;

    @Mixin private SharedMemoryOffer sharedMemory;

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    /** Made by picocli. */
    public IpcCommand() {}

    @Override
    public Integer call() throws IOException {
        if (System.console() == null || !System.console().isTerminal()) {
            throw new ParameterException(spec.commandLine(), "Missing command: serve or send");
        }
        Address address = abstractOption.address().orElseGet(target::toConnect);
        return new IpcPrompt(address, sharedMemory.isGiven(address)).run();
    }
}
