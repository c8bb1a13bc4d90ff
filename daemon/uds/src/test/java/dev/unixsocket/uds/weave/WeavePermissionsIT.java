package dev.unixsocket.uds.weave;

import static dev.unixsocket.testing.RequiredTools.requireRoot;
import static dev.unixsocket.testing.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Who can get at the socket, from the first moment on, and in which directories it may be. */
class WeavePermissionsIT {

    private static final String NOBODY = "65534";

    /** Groups that need not exist. */
    private static final String GROUP = "60001";

    private static final String ANOTHER_GROUP = "60002";

    /** A fifth of a second after each call that makes the socket, so that nothing goes unseen. */
    private static final String[] SLOWLY = {
        "strace",
        "--quiet=all",
        "-f",
        "-o/dev/null",
        "--trace=bind,/chmod,/chown,listen",
        "--inject=bind,/chmod,/chown,listen:delay_exit=200000"
    };

    @TempDir Path runtimeDirectory;

    private void letOthersPass() throws IOException {
        Files.setPosixFilePermissions(
                runtimeDirectory, PosixFilePermissions.fromString("rwx--x--x"));
    }

    private Program.Builder daemon(String... options) {
        return Program.dist("weave-compute", options)
                .environment("XDG_RUNTIME_DIR", runtimeDirectory.toString());
    }

    /** Everything that its file could be seen as while the daemon made it under umask 0. */
    private Set<String> seenWhileMade(String... options) {
        requireTool("strace", "to slow the daemon down");
        Path socket = RunningDaemon.socketIn(runtimeDirectory);
        Set<String> seen = new LinkedHashSet<>();
        try (Program daemon =
                daemon(options)
                        .under(SLOWLY)
                        .under("sh", "-c", "umask 0; exec \"$@\"", "sh")
                        .start()) {
            Program.await(
                    () -> {
                        look(socket, seen);
                        return daemon.stderr().contains("listening on") || !daemon.isAlive();
                    },
                    "a daemon");
            look(socket, seen);
            assertTrue(daemon.isAlive(), daemon::stderr);
        }
        return seen;
    }

    private int ownGroup() throws IOException {
        return (int) Files.getAttribute(runtimeDirectory, "unix:gid");
    }

    private static void look(Path socket, Set<String> seen) {
        try {
            Map<String, Object> file =
                    Files.readAttributes(socket, "unix:mode,gid", LinkOption.NOFOLLOW_LINKS);
            seen.add("%o %d".formatted((int) file.get("mode") & 0777, (int) file.get("gid")));
        } catch (IOException notYet) {
            // it is about to be made
        }
    }

    @Test
    void theSocketIsNeverMoreOpenThanItsDefault() throws IOException {
        assertEquals(Set.of("600 " + ownGroup()), seenWhileMade("--lock"));
    }

    @Test
    void theSocketIsNeverMoreOpenThanAskedFor() throws IOException {
        assertEquals(Set.of("640 " + ownGroup()), seenWhileMade("--lock", "--mode=640"));
    }

    @Test
    void theSocketIsOpenToAGroupOnlyWhenItIsThatGroups() {
        requireRoot("to give a file to any group");
        Set<String> seen = seenWhileMade("--lock", "--group=" + GROUP);
        assertTrue(seen.contains("660 " + GROUP), seen::toString);
        assertTrue(
                Set.of("600 0", "600 " + GROUP, "660 " + GROUP).containsAll(seen), seen::toString);
    }

    @Test
    void aPeerWhoseSupplementaryGroupItIsIsServed() throws IOException {
        letOthersPass();
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory, "--group=" + GROUP)) {
            assertEquals(0, send(daemon, ANOTHER_GROUP, GROUP).awaitExit());
        }
    }

    @Test
    void aPeerWhosePrimaryGroupItIsIsServed() throws IOException {
        letOthersPass();
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory, "--group=" + GROUP)) {
            assertEquals(0, send(daemon, GROUP, ANOTHER_GROUP).awaitExit());
        }
    }

    @Test
    void aPeerOutsideTheGroupCannotConnect() throws IOException {
        letOthersPass();
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory, "--group=" + GROUP)) {
            Program client = send(daemon, ANOTHER_GROUP, ANOTHER_GROUP);
            assertTrue(client.stderr().contains("EACCES"), client::stderr);
        }
    }

    @Test
    void anAbstractNameIsGuardedByCredentials() throws IOException {
        requireRoot("to connect as another user");
        String name = "weave-" + runtimeDirectory.getFileName();
        try (RunningDaemon daemon =
                RunningDaemon.start(runtimeDirectory, "--abstract=" + name, "--log-level=debug")) {
            requireTool("socat", "to connect to an abstract name");
            Program.tool("socat", "-u", "ABSTRACT-CONNECT:" + name, "-").asNobody().run();
            daemon.program().awaitStderr("refused a connection of pid ");
        }
    }

    @Test
    void aUserOnTheListIsServedWhereTheModeLetsOthersConnect() throws IOException {
        letOthersPass();
        try (RunningDaemon daemon =
                RunningDaemon.start(runtimeDirectory, "--allow-user=" + NOBODY, "--mode=0666")) {
            assertEquals(0, send(daemon, ANOTHER_GROUP, ANOTHER_GROUP).awaitExit());
        }
    }

    @Test
    void anyoneIsServedWhereTheModeLetsOthersConnectWhateverTheUmask() throws IOException {
        letOthersPass();
        try (Program daemon =
                daemon("--allow-anyone", "--mode=0666")
                        .under("sh", "-c", "umask 077; exec \"$@\"", "sh")
                        .start()
                        .awaitStderr("listening on")) {
            Path socket = RunningDaemon.socketIn(runtimeDirectory);
            RunningDaemon running = new RunningDaemon(daemon, socket);
            assertEquals(0, send(running, ANOTHER_GROUP, ANOTHER_GROUP).awaitExit());
        }
    }

    @Test
    void theDirectoryIsOpenOnlyWhileTheModeLetsOthersConnect() throws IOException {
        Path directory = RunningDaemon.socketIn(runtimeDirectory).getParent();
        String[][] options = {{"--mode=0666"}, {"--mode=0660"}, {"--mode=0600"}, {}};
        String[] modes = {"rwx--x--x", "rwx--x---", "rwx------", "rwx------"};
        for (int i = 0; i < modes.length; i++) {
            try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory, options[i])) {
                assertEquals(
                        modes[i],
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
                assertEquals(0, daemon.program().terminate());
            }
        }
    }

    private static Program send(RunningDaemon daemon, String group, String supplementary) {
        requireRoot("to be another user");
        return Program.dist("uds", "weave", "send", "--prompt=x", "--socket=" + daemon.socket())
                .under(
                        "setpriv",
                        "--reuid=" + NOBODY,
                        "--regid=" + group,
                        "--groups=" + supplementary)
                .run();
    }

    private void assertRefused(String why, String... options) {
        Program program = daemon(options).run();
        assertEquals(1, program.awaitExit(), program::stderr);
        assertTrue(program.stderr().contains(why), program::stderr);
    }

    @Test
    void aRuntimeDirectoryOfAnotherUserIsRefused() throws IOException {
        requireRoot("to make a directory another user's");
        Path directory = Files.createDirectory(runtimeDirectory.resolve("weave"));
        Files.setAttribute(directory, "unix:uid", Integer.valueOf(NOBODY));
        String why = directory + " belongs to uid 65534, not to uid 0";
        assertRefused(why);
        assertRefused(why, "--lock");
        assertEquals(Integer.valueOf(NOBODY), Files.getAttribute(directory, "unix:uid"));
    }

    @Test
    void aRuntimeDirectoryInsideAnotherUsersIsRefused() throws IOException {
        requireRoot("to make a directory another user's");
        Files.setAttribute(runtimeDirectory, "unix:uid", Integer.valueOf(NOBODY));
        assertRefused(runtimeDirectory + " belongs to uid 65534, not to uid 0");
        assertFalse(Files.exists(runtimeDirectory.resolve("weave")));
        Files.setAttribute(runtimeDirectory, "unix:uid", 0);
    }

    @Test
    void aRuntimeDirectoryThatIsASymbolicLinkIsRefused() throws IOException {
        Path elsewhere = Files.createDirectory(runtimeDirectory.resolve("elsewhere"));
        Files.createSymbolicLink(runtimeDirectory.resolve("weave"), elsewhere);
        assertRefused("weave is a symbolic link");
        assertRefused("weave is a symbolic link", "--lock");
        try (var files = Files.list(elsewhere)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void aUserWhoIsNotRootCanServe() throws IOException {
        requireRoot("to start it as another user");
        Path directory = Files.createDirectory(runtimeDirectory.resolve("nobody"));
        letOthersPass();
        Files.setAttribute(directory, "unix:uid", Integer.valueOf(NOBODY));
        try (Program daemon =
                Program.dist("weave-compute", "--lock", "--metadata")
                        .environment("XDG_RUNTIME_DIR", directory.toString())
                        .asNobody()
                        .start()
                        .awaitStderr("listening on")) {
            assertEquals(0, daemon.terminate());
        }
    }

    /** Root, which the user namespace of the daemon does not map, is shown there as nobody. */
    @Test
    void aDaemonOfTheOverflowUserDoesNotTakeOthersForItsOwnUser() throws IOException {
        requireRoot("to start a daemon as another user");
        requireTool("unshare", "to make a user namespace");
        requireTool("socat", "to connect as root");
        String[] asNobodyOfItsOwn = {
            "setpriv",
            "--reuid=12345",
            "--regid=12345",
            "--clear-groups",
            "unshare",
            "--user",
            "--map-user=" + NOBODY,
            "--map-group=" + NOBODY
        };
        Program possible = Program.tool("true").under(asNobodyOfItsOwn).run();
        assumeTrue(possible.awaitExit() == 0, possible::stderr);
        letOthersPass();
        Files.setAttribute(runtimeDirectory, "unix:uid", 12345);
        try (Program daemon =
                daemon("--log-level=debug")
                        .under(asNobodyOfItsOwn)
                        .start()
                        .awaitStderr("listening on")) {
            assertTrue(
                    daemon.stderr().contains("nobody is admitted by the ID 65534"), daemon::stderr);
            Path socket = RunningDaemon.socketIn(runtimeDirectory);
            Program peer = Program.tool("socat", "-u", "UNIX:" + socket, "-").run();
            assertEquals(0, peer.stdoutBytes().length);
            daemon.awaitStderr("refused a connection of pid");
            assertEquals(0, daemon.terminate());
        } finally {
            Files.setAttribute(runtimeDirectory, "unix:uid", 0);
        }
    }
}
