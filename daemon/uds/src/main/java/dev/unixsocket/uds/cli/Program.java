package dev.unixsocket.uds.cli;

import dev.unixsocket.services.server.FailureText;

import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/** Runs a command and ends the process with its exit status. */
public final class Program {

    private Program() {}

    /**
     * Exit statuses: 0 is success, 1 a failure that the message on standard error explains, 2 a
     * wrong command line. A command may have others of its own, which its help lists. Standard
     * output that cannot be written is a failure, unless its reader has gone.
     *
     * @param name what the user called
     * @param command annotated for picocli
     */
    public static void main(String name, Object command, String[] arguments) {
        main(name, new CommandLine(command), arguments);
    }

    /** As {@link #main(String, Object, String[])}, with subcommands of the caller's. */
    public static void main(String name, CommandLine commandLine, String[] arguments) {
        commandLine.setCommandName(name);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.registerConverter(Path.class, new PathConverter());
        commandLine.setExpandAtFiles(false); // an argument is an argument, whatever it begins with
        commandLine.setParameterExceptionHandler((wrong, given) -> explain(wrong));
        commandLine.setExecutionExceptionHandler(
                (failure, failed, parsed) -> report(failure, failed));
        System.exit(execute(commandLine, arguments));
    }

    private static int execute(CommandLine commandLine, String[] arguments) {
        CheckedOutput output = new CheckedOutput();
        commandLine.setOut(output.writer());
        int status;
        try {
            status = commandLine.execute(arguments);
        } catch (UnsatisfiedLinkError e) { // native access is denied, or not possible here
            commandLine.getErr().println(e.getMessage());
            return ExitCode.SOFTWARE;
        }
        commandLine.getOut().flush();
        Optional<String> failure = output.failure();
        failure.ifPresent(
                reason ->
                        commandLine
                                .getErr()
                                .println("standard output cannot be written: " + reason));
        return failure.isPresent() && status == ExitCode.OK ? ExitCode.SOFTWARE : status;
    }

    /** What was wrong comes last, where it is seen; the whole usage is for who asks for it. */
    private static int explain(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        if (command.getSubcommands().isEmpty()) {
            err.print("Usage: " + command.getHelp().synopsis("Usage: ".length()));
        } else {
            command.usage(err);
        }
        err.println(name + ": " + reason(wrong));
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("See " + name + " --help");
        err.flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static String reason(ParameterException wrong) {
        if (wrong instanceof OverwrittenOptionException twice
                && twice.getOverwritten() instanceof OptionSpec option
                && option.negatable()) {
            String name = option.longestName();
            return "give %s or %s, once".formatted(name, name.replaceFirst("--", "--no-"));
        }
        return wrong.getMessage();
    }

    /** A failure of the system's or the user's is one sentence; one of the program's, a trace. */
    private static int report(Exception failure, CommandLine failed) {
        PrintWriter err = failed.getErr();
        switch (failure) {
            case IOException e -> err.println(FailureText.of(e));
            case UncheckedIOException e -> {
                return report(e.getCause(), failed);
            }
            case IllegalArgumentException e -> err.println(FailureText.of(e));
            case IllegalStateException e -> err.println(FailureText.of(e));
            default -> failure.printStackTrace(err);
        }
        err.flush();
        return failed.getCommandSpec().exitCodeOnExecutionException();
    }

    /** The version of this module, for {@code --version}. */
    public static final class Version implements IVersionProvider {

        /** Made by picocli. */
        public Version() {}

        @Override
        public String[] getVersion() {
            return new String[] {
                "panama-unixsocket " + dev.unixsocket.services.server.Version.text()
            };
        }
    }
}
