package dev.unixsocket.daemon.observatory;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.Arrays;

/** Reads the name of an engine from the command line. */
final class EngineConverter implements ITypeConverter<Engine.Kind> {

    /** Made by picocli. */
    EngineConverter() {}

    @Override
    public Engine.Kind convert(String text) {
        return Arrays.stream(Engine.Kind.values())
                .filter(kind -> kind.toString().equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new TypeConversionException(
                                        "'" + text + "' is no engine: ffm or netty"));
    }
}
