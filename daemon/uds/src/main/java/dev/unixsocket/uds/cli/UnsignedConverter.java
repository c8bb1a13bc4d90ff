package dev.unixsocket.uds.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an unsigned number of 64 bits from the command line. */
public final class UnsignedConverter implements ITypeConverter<Long> {

    /** Made by picocli. */
    public UnsignedConverter() {}

    @Override
    public Long convert(String text) {
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException(
                    "'" + text + "' is not a number from 0 to 18446744073709551615");
        }
    }
}
