package dev.unixsocket.uds.cli;

import dev.unixsocket.ffi.Accounts;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.OptionalInt;

/** Reads a user or a group from the command line: a name, or a number. */
abstract sealed class AccountConverter implements ITypeConverter<Integer> {

    /** The next number, all bits of it set, is what system calls take for "none". */
    private static final long MAX_ID = 0xFFFF_FFFEL;

    private static final int MAX_DIGITS = 10;

    /** The ID of a user. */
    static final class User extends AccountConverter {
        @Override
        OptionalInt byName(String name) {
            return Accounts.uid(name);
        }

        @Override
        String kind() {
            return "user";
        }
    }

    /** The ID of a group. */
    static final class Group extends AccountConverter {
        @Override
        OptionalInt byName(String name) {
            return Accounts.gid(name);
        }

        @Override
        String kind() {
            return "group";
        }
    }

    abstract OptionalInt byName(String name);

    abstract String kind();

    @Override
    public Integer convert(String text) {
        if (!text.matches("[0-9]+")) {
            return byName(text)
                    .orElseThrow(
                            () ->
                                    new TypeConversionException(
                                            "there is no %s '%s'".formatted(kind(), text)));
        }
        if (text.length() > MAX_DIGITS || Long.parseLong(text) > MAX_ID) {
            throw new TypeConversionException("'" + text + "' is not a number from 0 to " + MAX_ID);
        }
        return Integer.parseUnsignedInt(text);
    }
}
