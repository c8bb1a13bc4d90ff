package dev.unixsocket.uds.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service that cannot start, dies or hangs: its clients wait until it is well again. */
@OnMachine
class StartFailureIT {

    private static final String DROP_IN = "/run/systemd/system/weave-compute.service.d/broken.conf";

    @BeforeEach
    void listen(Machine machine) {
        Units.install(machine);
        machine.run("systemctl start weave-compute.socket");
    }

    private static void dropIn(Machine machine, String lines) {
        machine.run(
                """
                mkdir -p $(dirname %1$s)
                printf '[Service]\\n%2$s' >%1$s
                systemctl daemon-reload
                """
                        .formatted(DROP_IN, lines.replace("\n", "\\n")));
    }

    @AfterEach
    void stop(Machine machine) {
        machine.run(
                "rm -f %s; systemctl daemon-reload; systemctl stop weave-compute.socket"
                        .formatted(DROP_IN));
    }

    @ParameterizedTest
    @CsvSource({
        "current/bin/weave-compute --group no-such-group, a wrong option",
        "missing/bin/weave-compute, a program that is not there"
    })
    void aClientWaitsUntilTheFaultIsMended(String command, String fault, Machine machine) {
        dropIn(machine, "ExecStart=\nExecStart=/opt/panama-unixsocket/%s\n".formatted(command));
        Machine.Command client = machine.start(Units.WEAVE.client("weave"));
        machine.await("[ $(systemctl show -P NRestarts weave-compute) -ge 3 ]");
        assertTrue(client.program().isAlive(), client.program()::stderr);
        assertEquals("active\n", machine.run("systemctl is-active weave-compute.socket"));
        machine.run("rm %s; systemctl daemon-reload".formatted(DROP_IN));
        client.success();
    }

    @Test
    void aClientOfAServiceThatWasKilledIsServedByTheNext(Machine machine) {
        machine.run(Units.WEAVE.client("weave"));
        machine.run("systemctl kill --signal=KILL weave-compute.service");
        machine.run(Units.WEAVE.client("weave"));
    }

    @Test
    void aServiceThatHangsSaysWhereAndIsStartedAnew(Machine machine) {
        dropIn(machine, "WatchdogSec=2s\nTimeoutAbortSec=1s\n");
        Machine.Command idle = machine.start(Units.WEAVE.client("idle"));
        machine.await("[ $(systemctl show -P NRestarts weave-compute) -ge 1 ]");
        idle.success(); // the only worker waited for it, and accepted nobody
        machine.await("journalctl -u weave-compute --no-pager | grep 'Full thread dump'");
        machine.run(Units.WEAVE.client("weave"));
    }
}
