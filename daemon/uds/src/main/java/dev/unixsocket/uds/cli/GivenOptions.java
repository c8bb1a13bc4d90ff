package dev.unixsocket.uds.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The options that a command line has, to refuse those that mean nothing beside others: a user who
 * asks for something must not get a service without it.
 *
 * <p>Confined to one thread.
 */
public final class GivenOptions {

    private final CommandSpec command;

    /** The options given to a command; asked once the command line is read. */
    public GivenOptions(CommandSpec command) {
        this.command = command;
    }

    /**
     * Refuses options.
     *
     * @param why goes after the name of the option, such as "needs a socket file"
     * @param names with their dashes; the negative form of one is refused with it
     * @throws ParameterException if one of them was given
     */
    public void refuse(String why, String... names) {
        List<String> refused = List.of(names);
        refuse(why, option -> refused.contains(option.longestName()));
    }

    /** Those of these options that were given, as they were spelled. */
    List<String> among(String... names) {
        List<String> wanted = List.of(names);
        return command.commandLine().getParseResult().matchedOptions().stream()
                .filter(option -> wanted.contains(option.longestName()))
                .map(GivenOptions::spelling)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /**
     * Refuses every option.
     *
     * @throws ParameterException if one was given
     */
    public void refuseAll(String why) {
        refuse(why, option -> true);
    }

    /**
     * Refuses every option but these.
     *
     * @param why as in {@link #refuse}
     * @param names with their dashes
     * @throws ParameterException if another was given
     */
    public void refuseAllBut(String why, String... names) {
        List<String> taken = List.of(names);
        refuse(why, option -> !taken.contains(option.longestName()));
    }

    private void refuse(String why, Predicate<OptionSpec> refused) {
        command.commandLine().getParseResult().matchedOptions().stream()
                .filter(refused)
                .findFirst()
                .ifPresent(
                        option -> {
                            throw new ParameterException(
                                    command.commandLine(), spelling(option) + " " + why);
                        });
    }

    private static String spelling(OptionSpec option) {
        boolean negative = option.negatable() && Boolean.FALSE.equals(option.getValue());
        return negative ? option.longestName().replaceFirst("--", "--no-") : option.longestName();
    }
}
