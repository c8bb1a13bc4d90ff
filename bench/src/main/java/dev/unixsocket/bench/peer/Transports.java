package dev.unixsocket.bench.peer;

import dev.unixsocket.ffi.Waiting;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The transports by name. Another one is a class and a line here. */
public final class Transports {

    /** How many subscribers a channel has: a transport for each. */
    public static final List<Integer> SUBSCRIBERS = List.of(1, 4, 10);

    /** How long whoever spins tries before the kernel waits: about what a wake-up costs. */
    public static final Duration SPIN_BUDGET = Duration.ofNanos(50_000);

    /** Longer than it takes to wake a thread on the other core, or no spin would find anything. */
    private static final Duration ADAPTIVE_BUDGET = Duration.ofNanos(200_000);

    private static final Map<String, Supplier<Transport>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("ffm", FfmTransport::new);
        ALL.put("ffm-spin", () -> waiting(Waiting.spin(SPIN_BUDGET)));
        ALL.put("ffm-adaptive", () -> waiting(Waiting.adaptive(ADAPTIVE_BUDGET)));
        ALL.put("ffm-park", () -> waiting(Waiting.park()));
        ALL.put(
                "ffm-virtual",
                () -> BlockingTransport.onVirtualThreads(new FfmSockets(Waiting.block())));
        ALL.put("ffm-poller", PollerTransport::new);
        ALL.put("ffm-shm", () -> shared(Waiting.spin(SPIN_BUDGET)));
        ALL.put("ffm-shm-adaptive", () -> shared(Waiting.adaptive(ADAPTIVE_BUDGET)));
        ALL.put("aeron", AeronTransport::new);
        ALL.put("seqpacket", () -> new BlockingTransport(new SeqpacketSockets()));
        ALL.put("jdk", () -> new BlockingTransport(new JdkSockets()));
        ALL.put("jdk-virtual", () -> BlockingTransport.onVirtualThreads(new JdkSockets()));
        ALL.put("jdk-selector", SelectorTransport::new);
        ALL.put("junixsocket", () -> new BlockingTransport(new JunixSockets()));
        ALL.put(
                "junixsocket-virtual",
                () -> BlockingTransport.onVirtualThreads(new JunixSockets()));
        ALL.put("netty", NettyTransport::epoll);
        ALL.put("netty-uring", NettyTransport::ioUring);
        ALL.put("jnr", () -> new BlockingTransport(new JnrSockets()));
        ALL.put("ipc", IpcTransport::new);
        for (int subscribers : SUBSCRIBERS) {
            ALL.put("events-" + subscribers, () -> new EventsTransport(subscribers));
        }
    }

    private Transports() {}

    private static Transport waiting(Waiting how) {
        return new BlockingTransport(new FfmSockets(how));
    }

    private static Transport shared(Waiting how) {
        return new BlockingTransport(new ShmSockets(how));
    }

    /** The names, in the order of the tables. */
    public static Set<String> names() {
        return ALL.keySet();
    }

    /**
     * The transport of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Transport named(String name) {
        Supplier<Transport> transport = ALL.get(name);
        if (transport == null) {
            throw new IllegalArgumentException(
                    "no transport \"" + name + "\"; there are " + String.join(", ", ALL.keySet()));
        }
        return transport.get();
    }
}
