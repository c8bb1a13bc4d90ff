package dev.unixsocket.uds.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code --help} and {@code --version}, the same in every command. */
@Command(versionProvider = Program.Version.class)
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

    /** Made by picocli. */
    public Options() {}
}
