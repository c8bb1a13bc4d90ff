package dev.unixsocket.uds.systemd;

import static dev.unixsocket.testing.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A machine of its own with systemd as PID 1, in a container: this machine's root directory, or the
 * one that {@code -Dsystemd.root} names, under a layer of changes that vanish with it. The
 * distribution is in {@code /mnt/dist}, the clients in {@code /mnt/test}. All tests of a run share
 * it. Where no container can be booted, the tests are skipped and say why.
 */
final class Machine implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(8);

    private final Program container;
    private final Path work;
    private long leader;

    private Machine() throws IOException {
        requireTool("systemd-nspawn", "to boot a container");
        requireTool("nsenter", "to run commands in a container");
        assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "no container was booted: that needs root");
        work = Files.createTempDirectory("machine");
        container = boot();
        await(() -> !container.isAlive() || isUp(), Duration.ofMinutes(3));
        boolean booted = container.isAlive() && isUp();
        if (!booted) {
            close();
            String why = container.stderr() + container.stdout();
            System.err.println("The tests of units are skipped, no container was booted: " + why);
        }
        assumeTrue(booted, "no container was booted; this machine does not let one");
    }

    private Program boot() {
        Path resources = Path.of("src/test/resources/dev/unixsocket/uds/systemd").toAbsolutePath();
        return Program.tool(
                        "unshare",
                        "--mount",
                        resources.resolve("boot").toString(),
                        System.getProperty("systemd.root", "/"),
                        work.toString(),
                        Program.dist().toAbsolutePath().normalize().toString(),
                        resources.toString())
                .start();
    }

    /** What nspawn starts first is not what becomes PID 1. */
    private boolean isUp() {
        Optional<ProcessHandle> child = container.children().findFirst();
        if (child.isEmpty()) {
            return false;
        }
        leader = child.get().pid();
        String state = start("systemctl is-system-running").output();
        return state.startsWith("running") || state.startsWith("degraded");
    }

    /** A command under way in the machine. */
    record Command(String script, Program program) {

        /** Waits for its end: what it printed. */
        String output() {
            await(() -> !program.isAlive(), LIMIT);
            if (program.isAlive()) {
                fail("still running after " + LIMIT + ": " + program.stdout() + program.stderr());
            }
            program.awaitExit();
            return program.stdout();
        }

        /** Waits for its end, which must be with exit status 0: what it printed. */
        String success() {
            String output = output();
            assertEquals(
                    0, program.awaitExit(), () -> script + "\n" + output + "\n" + program.stderr());
            return output;
        }
    }

    /** Starts a shell script, as root. */
    Command start(String script) {
        return new Command(
                script,
                Program.tool(
                                "nsenter",
                                "--all",
                                "--target=" + leader,
                                "env",
                                "-i",
                                "PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin",
                                "HOME=/root",
                                "sh",
                                "-c",
                                script)
                        .start());
    }

    /** Runs a shell script, as root, which must end with exit status 0: what it printed. */
    String run(String script) {
        return start(script).success();
    }

    /** Copies a file of this machine to a path there. */
    void copy(Path from, String to) throws IOException {
        Files.copy(from, Path.of("/proc/" + leader + "/root" + to), REPLACE_EXISTING);
    }

    /** Starts a shell script, as a user who has a systemd of its own, without a login. */
    Command startAs(String user, String script) {
        String id = run("id -u " + user).strip();
        return start(
                """
                exec setpriv --reuid=%1$s --regid=%1$s --init-groups \
                    env HOME=/home/%1$s XDG_RUNTIME_DIR=/run/user/%2$s sh -c '%3$s'
                """
                        .formatted(user, id, script.replace("'", "'\\''")));
    }

    /** Runs it: what it printed. */
    String runAs(String user, String script) {
        return startAs(user, script).success();
    }

    /** Waits until a shell script ends with exit status 0. */
    void await(String script) {
        if (!await(() -> succeeds(script), LIMIT)) {
            fail("did not come: " + script + "\n" + run("journalctl --no-pager -n 40"));
        }
    }

    private boolean succeeds(String script) {
        Command command = start(script);
        command.output();
        return command.program().awaitExit() == 0;
    }

    private static boolean await(BooleanSupplier condition, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(50_000_000);
        }
        return true;
    }

    @Override
    public void close() {
        container.close();
        container.awaitExit();
        try {
            Files.delete(work);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives tests the machine, which it boots before the first and ends after the last. */
    static final class Booted implements BeforeAllCallback, ParameterResolver {

        @Override
        public void beforeAll(ExtensionContext context) {
            machine(context);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Machine.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return machine(context);
        }

        private static Machine machine(ExtensionContext context) {
            return context.getRoot()
                    .getStore(Namespace.create(Machine.class))
                    .getOrComputeIfAbsent(Machine.class, _ -> booted(), Machine.class);
        }

        private static Machine booted() {
            try {
                return new Machine();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
