package dev.unixsocket.uds.cli;

import dev.unixsocket.services.wire.Escaped;
import dev.unixsocket.services.wire.FailureText;

import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Runs a command and ends the process with its exit status. */
public final class Program {

    private static final Pattern OPTION = Pattern.compile("--[a-z-]+");

    /** The priority of what ends a program, as in syslog(3). */
    private static final int ERROR = 3;

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
        StandardStreams.redirectError();
        prepare(name, commandLine);
        commandLine.setOut(StandardStreams.writer());
        commandLine.setErr(errors());
        exit(execute(commandLine, arguments), commandLine.getErr());
    }

    /** Says how every command reads its arguments, and what becomes of a failure. */
    public static void prepare(String name, CommandLine commandLine) {
        commandLine.setCommandName(name);
        ChoiceConverter.registerAll(commandLine);
        commandLine.registerConverter(Path.class, new PathConverter());
        commandLine.setExpandAtFiles(false); // an argument is an argument, whatever it begins with
        commandLine.setParameterExceptionHandler((wrong, given) -> explain(wrong));
        commandLine.setExecutionExceptionHandler(
                (failure, failed, parsed) -> {
                    report(failure, failed.getErr());
                    boolean tooLate =
                            ExchangeLimit.isOver(failure)
                                    && failed.getCommandSpec().findOption(ExchangeLimit.NAME)
                                            != null;
                    return tooLate
                            ? ExchangeLimit.NO_ANSWER
                            : failed.getCommandSpec().exitCodeOnExecutionException();
                });
    }

    private static int execute(CommandLine commandLine, String[] arguments) {
        try {
            return commandLine.execute(arguments);
        } catch (UnsatisfiedLinkError e) { // native access is denied, or not possible here
            commandLine.getErr().println(e.getMessage());
            return ExitCode.SOFTWARE;
        } finally {
            commandLine.getOut().flush();
        }
    }

    private static PrintWriter errors() {
        return new PrintWriter(System.err, true);
    }

    /** Ends the process once all is written, or lost; results that are lost are a failure. */
    private static void exit(int status, PrintWriter err) {
        Optional<String> failure = StandardStreams.failure();
        failure.ifPresent(err::println);
        Logging.sayWhatWasDropped();
        StandardStreams.flushError();
        System.exit(failure.isPresent() && status == ExitCode.OK ? ExitCode.SOFTWARE : status);
    }

    /**
     * Runs a command whose arguments need no reading, and ends the process as {@link #main} does:
     * looking at the options of a command takes longer than starting a daemon.
     */
    public static void main(Callable<Integer> command) {
        StandardStreams.redirectError();
        PrintWriter err = errors();
        int status = ExitCode.SOFTWARE;
        try {
            status = command.call();
        } catch (UnsatisfiedLinkError e) { // native access is denied, or not possible here
            err.println(e.getMessage());
        } catch (Exception e) {
            report(e, err);
        }
        exit(status, err);
    }

    /** Whether the version is all that is asked for; then it is printed, and the process ends. */
    public static void versionAlone(String[] arguments) {
        if (arguments.length == 1
                && (arguments[0].equals("--version") || arguments[0].equals("-V"))) {
            main(
                    () -> {
                        StandardStreams.writer().println(versionText());
                        return ExitCode.OK;
                    });
        }
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
        err.println(name + ": " + Escaped.sentence(reason(wrong)));
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("See " + name + " --help");
        err.flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static String reason(ParameterException wrong) {
        if (wrong instanceof MutuallyExclusiveArgsException) {
            List<String> names =
                    OPTION.matcher(wrong.getMessage()).results().map(MatchResult::group).toList();
            return "give " + String.join(" or ", names) + ", one of them";
        }
        if (wrong instanceof UnmatchedArgumentException unmatched && isCommand(unmatched)) {
            return noCommand(unmatched.getUnmatched().getFirst());
        }
        if (wrong instanceof OverwrittenOptionException twice
                && twice.getOverwritten() instanceof OptionSpec option
                && option.negatable()) {
            String name = option.longestName();
            return "give %s or %s, once".formatted(name, name.replaceFirst("--", "--no-"));
        }
        return wrong.getMessage();
    }

    /** What is said of a name that is none of a command's. */
    public static String noCommand(String name) {
        return "there is no command '" + name + "'";
    }

    /** Whether what no parameter takes has the place of a command. */
    private static boolean isCommand(UnmatchedArgumentException unmatched) {
        return !unmatched.getCommandLine().getSubcommands().isEmpty()
                && !unmatched.isUnknownOption();
    }

    /** A failure of the system's or the user's is one sentence; one of the program's, a trace. */
    private static void report(Exception failure, PrintWriter err) {
        switch (failure) {
            case IOException e -> say(err, sentence(e));
            case UncheckedIOException e -> say(err, sentence(e.getCause()));
            case IllegalArgumentException e -> say(err, sentence(e));
            case IllegalStateException e -> say(err, sentence(e));
            default -> failure.printStackTrace(err);
        }
        err.flush();
    }

    private static void say(PrintWriter err, String sentence) {
        err.println(Journal.marked(ERROR, sentence));
    }

    private static String sentence(Exception e) {
        return Escaped.sentence(FailureText.of(e));
    }

    private static String versionText() {
        return "panama-unixsocket " + dev.unixsocket.services.wire.Version.text();
    }

    /** The version of this module, for {@code --version}. */
    public static final class Version implements IVersionProvider {

        /** Made by picocli. */
        public Version() {}

        @Override
        public String[] getVersion() {
            return new String[] {versionText()};
        }
    }
}
