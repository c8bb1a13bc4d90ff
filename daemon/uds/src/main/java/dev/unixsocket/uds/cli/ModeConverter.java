package dev.unixsocket.uds.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the permissions of a file from the command line, in octal: {@code 660}, {@code 0600}. */
public final class ModeConverter implements ITypeConverter<Integer> {

    private static final int OCTAL = 8;

    /** Made by picocli. */
    public ModeConverter() {}

    @Override
    public Integer convert(String text) {
        if (!text.matches("0?[0-7]{3}")) {
            throw new TypeConversionException(
                    "'" + text + "' is not a mode: three octal digits, such as 660 or 0660");
        }
        return Integer.parseInt(text, OCTAL);
    }
}
