package dev.unixsocket.uds.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Socket and service are started, stopped and restarted: those of one service in every order of two
 * commands, those of the others, whose units are made of the same parts, by each command.
 */
@OnMachine
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

    /** Each command at least once; the last two show that a service starts its socket. */
    private static List<String> everyCommand() {
        return List.of(
                "start %s.socket",
                "start %s.service",
                "restart %s.service",
                "restart %s.socket",
                "stop %s.service",
                "stop %s.socket",
                "start %s.service",
                "stop %s.socket");
    }

    private static List<String> commands(Units units) {
        return units.equals(Units.WEAVE) ? everyPair() : everyCommand();
    }

    private static String walk(List<String> commands, String scope, String name, String path) {
        String lines = String.join("\n", commands).replace("%s", name);
        return WALK.formatted(scope, name, path, lines);
    }

    private static void check(List<String> commands, String name, String output) {
        List<String> lines = output.lines().toList();
        assertEquals(commands.size(), lines.size(), output);
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

    /** All walks at once. */
    private static void check(Function<Units, Machine.Command> walk) {
        List<Machine.Command> walks = Units.all().stream().map(walk).toList();
        for (int i = 0; i < walks.size(); i++) {
            Units units = Units.all().get(i);
            check(commands(units), units.name(), walks.get(i).success());
        }
    }

    /** Asks a user's service, which the socket starts. */
    private static String ask(Units units) {
        return "systemctl --user start %s.socket; /mnt/dist/bin/uds ping --timeout 100s --service %s %s"
                .formatted(units.name(), units.ping(), units.userPath());
    }

    @Test
    void theSystemsUnitsSurviveEveryOrder(Machine machine) {
        check(units -> machine.start(walk(commands(units), "", units.name(), units.path())));
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
        check(
                units ->
                        machine.startAs(
                                "alice",
                                walk(commands(units), " --user", units.name(), units.userPath())));
        for (Units units : Units.all()) {
            machine.runAs("alice", ask(units));
        }
        machine.run("loginctl disable-linger alice; systemctl stop user@$(id -u alice)");
    }
}
