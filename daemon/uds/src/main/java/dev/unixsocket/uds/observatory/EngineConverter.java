package dev.unixsocket.uds.observatory;

import dev.unixsocket.services.observatory.EngineFactory;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.stream.Collectors;

/** Reads the name of an engine from the command line. */
final class EngineConverter implements ITypeConverter<EngineFactory> {

    /** Made by picocli. */
    EngineConverter() {}

    @Override
    public EngineFactory convert(String text) {
        return EngineFactory.all().stream()
                .filter(factory -> factory.name().equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new TypeConversionException(
                                        "'" + text + "' is no engine: " + names()));
    }

    private static String names() {
        return EngineFactory.all().stream()
                .map(EngineFactory::name)
                .sorted()
                .collect(Collectors.joining(" or "));
    }
}
