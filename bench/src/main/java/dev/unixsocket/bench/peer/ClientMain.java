package dev.unixsocket.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A client process: {@code TRANSPORT ENDPOINT}. Takes lines {@code measure WORKLOAD PAYLOAD
 * MESSAGES CONNECTIONS NANOSECONDS} on standard input, repeats the workload for that long, and
 * answers {@code samples COUNT DONE NANOSECONDS USAGE} and COUNT durations, 32 bits each,
 * little-endian. DONE of the exchanges ended within NANOSECONDS; USAGE is what this process used
 * meanwhile, as {@link Usage} writes it. A line {@code pace WORKLOAD PAYLOAD MESSAGES CONNECTIONS
 * NANOSECONDS PER_SECOND} is answered alike, of an open loop, with two durations for each exchange:
 * see {@link Session#pace}. A line {@code error ...} says what failed.
 */
public final class ClientMain {

    private final Transport transport;
    private final Endpoint server;
    private final PrintStream answers;
    private final Samples samples = new Samples();
    private Task task;
    private Session session;

    private ClientMain(Transport transport, Endpoint server, PrintStream answers) {
        this.transport = transport;
        this.server = server;
        this.answers = answers;
    }

    /** Runs until standard input ends. */
    public static void main(String[] arguments) throws IOException {
        PrintStream answers = ControlStream.take();
        ClientMain client =
                new ClientMain(
                        Transports.named(arguments[0]), Endpoint.parse(arguments[1]), answers);
        try (BufferedReader commands = new BufferedReader(new InputStreamReader(System.in))) {
            for (String line; (line = commands.readLine()) != null; ) {
                client.obey(line.split(" "));
            }
        }
        System.exit(0); // a library's threads are no reason to stay
    }

    private void obey(String[] words) {
        try {
            Task wanted = Task.parse(words, 1);
            if (!wanted.equals(task)) {
                open(wanted);
            }
            long nanos = Long.parseLong(words[Task.WORDS + 1]);
            Usage before = Usage.ofProcess();
            if (words[0].equals("pace")) {
                session.pace(samples, Double.parseDouble(words[Task.WORDS + 2]), nanos);
                send(samples.count() / 2, Usage.ofProcess().minus(before));
            } else {
                session.measure(samples, nanos);
                send(samples.count(), Usage.ofProcess().minus(before));
            }
        } catch (IOException | RuntimeException e) {
            task = null;
            answers.println("error " + e);
        }
    }

    private void open(Task wanted) throws IOException {
        task = null;
        if (session != null) {
            session.close();
            session = null;
        }
        session = transport.open(wanted, server);
        task = wanted;
    }

    private void send(int exchanges, Usage usage) throws IOException {
        int count = samples.count();
        answers.println(
                "samples " + count + " " + exchanges + " " + samples.elapsedNanos() + " " + usage);
        ByteBuffer raw = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            raw.putInt((int) samples.nanos(i));
        }
        answers.write(raw.array());
        answers.flush();
    }
}
