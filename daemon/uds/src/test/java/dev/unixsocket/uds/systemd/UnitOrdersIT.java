package dev.unixsocket.uds.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.ArrayList;
import java.util.List;

/** Socket and service are started, stopped and restarted in every order of two commands. */
@ExtendWith(Machine.Booted.class)
class UnitOrdersIT {

    private static final List<String> COMMANDS =
            List.of(
                    "start %s.socket",
                    "stop %s.socket",
                    "restart %s.socket",
                    "start %s.service",
                    "stop %s.service",
                    "restart %s.service");

    /**
     * Prints what became of each command: its exit status, the states, and whether the file is
     * there.
     */
    private static final String WALK =
            """
            while read -r command; do
                systemctl%1$s $command 2>/dev/null
                status=$?
                socket=$(systemctl%1$s is-active %2$s.socket)
                service=$(systemctl%1$s is-active %2$s.service)
                [ -S %3$s ] && file=file || file=none
                echo "$command: $status $socket $service $file"
            done <<END
            %4$s
            END
            """;

    @BeforeEach
    void install(Machine machine) {
        Units.install(machine);
    }

    @AfterEach
    void stop(Machine machine) {
        machine.run("systemctl stop 'weave-compute.*' 'observatory.*' 'uds-*'");
    }

    /** Each command follows each other command, and itself, once. */
    private static List<String> everyPair() {
        List<String> walk = new ArrayList<>();
        int last = COMMANDS.size() - 1;
        for (int i = 0; i <= last; i++) {
            walk.add(COMMANDS.get(i));
            walk.add(COMMANDS.get(i));
            for (int j = i + 1; j <= last; j++) {
                walk.add(COMMANDS.get(j));
                if (j < last) {
                    walk.add(COMMANDS.get(i));
                }
            }
        }
        walk.add(COMMANDS.getFirst());
        return walk;
    }

    private static String walk(String scope, String name, String path) {
        String commands = String.join("\n", everyPair()).replace("%s", name);
        return WALK.formatted(scope, name, path, commands);
    }

    private static void check(String name, String output) {
        List<String> lines = output.lines().toList();
        assertEquals(everyPair().size(), lines.size(), output);
        boolean socket = false;
        boolean service = false;
        for (String line : lines) {
            String command = line.substring(0, line.indexOf(':'));
            boolean ofSocket = command.endsWith(".socket");
            boolean stops = command.startsWith("stop");
            socket = ofSocket && stops ? false : socket || !stops;
            service = stops ? false : service || !ofSocket;
            String state = service ? "active" : "inactive";
            // systemctl waits for the unit that it was told, and not for one that is restarted with
            // it
            boolean restarted = service && command.startsWith("restart") && ofSocket;
            String expected =
                    "%s: 0 %s %s %s"
                            .formatted(
                                    command,
                                    socket ? "active" : "inactive",
                                    state,
                                    socket ? "file" : "none");
            String seen =
                    restarted
                            ? line.replaceFirst(" (de)?activating | inactive ", " active ")
                            : line;
            assertEquals(expected, seen, name + ":\n" + output);
        }
    }

    @Test
    void theSystemsUnitsSurviveEveryOrder(Machine machine) {
        List<Machine.Command> walks =
                Units.all().stream()
                        .map(units -> machine.start(walk("", units.name(), units.path())))
                        .toList();
        for (int i = 0; i < walks.size(); i++) {
            check(Units.all().get(i).name(), walks.get(i).success());
        }
        machine.run(Units.WEAVE.client("weave"));
    }

    @Test
    void soDoTheUnitsOfAUserWhoIsNotLoggedIn(Machine machine) {
        machine.run(
                """
                id alice >/dev/null 2>&1 || useradd --create-home --home-dir /home/alice alice
                loginctl enable-linger alice
                """);
        machine.await("[ -S /run/user/$(id -u alice)/systemd/private ]");
        machine.runAs(
                "alice",
                "[ -L $HOME/.local/share/panama-unixsocket/current ] || /mnt/dist/bin/deploy"
                        + " install; /mnt/dist/bin/deploy units");
        String walk = walk(" --user", "weave-compute", "$XDG_RUNTIME_DIR/weave/weave.sock");
        check("weave-compute", machine.runAs("alice", walk));
        machine.runAs(
                "alice",
                "/usr/bin/python3 /mnt/test/clients.py weave $XDG_RUNTIME_DIR/weave/weave.sock");
        machine.run("loginctl disable-linger alice; systemctl stop user@$(id -u alice)");
    }
}
