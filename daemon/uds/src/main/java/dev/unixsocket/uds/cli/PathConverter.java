package dev.unixsocket.uds.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Reads a path from the command line, for every command. Java has put U+FFFD in place of what is
 * not UTF-8 by then: that would be the path of another file.
 */
public final class PathConverter implements ITypeConverter<Path> {

    private static final char REPLACEMENT = '\uFFFD';

    /** For all commands at once; see {@link Program}. */
    public PathConverter() {}

    @Override
    public Path convert(String text) {
        if (text.isEmpty()) {
            throw new TypeConversionException("'' is not a path");
        }
        if (text.indexOf(REPLACEMENT) >= 0) {
            throw new TypeConversionException("'" + text + "' is not a path in UTF-8");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + text + "' is not a path: " + e.getReason());
        }
    }
}
