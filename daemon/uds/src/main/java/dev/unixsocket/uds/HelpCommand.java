package dev.unixsocket.uds;

import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.Program;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

import java.util.List;

/** {@code uds help}; picocli's own knows one level of commands. */
@Command(name = "help", description = "Show the help of a command, such as weave send.")
final class HelpCommand implements Runnable {

    @Parameters(paramLabel = "COMMAND", description = "The command's name. Default: uds itself")
    private List<String> names = List.of();

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    HelpCommand() {}

    @Override
    public void run() {
        CommandLine command = spec.parent().commandLine();
        for (String name : names) {
            CommandLine next = command.getSubcommands().get(name);
            if (next == null) {
                throw command.getSubcommands().isEmpty()
                        ? options.wrong(Program.noCommand(name))
                        : new UnmatchedArgumentException(command, List.of(name));
            }
            command = next;
        }
        command.usage(command.getOut());
    }
}
