package dev.unixsocket.uds.ipc;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.uds.cli.GivenOptions;
import dev.unixsocket.uds.cli.SocketPath;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

import java.nio.file.Path;

/** Where a service listens: {@code --socket} or {@code --port}, one of them. */
final class IpcTarget {

    /** What the original listens on: in {@code $TMPDIR}, or in {@code /tmp}. */
    private static Path defaultSocket() {
        String directory = System.getenv().getOrDefault("TMPDIR", "");
        return Path.of(directory.isEmpty() ? "/tmp" : directory).resolve(IpcCommand.USUAL_FILE);
    }

    @ArgGroup private Choice choice = new Choice();

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    IpcTarget() {}

    /** One of these. */
    private static final class Choice {

        @Option(
                names = {"--socket", "-socket"},
                paramLabel = "PATH",
                description =
                        "The socket file. Default: "
                                + IpcCommand.USUAL_FILE
                                + " in $TMPDIR, or in /tmp")
        private Path socket;

        @Option(
                names = {"--port", "-port"},
                paramLabel = "N",
                description = "TCP port N of 127.0.0.1 instead.")
        private Integer port;
    }

    /** Where a service is to listen. */
    Address toListen() {
        // "uds ipc" has these options too, and would not pass them on.
        new GivenOptions(spec.parent()).refuseAll("belongs after \"" + spec.name() + "\"");
        try {
            if (choice.port != null) {
                return Address.loopback(choice.port);
            }
            return choice.socket != null
                    ? SocketPath.of(choice.socket)
                    : Address.path(defaultSocket());
        } catch (IllegalArgumentException e) {
            String option = choice.port != null ? "--port: " : "--socket: ";
            throw new ParameterException(spec.commandLine(), option + e.getMessage());
        }
    }

    /** Where a client finds the service. */
    Address toConnect() {
        if (choice.port != null && choice.port == 0) {
            throw new ParameterException(
                    spec.commandLine(), "--port: 0 is no port that a service can be at");
        }
        return toListen();
    }

    /** Whether a socket file is asked for. */
    boolean namesFile() {
        return choice.socket != null;
    }
}
