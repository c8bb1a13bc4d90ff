package dev.unixsocket.uds.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Reads a log level from the command line, in any case. */
public final class LogLevelConverter implements ITypeConverter<Logging.Threshold> {

    /** Made by picocli. */
    public LogLevelConverter() {}

    @Override
    public Logging.Threshold convert(String text) {
        return Arrays.stream(Logging.Threshold.values())
                .filter(level -> level.toString().equalsIgnoreCase(text))
                .findAny()
                .orElseThrow(
                        () ->
                                new TypeConversionException(
                                        "'" + text + "' is not a log level: " + all()));
    }

    private static String all() {
        return Arrays.stream(Logging.Threshold.values())
                .map(Logging.Threshold::toString)
                .collect(Collectors.joining(", "));
    }
}
