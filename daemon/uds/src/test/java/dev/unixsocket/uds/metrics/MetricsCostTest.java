package dev.unixsocket.uds.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.ipc.IpcClient;
import dev.unixsocket.services.ipc.IpcResponse;
import dev.unixsocket.services.ipc.IpcServer;
import dev.unixsocket.services.observatory.EngineFactory;
import dev.unixsocket.services.observatory.EventFormat;
import dev.unixsocket.services.observatory.Memory;
import dev.unixsocket.services.observatory.Observatory;
import dev.unixsocket.services.observatory.Settings;
import dev.unixsocket.services.server.AccessPolicy;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.ListenerSpec;
import dev.unixsocket.services.server.Meter;
import dev.unixsocket.services.weave.WeaveDaemon;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * What counting for {@code --metrics-socket} adds to the time of a request, printed as a ratio. One
 * service counts in some slices of {@link #SLICE_NANOS} and not in others, in an order that chance
 * decides for each round: two processes would be further apart, by what each has compiled well and
 * where its memory is, than the counting takes. Each round has two slices without, whose ratio
 * shows the noise.
 */
@EnabledIfSystemProperty(named = "metrics.cost", matches = ".*", disabledReason = "takes minutes")
class MetricsCostTest {

    private static final int ROUNDS = Integer.getInteger("metrics.rounds", 400);
    private static final long SLICE_NANOS = 25_000_000;
    private static final long WARM_UP_NANOS = 5_000_000_000L;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int RESAMPLES = 10_000;
    private static final int WEAVE_ANSWER_BYTES = 48 + 64 * 64 * 3;
    private static final String ECHO = "echo";
    private static final int CALLS = 10_000;
    private static final long TYPICAL_NANOS = 100_000;

    private static final String WEAVE_REQUEST =
            "57455645000100010000003d00000000" // magic, version, type, length
                    + "0000000000000007000000000000004000000040" // id, model, width, height
                    + "0000001440e00000000000000000002a" // steps, cfg, seed
                    + "000000000000000100000000000000010000000000000001" // three prompts
                    + "78";

    private static final String EVENT =
            "POST /hook?event=Cost HTTP/1.1\r\n"
                    + "Host: x\r\n"
                    + "User-Agent: x\r\n"
                    + "Content-Length: 7\r\n\r\n"
                    + "{\"a\":1}";
    private static final String EVENT_ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n";

    @TempDir Path folder;
    private final Counting counting = new Counting();

    /** One request, and its answer. */
    private interface Client extends Closeable {
        void ask() throws IOException;
    }

    private Listener listen(String name) throws IOException {
        Address address = Address.path(folder.resolve(name));
        return Listener.open(ListenerSpec.locked(address, AccessPolicy.sameUser())).count(counting);
    }

    @Test
    void weave() throws IOException {
        try (WeaveDaemon daemon =
                WeaveDaemon.open(() -> listen("weave.sock"), WeaveDaemon.Options.DEFAULT)) {
            Thread.ofPlatform().daemon().start(daemon::run);
            byte[] request = HexFormat.of().parseHex(WEAVE_REQUEST);
            try (Client client = new Bytes(request, WEAVE_ANSWER_BYTES, true)) {
                measure("uds weave serve, a connection and a picture of 64 x 64", client);
            }
            daemon.stop();
        }
    }

    @Test
    void ipc() throws IOException {
        IpcServer.Builder builder =
                IpcServer.builder().on(ECHO, (request, _) -> new IpcResponse(ECHO, request.data()));
        try (IpcServer server = builder.on(listen("ipc.sock")).start();
                IpcClient client = IpcClient.connect(server.address(), LIMIT)) {
            measure(
                    "uds ipc serve, a small message on an open connection",
                    new Client() {
                        @Override
                        public void ask() throws IOException {
                            client.request(ECHO, Map.of());
                        }

                        @Override
                        public void close() {}
                    });
        }
    }

    @Test
    void observe() throws IOException {
        EngineFactory engine =
                EngineFactory.all().stream()
                        .filter(one -> one.name().equals("ffm"))
                        .findFirst()
                        .orElseThrow();
        Settings settings =
                new Settings(
                        EventFormat.JSON_LINE, Optional.empty(), LIMIT, LIMIT, Memory.affordable());
        Listener senders = listen("in.sock");
        try (Observatory observatory =
                Observatory.open(senders, Optional.of(listen("out.sock")), settings, engine)) {
            Thread.ofPlatform().daemon().start(() -> run(observatory));
            byte[] request = EVENT.getBytes(StandardCharsets.US_ASCII);
            try (Client client = new Bytes(request, EVENT_ANSWER.length(), false)) {
                measure("uds observe, a small event on an open connection", client);
            }
            observatory.stop();
        }
    }

    /** What ratios are too noisy for: all that is counted of a request of weave, alone. */
    @Test
    void countingAlone() {
        Meter meter = counting.figures;
        double[] nanos = new double[ROUNDS];
        for (int round = -ROUNDS; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            for (int i = 0; i < CALLS; i++) {
                meter.opened();
                long begun = meter.now();
                meter.received(WEAVE_REQUEST.length() / 2);
                meter.sent(WEAVE_ANSWER_BYTES);
                meter.served(meter.now() - begun + TYPICAL_NANOS);
                meter.closed();
            }
            if (round >= 0) { // it is compiled by now
                nanos[round] = (double) (System.nanoTime() - begin) / CALLS;
            }
        }
        System.out.printf("what is counted of a request of weave: %.0f ns%n", median(nanos));
        assertEquals(2L * ROUNDS * CALLS, counting.figures.closed.sum());
    }

    private static void run(Observatory observatory) {
        try {
            observatory.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Always the same bytes, and as many back, on a connection each or on one for all. */
    private final class Bytes implements Client {

        private final Arena arena = Arena.ofConfined();
        private final MemorySegment request;
        private final MemorySegment answer;
        private final boolean connectEachTime;
        private final Address address;
        private final StreamSocket socket = StreamSocket.closed();

        Bytes(byte[] request, int answerBytes, boolean connectEachTime) throws IOException {
            this.request = arena.allocateFrom(ValueLayout.JAVA_BYTE, request);
            this.answer = arena.allocate(answerBytes);
            this.connectEachTime = connectEachTime;
            this.address = Address.path(folder.resolve(connectEachTime ? "weave.sock" : "in.sock"));
            if (!connectEachTime) {
                StreamSocket.connect(address, LIMIT, socket);
            }
        }

        @Override
        public void ask() throws IOException {
            if (connectEachTime) {
                StreamSocket.connect(address, LIMIT, socket);
            }
            socket.write(request, 0, request.byteSize());
            for (long done = 0; done < answer.byteSize(); ) {
                long got = socket.read(answer, done, answer.byteSize() - done);
                if (got == 0) {
                    throw new IOException("the answer is short");
                }
                done += got;
            }
            if (connectEachTime) {
                socket.close();
            }
        }

        @Override
        public void close() {
            socket.close();
            arena.close();
        }
    }

    private void measure(String what, Client client) throws IOException {
        long counted = slice(client, true, WARM_UP_NANOS / 2).requests();
        slice(client, false, WARM_UP_NANOS / 2);
        double[] without = new double[ROUNDS];
        double[] with = new double[ROUNDS];
        double[] again = new double[ROUNDS];
        Random order = new Random(ROUNDS);
        List<Integer> sides = new ArrayList<>(List.of(0, 1, 2));
        for (int round = 0; round < ROUNDS; round++) {
            Collections.shuffle(sides, order);
            Slice[] slices = new Slice[sides.size()];
            for (int side : sides) {
                slices[side] = slice(client, side == 1, SLICE_NANOS);
            }
            without[round] = slices[0].nanos();
            with[round] = slices[1].nanos() / without[round];
            again[round] = slices[2].nanos() / without[round];
            counted += slices[1].requests();
        }
        System.out.printf(
                "%s: %.1f us without metrics; with them %s; without again %s%n",
                what, median(without) / 1000, interval(with), interval(again));
        long served = Arrays.stream(counting.figures.served).mapToLong(one -> one.sum()).sum();
        assertTrue(Math.abs(counted - served) <= 2L * ROUNDS, served + " of " + counted);
        assertEquals(0, counting.figures.failed.size());
    }

    /** How long a request took on average. */
    private record Slice(double nanos, long requests) {}

    private Slice slice(Client client, boolean counts, long nanos) throws IOException {
        counting.on = counts;
        long begin = System.nanoTime();
        long now = begin;
        int count = 0;
        while (now - begin < nanos) {
            client.ask();
            count++;
            now = System.nanoTime();
        }
        return new Slice((double) (now - begin) / count, count);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** The median, and its 95 % interval by the percentile bootstrap. */
    private static String interval(double[] values) {
        Random random = new Random(1);
        double[] medians = new double[RESAMPLES];
        double[] resample = new double[values.length];
        for (int i = 0; i < RESAMPLES; i++) {
            Arrays.setAll(resample, _ -> values[random.nextInt(values.length)]);
            medians[i] = median(resample);
        }
        Arrays.sort(medians);
        return "%.4f [%.4f, %.4f]"
                .formatted(
                        median(values),
                        medians[RESAMPLES / 40],
                        medians[RESAMPLES - 1 - RESAMPLES / 40]);
    }
}
