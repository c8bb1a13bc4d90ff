package dev.unixsocket.daemon.ipc;

import dev.unixsocket.ffi.Address;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

import java.nio.file.Path;

/** Where a service listens: {@code --socket} or {@code --port}, one of them. */
final class IpcTarget {

    /** What the original listens on. */
    static final String DEFAULT_SOCKET = "/tmp/litebase.sock";

    @ArgGroup private Choice choice = new Choice();

    IpcTarget() {}

    /** One of these. */
    private static final class Choice {

        @Option(
                names = {"--socket", "-socket"},
                paramLabel = "PATH",
                description = "The socket file. Default: " + DEFAULT_SOCKET)
        private Path socket;

        @Option(
                names = {"--port", "-port"},
                paramLabel = "N",
                description = "TCP port N of 127.0.0.1 instead; 0 takes a free one when serving.")
        private Integer port;
    }

    Address address() {
        if (choice.port != null) {
            return Address.loopback(choice.port);
        }
        return choice.socket != null ? Address.path(choice.socket) : Address.path(DEFAULT_SOCKET);
    }
}
