package dev.unixsocket.daemon.cli;

import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.util.Optional;

/** Runs a command and ends the process with its exit status. */
public final class Program {

    private Program() {}

    /**
     * Exit statuses: 0 is success, 1 a failure that the message on standard error explains, 2 a
     * wrong command line. A command may have others of its own, which its help lists.
     *
     * @param name what the user called
     * @param command annotated for picocli
     */
    public static void main(String name, Object command, String[] arguments) {
        CommandLine commandLine = new CommandLine(command);
        commandLine.setCommandName(name);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler(
                (failure, failed, parsed) -> report(failure, failed));
        int status = commandLine.execute(arguments);
        commandLine.getOut().flush();
        System.exit(status);
    }

    /** A failure of the system's or the user's is one sentence; one of the program's, a trace. */
    private static int report(Exception failure, CommandLine failed) {
        PrintWriter err = failed.getErr();
        switch (failure) {
            case IOException e -> err.println(message(e));
            case UncheckedIOException e -> err.println(message(e.getCause()));
            case IllegalArgumentException e -> err.println(message(e));
            case IllegalStateException e -> err.println(message(e));
            default -> failure.printStackTrace(err);
        }
        err.flush();
        return failed.getCommandSpec().exitCodeOnExecutionException();
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /** The version of this module. */
    public static String version() {
        return Optional.ofNullable(Program.class.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .orElse("(unpackaged)");
    }

    /** The version of this module, for {@code --version}. */
    public static final class Version implements IVersionProvider {

        /** Made by picocli. */
        public Version() {}

        @Override
        public String[] getVersion() {
            return new String[] {"panama-unixsocket " + version()};
        }
    }
}
