package dev.unixsocket.uds.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** {@code deploy}, on a machine where the distribution was not made. */
@OnMachine
class DeployIT {

    private static final String DEPLOY = "/opt/panama-unixsocket/current/bin/deploy ";

    @Test
    void anUpgradeAndAStepBackLoseNoRequest(Machine machine) {
        Units.install(machine);
        machine.run("rm -f /run/stop; systemctl start weave-compute.service");
        Machine.Command load = machine.start(Units.WEAVE.client("weave", "/run/stop"));
        String before = machine.run("readlink /opt/panama-unixsocket/current");
        machine.run("/mnt/dist/bin/deploy install");
        String after = machine.run("readlink /opt/panama-unixsocket/current");
        assertRuns(before, machine);
        restart(machine);
        assertRuns(after, machine);
        machine.run(DEPLOY + "rollback");
        restart(machine);
        assertRuns(before, machine);
        machine.run("touch /run/stop");
        String results = load.success();
        assertTrue(results.matches("answered \\d+\n"), results);
        machine.run("systemctl stop weave-compute.socket; " + DEPLOY + "rollback");
    }

    private static void restart(Machine machine) {
        machine.run("systemctl restart weave-compute.service");
        machine.run(Units.WEAVE.client("weave"));
    }

    private static void assertRuns(String version, Machine machine) {
        String program =
                machine.run("readlink /proc/$(systemctl show -P MainPID weave-compute)/exe");
        assertEquals("/opt/panama-unixsocket/" + version.strip() + "/runtime/bin/java\n", program);
    }

    @Test
    void aUserUpgradesWithoutRoot(Machine machine) {
        String dir = machine.run("mktemp -d").strip();
        machine.run("chown nobody " + dir);
        String deploy =
                "setpriv --reuid=nobody --regid=nogroup --clear-groups %s/bin/deploy %s " + dir;
        for (int i = 1; i <= 3; i++) {
            machine.run(deploy.formatted("/mnt/dist", "install"));
        }
        String own = dir + "/current";
        assertEquals(
                "0.1.0\n0.1.0-2 (previous)\n0.1.0-3 (current)\n",
                machine.run(deploy.formatted(own, "list")));
        machine.run(deploy.formatted(own, "rollback"));
        assertEquals("removed: 0.1.0\n", machine.run(deploy.formatted(own, "prune")));
        assertEquals(
                "0.1.0-2 (current)\n0.1.0-3 (previous)\n",
                machine.run(deploy.formatted(own, "list")));
        machine.run("rm -r " + dir);
    }

    @Test
    void aDistributionThatDoesNotRunIsNotInstalled(Machine machine) {
        String result =
                machine.run(
                        """
                        dir=$(mktemp -d)
                        /mnt/dist/bin/deploy install $dir/prefix >/dev/null
                        cp -r /mnt/dist $dir/broken
                        rm $dir/broken/runtime/lib/server/libjvm.so
                        $dir/broken/bin/deploy install $dir/prefix 2>/dev/null; echo $?
                        cd $dir/prefix && echo * && echo versions/*
                        rm -r $dir
                        """);
        assertEquals("1\ncurrent versions\nversions/0.1.0\n", result);
    }

    @Test
    void aCopyOverAnOlderCopyWorks(Machine machine) {
        machine.run(
                """
                dir=$(mktemp -d) && chown nobody $dir
                for i in 1 2; do
                    setpriv --reuid=nobody --regid=nogroup --clear-groups cp -r /mnt/dist/. $dir/
                done
                rm -r $dir
                """);
    }

    @Test
    void aStartOnAnotherMachineTakesItsClassesFromTheCaches(Machine machine) {
        Machine.Command version = machine.start("/mnt/dist/bin/uds --version");
        assertEquals("panama-unixsocket 0.1.0\n", version.success());
        assertEquals("", version.program().stderr());
        machine.run(
                "UDS_JAVA_OPTIONS='-Xshare:on -Xlog:class+load' /mnt/dist/bin/uds --help"
                        + " | grep 'picocli.CommandLine source: shared objects file'");
    }
}
