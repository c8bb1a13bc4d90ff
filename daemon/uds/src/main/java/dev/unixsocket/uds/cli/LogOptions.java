package dev.unixsocket.uds.cli;

import picocli.CommandLine.Option;

import java.util.Optional;

/** {@code --log-level}, the same in every command that logs. */
public final class LogOptions {

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            converter = LogLevelConverter.class,
            description = "debug, info, warn or error. Default: info")
    private Optional<Logging.Threshold> level;

    /** Made by picocli. */
    public LogOptions() {}

    /** What the user asks for; empty leaves it to the command. */
    public Optional<Logging.Threshold> level() {
        return level;
    }

    /** Begins to log what the user asks for, or as of INFO. */
    public void configure() {
        Logging.configure(level.orElse(Logging.Threshold.INFO));
    }
}
