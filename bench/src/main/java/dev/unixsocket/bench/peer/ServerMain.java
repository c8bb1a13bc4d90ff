package dev.unixsocket.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.time.Duration;

/**
 * A server process: {@code TRANSPORT SERVICE ENDPOINT [delay MICROSECONDS | stall ANSWER
 * MILLISECONDS]}. Says {@code ready ENDPOINT} on standard output when it listens, answers {@code
 * usage} with what its threads have used so far, as {@link Usage} writes it, and {@code heap} with
 * how many bytes of the Java heap are in use after a collection, and stops when its standard input
 * ends: with the process that started it.
 */
public final class ServerMain {

    private ServerMain() {}

    /** Runs until standard input ends. */
    public static void main(String[] arguments) throws IOException {
        PrintStream answers = ControlStream.take();
        Endpoint endpoint = Endpoint.parse(arguments[2]);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> removeFile(endpoint)));
        Transport transport = Transports.named(arguments[0]);
        Server server = transport.serve(arguments[1], endpoint, pause(arguments));
        answers.println("ready " + server.endpoint());
        try (BufferedReader commands = new BufferedReader(new InputStreamReader(System.in))) {
            for (String line; (line = commands.readLine()) != null; ) {
                switch (line) {
                    case "usage" -> answers.println("usage " + Usage.ofOtherThreads());
                    case "heap" -> answers.println("heap " + liveHeapBytes());
                    default -> answers.println("error " + line);
                }
            }
        }
        System.exit(0); // connections that are open, or a library's threads, are no reason to stay
    }

    private static long liveHeapBytes() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    private static Pause pause(String[] arguments) {
        if (arguments.length == 3) {
            return Pause.NONE;
        }
        long number = Long.parseLong(arguments[4]);
        return switch (arguments[3]) {
            case "delay" -> Pause.delay(Duration.ofNanos(number * 1000));
            case "stall" -> Pause.stall(number, Duration.ofMillis(Long.parseLong(arguments[5])));
            default -> throw new IllegalArgumentException("no such pause: " + arguments[3]);
        };
    }

    private static void removeFile(Endpoint endpoint) {
        if (endpoint.kind().hasFile()) {
            try {
                Files.deleteIfExists(endpoint.path());
            } catch (IOException gone) {
                // Its directory was removed before it.
            }
        }
    }
}
