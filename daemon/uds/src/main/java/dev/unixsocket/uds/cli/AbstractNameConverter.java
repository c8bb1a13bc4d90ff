package dev.unixsocket.uds.cli;

import dev.unixsocket.ffi.Address;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an abstract name from the command line, without the {@code @} that people show it with. */
public final class AbstractNameConverter implements ITypeConverter<Address.AbstractName> {

    /** Made by picocli. */
    public AbstractNameConverter() {}

    @Override
    public Address.AbstractName convert(String text) {
        if (text.startsWith("@")) {
            throw new TypeConversionException(
                    "write the name without @: '" + text.substring(1) + "'");
        }
        try {
            return Address.abstractName(text);
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
