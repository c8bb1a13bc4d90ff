package dev.unixsocket.bench.compare;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A server or a client, spoken to over its standard input and output. It stops when its input ends:
 * also when the harness is killed.
 *
 * <p>Confined to one thread, but for {@link #close}.
 */
final class PeerProcess implements Closeable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(3);
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int KIB = 1024;

    private static final ScheduledExecutorService WATCHDOG =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("watchdog").factory());

    private final Process process;
    private final OutputStream commands;
    private final DataInputStream answers;

    private PeerProcess(Process process) {
        this.process = process;
        commands = process.getOutputStream();
        answers =
                new DataInputStream(
                        new BufferedInputStream(process.getInputStream(), BUFFER_BYTES));
    }

    /** Starts it; what it says on standard error is appended to that file. */
    static PeerProcess start(List<String> command, Path errors) throws IOException {
        return new PeerProcess(
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                        .start());
    }

    /** One that has been started; standard input is open. */
    static PeerProcess of(Process process) {
        return new PeerProcess(process);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it has resident, in bytes, by proc(5). */
    long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .map(line -> line.replaceAll("\\D", ""))
                        .mapToLong(Long::parseLong)
                        .findFirst()
                        .orElseThrow(() -> new EOFException("the process ended"))
                * KIB;
    }

    void send(String line) throws IOException {
        commands.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        commands.flush();
    }

    /**
     * The words of its next line. A process that stays silent is killed.
     *
     * @throws EOFException if it has ended
     */
    String[] readLine(Duration expected) throws IOException {
        Duration limit = expected.plus(PATIENCE);
        Future<?> kill =
                WATCHDOG.schedule(
                        process::destroyForcibly, limit.toMillis(), TimeUnit.MILLISECONDS);
        try {
            StringBuilder line = new StringBuilder();
            for (int c; (c = answers.read()) != '\n'; ) {
                if (c < 0) {
                    throw new EOFException(
                            kill.isDone()
                                    ? "the process said nothing for %d s and was killed"
                                            .formatted(limit.toSeconds())
                                    : "the process ended");
                }
                line.append((char) c);
            }
            return line.toString().split(" ");
        } finally {
            kill.cancel(false);
        }
    }

    /** The next bytes that it says. */
    byte[] readBytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        answers.readFully(bytes);
        return bytes;
    }

    /** Asks it to end: SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Ends its input, and kills it if that does not stop it. */
    @Override
    public void close() {
        try {
            commands.close();
        } catch (IOException ended) {
            // It has ended already.
        }
        try {
            if (!process.waitFor(STOP_PATIENCE)) {
                process.destroyForcibly();
                process.waitFor(STOP_PATIENCE);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
