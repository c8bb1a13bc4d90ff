package dev.unixsocket.uds.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What every command has: {@code --help}, {@code --version}, and exit statuses, which a command may
 * say more of.
 */
@Command(
        versionProvider = Program.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "1:failed; standard error says why", "2:wrong command line"})
public final class Options {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version and exit.")
    private boolean version;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** Made by picocli. */
    public Options() {}

    /**
     * Refuses the command line unless something holds.
     *
     * @throws ParameterException that says otherwise
     */
    public void require(boolean holds, String otherwise) {
        if (!holds) {
            throw wrong(otherwise);
        }
    }

    /** The command line is wrong, for that reason. */
    public ParameterException wrong(String reason) {
        return new ParameterException(command.commandLine(), reason);
    }
}
