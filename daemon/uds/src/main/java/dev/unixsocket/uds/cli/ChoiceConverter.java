package dev.unixsocket.uds.cli;

import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Reads one of the values of an enumeration, which users see and write in lower case; upper case is
 * taken too.
 */
final class ChoiceConverter implements ITypeConverter<Enum<?>> {

    private final List<Enum<?>> choices;

    private ChoiceConverter(Class<?> type) {
        choices = Stream.of(type.getEnumConstants()).<Enum<?>>map(Enum.class::cast).toList();
    }

    /** For every option of a command, and of those below it, that is such a choice. */
    static void registerAll(CommandLine command) {
        for (ArgSpec argument : command.getCommandSpec().args()) {
            Class<?> type = argument.auxiliaryTypes()[0];
            if (type.isEnum()) {
                register(command, type);
            }
        }
        command.getSubcommands().values().forEach(ChoiceConverter::registerAll);
    }

    @SuppressWarnings("unchecked") // it converts to that type
    private static <E> void register(CommandLine command, Class<E> type) {
        command.registerConverter(type, (ITypeConverter<E>) new ChoiceConverter(type));
    }

    @Override
    public Enum<?> convert(String text) {
        return choices.stream()
                .filter(choice -> word(choice).equalsIgnoreCase(text))
                .findAny()
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is not " + all()));
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private String all() {
        List<String> words = choices.stream().map(ChoiceConverter::word).toList();
        int last = words.size() - 1;
        return last == 0
                ? words.getFirst()
                : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }
}
