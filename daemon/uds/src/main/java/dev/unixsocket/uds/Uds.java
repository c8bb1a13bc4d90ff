package dev.unixsocket.uds;

import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.Program;
import dev.unixsocket.uds.cli.StandardStreams;
import dev.unixsocket.uds.discovery.CleanCommand;
import dev.unixsocket.uds.discovery.ExportCommand;
import dev.unixsocket.uds.discovery.LsCommand;
import dev.unixsocket.uds.discovery.WatchCommand;
import dev.unixsocket.uds.etcd.EtcdCommands;
import dev.unixsocket.uds.events.EventsCommand;
import dev.unixsocket.uds.ipc.IpcCommand;
import dev.unixsocket.uds.observatory.ObserveCommand;
import dev.unixsocket.uds.ping.PingCommand;
import dev.unixsocket.uds.weave.DemoCommand;
import dev.unixsocket.uds.weave.WeaveCommand;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The executable: every service is a subcommand, and one line here. */
@Command(name = "uds", description = "Services on Unix domain sockets, and tools for them.")
public final class Uds implements Runnable {

    private static final String HELP = "help";

    /** What runs until a signal ends it, with status 0. */
    private static final Set<String> UNTIL_A_SIGNAL = Set.of("listen", "watch");

    /** As {@link #UNTIL_A_SIGNAL}; SIGHUP and SIGUSR1 have a meaning for them. */
    private static final Set<String> SERVICES = Set.of("serve", "observe", "register");

    /** By name, in the order of the help. */
    static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("demo", DemoCommand::new);
        COMMANDS.put("weave", WeaveCommand::new);
        COMMANDS.put("ipc", IpcCommand::new);
        COMMANDS.put("events", EventsCommand::new);
        COMMANDS.put("observe", ObserveCommand::new);
        COMMANDS.put("ping", PingCommand::new);
        COMMANDS.put("ls", LsCommand::new);
        COMMANDS.put("watch", WatchCommand::new);
        COMMANDS.put("clean", CleanCommand::new);
        COMMANDS.put("export", ExportCommand::new);
        EtcdCommands.addTo(COMMANDS);
        COMMANDS.put(HELP, HelpCommand::new);
    }

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    private Uds() {}

    /** Runs {@code uds}. */
    public static void main(String[] arguments) {
        List<String> words = Stream.of(arguments).limit(2).toList();
        if (words.stream().anyMatch(SERVICES::contains)) {
            StandardStreams.serviceSignals(); // before all that takes time
        } else if (words.stream().anyMatch(UNTIL_A_SIGNAL::contains)) {
            StandardStreams.stopSignals();
        }
        Program.versionAlone(arguments);
        Program.main("uds", commandLine(arguments), arguments);
    }

    /**
     * With the one subcommand that is asked for, or whose help is, since the options of them all
     * would take longer to look at than most commands take; with all, for the help and for a name
     * that none has.
     */
    static CommandLine commandLine(String[] arguments) {
        CommandLine commandLine = new CommandLine(new Uds());
        List<String> words = List.of(arguments);
        boolean help = !words.isEmpty() && words.getFirst().equals(HELP);
        Optional<String> asked =
                words.stream().skip(help ? 1 : 0).findFirst().filter(COMMANDS::containsKey);
        COMMANDS.forEach(
                (name, command) -> {
                    boolean wanted = asked.isEmpty() || asked.get().equals(name);
                    if (wanted || help && name.equals(HELP)) {
                        commandLine.addSubcommand(name, command.get());
                    }
                });
        return commandLine;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
