package dev.unixsocket.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The daemon of a distribution as a server process: {@code LAUNCHER FOLDER [OPTION...]}. Starts the
 * launcher with FOLDER as its {@code XDG_RUNTIME_DIR}, says {@code ready ENDPOINT PID} when it has
 * answered a request, answers {@code usage} with what the daemon has used so far, and ends it when
 * its own standard input ends. Linux.
 */
public final class DaemonMain {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);
    private static final long PAUSE_NANOS = 1_000_000;

    private final Process daemon;
    private final Endpoint endpoint;

    private DaemonMain(Process daemon, Endpoint endpoint) {
        this.daemon = daemon;
        this.endpoint = endpoint;
    }

    /** Runs until standard input ends. */
    public static void main(String[] arguments) throws IOException {
        PrintStream answers = ControlStream.take();
        Path folder = Path.of(arguments[1]);
        Files.createDirectories(folder);
        List<String> command = new ArrayList<>(List.of(arguments[0]));
        command.addAll(Arrays.asList(arguments).subList(2, arguments.length));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("XDG_RUNTIME_DIR", folder.toString());
        Endpoint endpoint = Endpoint.unix(folder.resolve("weave/weave.sock"));
        DaemonMain main = new DaemonMain(builder.start(), endpoint);
        Runtime.getRuntime().addShutdownHook(new Thread(main::stop));
        main.awaitAnswer();
        answers.println("ready " + endpoint + " " + main.daemon.pid());
        try (BufferedReader commands = new BufferedReader(new InputStreamReader(System.in))) {
            for (String line; (line = commands.readLine()) != null; ) {
                answers.println(
                        line.equals("usage")
                                ? "usage " + Usage.ofOther(main.daemon.pid())
                                : "error " + line);
            }
        }
        System.exit(0);
    }

    private void awaitAnswer() throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Session session =
                    Transports.named("ffm").open(Task.connectPerRequest(), endpoint)) {
                session.exchange(1);
                return;
            } catch (IOException | UncheckedIOException notYet) {
                if (!daemon.isAlive() || System.nanoTime() > end) {
                    throw new IOException("the daemon does not answer: " + notYet, notYet);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void stop() {
        daemon.destroy();
        try {
            if (!daemon.waitFor(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                daemon.destroyForcibly();
            }
        } catch (InterruptedException e) {
            daemon.destroyForcibly();
        }
    }
}
