package dev.unixsocket.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A real process: a program of the distribution, or a tool that talks to it. What it prints is
 * collected while it runs. Closing kills it.
 */
public final class Program implements AutoCloseable {

    /** How long anything that should happen may take, on a machine that has much else to do. */
    public static final Duration PATIENCE = Duration.ofMinutes(2);

    /** How long what a program printed last may take from its end to this process. */
    private static final Duration LAST_OUTPUT = Duration.ofSeconds(30);

    /**
     * Tests that were started in the background, or under nohup, would hand down that they ignore
     * SIGINT or SIGHUP. Empty where env(1) cannot undo that.
     */
    private static final List<String> DEFAULT_SIGNALS = defaultSignals();

    private final Process process;
    private final Output stdout;
    private final Output stderr;

    private Program(Process process) {
        this.process = process;
        this.stdout = new Output(process.getInputStream());
        this.stderr = new Output(process.getErrorStream());
    }

    private static List<String> defaultSignals() {
        List<String> prefix = List.of("env", "--default-signal=HUP,INT");
        List<String> trial = new ArrayList<>(prefix);
        trial.add("true");
        try {
            return new ProcessBuilder(trial).start().waitFor() == 0 ? prefix : List.of();
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    /** The distribution that the build made. */
    public static Path dist() {
        return Path.of(System.getProperty("dist"));
    }

    /** A program of the distribution's {@code bin/}, such as {@code uds}. */
    public static Builder dist(String name, String... arguments) {
        Builder builder = new Builder(dist().resolve("bin").resolve(name).toString(), arguments);
        builder.builder.environment().remove("XDG_RUNTIME_DIR");
        builder.builder.environment().remove("UDS_JAVA_OPTIONS");
        return builder;
    }

    /** A program on the {@code PATH}. */
    public static Builder tool(String name, String... arguments) {
        return new Builder(name, arguments);
    }

    /** What to start, and how. */
    public static final class Builder {

        private final List<String> command = new ArrayList<>();
        private final ProcessBuilder builder = new ProcessBuilder();

        private Builder(String program, String... arguments) {
            command.add(program);
            command.addAll(List.of(arguments));
        }

        /** Sets a variable of its environment. */
        public Builder environment(String name, String value) {
            builder.environment().put(name, value);
            return this;
        }

        /** Runs another program before it, such as {@code strace} with its options. */
        public Builder under(String... wrapper) {
            command.addAll(0, List.of(wrapper));
            return this;
        }

        /** Starts it as the user nobody; this process must be root. */
        public Builder asNobody() {
            return under("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        }

        /** Starts it. */
        public Program start() {
            List<String> whole = new ArrayList<>(DEFAULT_SIGNALS);
            whole.addAll(command);
            try {
                return new Program(builder.command(whole).start());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Starts it, closes its standard input and waits until it has ended. */
        public Program run() {
            Program program = start();
            program.closeInput();
            program.awaitExit();
            return program;
        }
    }

    /** The process ID. */
    public long pid() {
        return process.pid();
    }

    /** The processes that it started. */
    public Stream<ProcessHandle> children() {
        return process.children();
    }

    /** Whether it has not ended. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it printed so far on standard output. */
    public String stdout() {
        return stdout.text();
    }

    /** The bytes that it printed so far on standard output. */
    public byte[] stdoutBytes() {
        return stdout.bytes();
    }

    /** What it printed so far on standard error. */
    public String stderr() {
        return stderr.text();
    }

    /** Writes to its standard input. */
    public void input(byte[] bytes) {
        try {
            OutputStream input = process.getOutputStream();
            input.write(bytes);
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends its standard input. */
    public void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until a socket file, or any file, is there. */
    public Program awaitFile(Path file) {
        await(() -> Files.exists(file) || !isAlive(), "the file " + file);
        assertTrue(Files.exists(file), () -> "it ended: " + stderr());
        return this;
    }

    /**
     * Waits until somebody listens on a socket file, which is a moment after the file is there:
     * until a connection succeeds. It is closed at once.
     */
    public Program awaitListener(Path socket) {
        await(() -> isListening(socket) || !isAlive(), "a listener on " + socket);
        assertTrue(isAlive(), () -> "it ended: " + stderr());
        return this;
    }

    private static boolean isListening(Path socket) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Waits until standard error holds a text. */
    public Program awaitStderr(String text) {
        await(() -> stderr().contains(text) || !isAlive(), "\"" + text + "\" on standard error");
        assertTrue(
                await(() -> stderr().contains(text), LAST_OUTPUT),
                () -> "no \"" + text + "\" in: " + stderr());
        return this;
    }

    /** Waits until standard output holds a text. */
    public Program awaitStdout(String text) {
        await(() -> stdout().contains(text) || !isAlive(), "\"" + text + "\" on standard output");
        assertTrue(
                await(() -> stdout().contains(text), LAST_OUTPUT),
                () -> "no \"" + text + "\" in: " + stdout() + stderr());
        return this;
    }

    /** Sends a signal such as {@code TERM}. */
    public void signal(String name) {
        tool("kill", "-" + name, Long.toString(pid())).run();
    }

    /** Sends SIGTERM and waits: the exit status. */
    public int terminate() {
        signal("TERM");
        return awaitExit();
    }

    /** Sends SIGKILL and waits. */
    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** Waits until it has ended and all that it printed is here: the exit status. */
    public int awaitExit() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                fail("still running after " + PATIENCE + ": " + stdout() + stderr());
            }
            stdout.join();
            stderr.join();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for a condition, and fails when it does not come. */
    public static void await(BooleanSupplier condition, String what) {
        assertTrue(await(condition, PATIENCE), () -> "did not come: " + what);
    }

    private static boolean await(BooleanSupplier condition, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(2_000_000);
        }
        return true;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Reads a stream to its end on a thread of its own, so that the process never blocks on it. */
    private static final class Output {

        private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
        private final Thread reader;

        Output(InputStream stream) {
            reader =
                    Thread.ofPlatform()
                            .daemon()
                            .start(
                                    () -> {
                                        try (stream) {
                                            stream.transferTo(collected);
                                        } catch (IOException e) {
                                            // the process was killed; what came is here
                                        }
                                    });
        }

        byte[] bytes() {
            return collected.toByteArray();
        }

        String text() {
            return collected.toString(StandardCharsets.UTF_8);
        }

        void join() throws InterruptedException {
            reader.join(PATIENCE.toMillis());
        }
    }
}
