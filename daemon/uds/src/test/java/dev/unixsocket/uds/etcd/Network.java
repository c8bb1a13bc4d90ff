package dev.unixsocket.uds.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unixsocket.testing.Program;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Machines that are network namespaces, each with an interface on one switch, which is another one.
 * Nothing of it can be reached from outside. Needs root.
 */
final class Network implements AutoCloseable {

    private static final String LAYOUT =
            """
            ip netns add $0-switch
            ip -n $0-switch link add br0 type bridge
            ip -n $0-switch link set br0 up
            """;

    private static final String MACHINES =
            """
            while [ $# -gt 0 ]; do
                ip netns add $0-$1
                ip -n $0-$1 -batch - <<END
            link add eth0 type veth peer name to-$1 netns $0-switch
            addr add $2/24 dev eth0
            link set eth0 up
            link set lo up
            END
                ip -n $0-switch link set to-$1 master br0 up
                shift 2
            done
            """;

    private static final AtomicInteger MADE = new AtomicInteger();

    private final String name =
            "uds-%d-%d".formatted(ProcessHandle.current().pid(), MADE.incrementAndGet());
    private final List<String> machines;

    private Network(List<String> machines) {
        this.machines = machines;
    }

    /** Makes it; skips the test where this machine does not let root do so. */
    static Network of(List<String> machines) {
        Network network = new Network(machines);
        Program layout = network.shell(LAYOUT);
        if (layout.awaitExit() != 0) {
            network.close();
            assumeTrue(false, "network namespaces cannot be made here: " + layout.stderr());
        }
        List<String> addresses = new ArrayList<>();
        machines.forEach(machine -> addresses.addAll(List.of(machine, network.address(machine))));
        Program made = network.shell(MACHINES, addresses.toArray(String[]::new));
        assertEquals(0, made.awaitExit(), made::stderr);
        return network;
    }

    private Program shell(String script, String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "-ec";
        all[1] = script;
        all[2] = name;
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return Program.tool("sh", all).run();
    }

    String address(String machine) {
        return "10.77.0." + (machines.indexOf(machine) + 1);
    }

    /** Starts a program there. */
    Program.Builder on(String machine, Program.Builder program) {
        return program.under("nsenter", namespace(machine));
    }

    /** A command that runs there. */
    List<String> command(String machine, String... words) {
        List<String> command = new ArrayList<>(List.of("nsenter", namespace(machine)));
        command.addAll(List.of(words));
        return command;
    }

    private String namespace(String machine) {
        return "--net=/run/netns/" + name + "-" + machine;
    }

    /** Nothing reaches it any more, and it reaches nothing. */
    void cutOff(String machine) {
        link(machine, "down");
    }

    void join(String machine) {
        link(machine, "up");
    }

    private void link(String machine, String state) {
        Program done = shell("ip -n $0-switch link set to-$1 $2", machine, state);
        assertEquals(0, done.awaitExit(), done::stderr);
    }

    @Override
    public void close() {
        String[] all = machines.toArray(String[]::new);
        shell("for one in \"$@\" switch; do ip netns delete $0-$one || :; done", all);
    }
}
