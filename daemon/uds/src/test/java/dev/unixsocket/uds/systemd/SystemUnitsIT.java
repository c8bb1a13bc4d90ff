package dev.unixsocket.uds.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The system's units: what they may do, where events and logs go. */
@OnMachine
class SystemUnitsIT {

    private static final String FILES = "/var/log/observatory/events.jsonl*";

    @BeforeEach
    void install(Machine machine) {
        Units.install(machine);
    }

    @AfterEach
    void stop(Machine machine) {
        machine.run("systemctl stop 'weave-compute.*' 'observatory.*' 'uds-*'");
    }

    private static int lines(Machine machine) {
        return Integer.parseInt(machine.run("zcat -f " + FILES + " | wc -l").strip());
    }

    @Test
    void whatAServiceMayDoIsLittleAndItIsWatched(Machine machine) {
        for (Units units : Units.all()) {
            machine.run(
                    """
                    systemctl start %1$s.service
                    systemd-analyze security --no-pager --threshold=20 %1$s.service
                    """
                            .formatted(units.name()));
            String period = machine.run("systemctl show -P WatchdogUSec " + units.name());
            assertEquals("3min\n", period, units.name());
        }
        machine.run(Units.WEAVE.client("weave"));
    }

    @Test
    void aReaderIsServedOnASocketOfItsOwn(Machine machine) {
        machine.run("systemctl start observatory.socket");
        String socket = "/run/observatory/out.sock";
        assertEquals("600 observatory\n", machine.run("stat -c '%a %U' " + socket));
        Machine.Command reader = machine.start(Units.OBSERVATORY.client("read", socket));
        while (reader.program().isAlive()) { // of the first events, some may come before it
            machine.run(Units.OBSERVATORY.client("burst", "10"));
        }
        assertTrue(reader.success().contains("\"_event\":\"Burst\""));
        machine.run("systemctl stop observatory.socket");
        machine.run("! [ -e %s ]".formatted(socket));
    }

    @Test
    void membersOfTheGroupAreServedAndOthersAreNot(Machine machine) {
        machine.run("systemctl start weave-compute.socket");
        String ask = "/usr/bin/python3 /mnt/test/clients.py weave " + Units.WEAVE.path();
        machine.run("setpriv --reuid=65534 --regid=65534 --groups=weave-compute " + ask);
        machine.run("! setpriv --reuid=65534 --regid=65534 --clear-groups " + ask);
    }

    @Test
    void ofManyEventsAtOnceEachIsInTheFile(Machine machine) {
        machine.run("systemctl start observatory.socket");
        int before = lines(machine);
        String sent = machine.run(Units.OBSERVATORY.client("burst", "200000"));
        assertEquals("200000\n", sent);
        assertEquals(200_000, lines(machine) - before);
    }

    @Test
    void noEventIsLostWhileTheFileIsRotated(Machine machine) {
        machine.run("rm -f /run/stop; systemctl start observatory.service");
        int before = lines(machine);
        Machine.Command load = machine.start(Units.OBSERVATORY.client("observe", "/run/stop"));
        for (int i = 1; i <= 2; i++) {
            machine.await("[ -s /var/log/observatory/events.jsonl ]");
            machine.run("logrotate --force /etc/logrotate.d/panama-unixsocket");
        }
        machine.await("[ -s /var/log/observatory/events.jsonl ]");
        machine.run("touch /run/stop");
        String results = load.success();
        assertTrue(results.matches("answered \\d+\n"), results);
        int answered = Integer.parseInt(results.replaceAll("\\D", ""));
        assertEquals(answered, lines(machine) - before);
    }

    @Test
    void theJournalNamesTheService(Machine machine) {
        machine.run("systemctl start weave-compute.service");
        machine.await("journalctl -t weave-compute --no-pager | grep 'listening on'");
    }
}
