package dev.unixsocket.uds.systemd;

import java.util.List;

/**
 * The services of the distribution, as units of a running systemd.
 *
 * @param socket of the system, in {@code /run}
 * @param userSocket of a user, in {@code $XDG_RUNTIME_DIR}
 */
record Units(String name, String socket, String userSocket) {

    static final Units WEAVE =
            new Units("weave-compute", "weave-compute/weave.sock", "weave/weave.sock");
    static final Units OBSERVATORY =
            new Units("observatory", "observatory/in.sock", "observatory/in.sock");
    static final Units IPC = new Units("uds-ipc", "uds-ipc/litebase.sock", "uds-ipc/litebase.sock");
    static final Units EVENTS =
            new Units("uds-events@builds", "uds-events/builds.sock", "uds-events/builds.sock");

    static List<Units> all() {
        return List.of(WEAVE, OBSERVATORY, IPC, EVENTS);
    }

    /** What {@code uds ping} calls the service. */
    String ping() {
        return switch (name) {
            case "weave-compute" -> "weave";
            case "observatory" -> "observe";
            case "uds-ipc" -> "ipc";
            default -> "events";
        };
    }

    /** Installs the distribution and the system's units, unless they are there. */
    static void install(Machine machine) {
        machine.run(
                """
                [ -L /opt/panama-unixsocket/current ] || /mnt/dist/bin/deploy install
                /opt/panama-unixsocket/current/bin/deploy units
                """);
    }

    /** The path of the system's socket. */
    String path() {
        return "/run/" + socket;
    }

    /** The path of a user's socket, for a shell. */
    String userPath() {
        return "$XDG_RUNTIME_DIR/" + userSocket;
    }

    /** A client of clients.py, as the service's own user. */
    String client(String what, String... arguments) {
        return "setpriv --reuid=%1$s --regid=%1$s --clear-groups /usr/bin/python3 /mnt/test/clients.py %2$s %3$s %4$s"
                .formatted(name, what, path(), String.join(" ", arguments));
    }

    @Override
    public String toString() {
        return name;
    }
}
