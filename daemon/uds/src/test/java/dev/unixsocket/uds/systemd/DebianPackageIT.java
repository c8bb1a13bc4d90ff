package dev.unixsocket.uds.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The Debian package of {@code -Ppackages}: installed, upgraded and purged on a machine. */
@EnabledIfSystemProperty(named = "packages", matches = ".+", disabledReason = "-Ppackages makes it")
@OnMachine
class DebianPackageIT {

    private static final String LATER = "0.1.1";

    /** All that the package has, and all that it and its services make. */
    private static final String LIST =
            "find / -xdev \\( -path /proc -o -path /sys -o -path /mnt -o -path /var/lib/dpkg"
                    + " -o -path /var/log/journal -o -path /var/cache -o -path /tmp \\) -prune -o"
                    + " \\( -name '*panama-unixsocket*' -o -name '*weave*' -o -name '*observatory*'"
                    + " -o -name 'uds*' \\) -print | sort";

    @BeforeEach
    void withoutWhatWasDeployed(Machine machine) {
        machine.run(
                """
                systemctl stop 'weave-compute.*' 'observatory.*' 'uds-*'
                cd /etc/systemd/system && rm -f weave-compute.* observatory* uds-*
                rm -f /etc/sysusers.d/panama-unixsocket.conf /etc/tmpfiles.d/panama-unixsocket.conf \
                    /etc/logrotate.d/panama-unixsocket
                rm -rf /var/lib/uds-ipc /var/log/observatory /run/weave-compute /run/observatory \
                    /run/uds-ipc /run/uds-events /run/uds-register
                systemctl daemon-reload
                """);
    }

    private static Path packageIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".deb")).findFirst().orElseThrow();
        }
    }

    /** Makes the same package, of a later version. */
    private static void makeLater(Machine machine) {
        machine.run(
                """
                dpkg-deb --raw-extract /run/first.deb /run/later
                sed -i 's/^Version: .*/Version: %s/' /run/later/DEBIAN/control
                dpkg-deb -Znone --build /run/later /run/second.deb
                rm -r /run/later
                """
                        .formatted(LATER));
    }

    @Test
    void itStartsNothingIsUpgradedWithoutALossAndLeavesNothing(Machine machine) throws IOException {
        machine.copy(packageIn(Path.of(System.getProperty("packages"))), "/run/first.deb");
        makeLater(machine);
        String before = machine.run(LIST);

        machine.run("dpkg --install /run/first.deb");
        assertHasWhatItBrings(machine);
        for (Units units : Units.all()) {
            machine.run(
                    """
                    [ $(systemctl is-active %1$s.socket) = inactive ] &&
                    [ $(systemctl is-active %1$s.service) = inactive ] &&
                    [ $(systemctl is-enabled %1$s.socket) = disabled ]
                    """
                            .formatted(units.name()));
            machine.run("systemctl enable --now --quiet %s.socket".formatted(units.name()));
        }

        machine.run("rm -f /run/stop");
        Machine.Command load = machine.start(Units.WEAVE.client("weave", "/run/stop"));
        machine.run(Units.WEAVE.client("weave") + " && dpkg --install /run/second.deb");
        machine.run(Units.WEAVE.client("weave") + "; touch /run/stop");
        String results = load.success();
        assertTrue(results.matches("answered \\d+\n"), results);
        assertEquals(
                "/usr/lib/panama-unixsocket/runtime/bin/java\n",
                machine.run("readlink /proc/$(systemctl show -P MainPID weave-compute)/exe"));
        assertEquals(
                LATER,
                machine.run("dpkg-query --show --showformat='${Version}' panama-unixsocket"));

        machine.run("dpkg --purge panama-unixsocket; systemctl --failed --quiet");
        for (Units units : Units.all()) {
            machine.run("! systemctl is-active %1$s.socket %1$s.service".formatted(units.name()));
        }
        assertEquals(before, machine.run(LIST));
    }

    private static void assertHasWhatItBrings(Machine machine) {
        Machine.Command version = machine.start("uds --version && weave-compute --version");
        assertEquals("panama-unixsocket 0.1.0\n".repeat(2), version.success());
        assertEquals("", version.program().stderr());
        Machine.Command pages =
                machine.start(
                        """
                        export LC_ALL=C.UTF-8
                        for page in $(dpkg --listfiles panama-unixsocket | grep '/man1/.'); do
                            man --warnings --local-file $page >/dev/null
                        done
                        man weave-compute | grep -- '--read-timeout=TIME'
                        bash -c '. /usr/share/bash-completion/completions/uds && complete -p uds'
                        """);
        pages.success();
        assertEquals("", pages.program().stderr());
    }
}
