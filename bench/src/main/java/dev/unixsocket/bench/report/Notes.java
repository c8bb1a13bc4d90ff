package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Start;

import java.util.List;

/** What the report says about its own numbers. */
final class Notes {

    /** How to read the tables. */
    static final List<String> READING =
            List.of(
                    "Times are those of one exchange, in microseconds, over all rounds. The ratios"
                        + " are the median over the rounds of the ratio within each round, with its"
                        + " 95 % bootstrap interval: who was measured in the same seconds is"
                        + " compared, so a machine that gets slower meanwhile changes both sides.",
                    "The ratio of a latency is good for the peer when it is below 1, that of a"
                            + " throughput when it is above 1. It is the ratio of medians (p50);"
                            + " results.json has that of means too.",
                    "Heap B is what the process allocated on the Java heap per exchange, by the"
                            + " JVM's own counter; a C process has no such heap.",
                    "What an exchange costs is processor time by getrusage(2), in microseconds, of"
                        + " all threads of a process but the one that talks with the harness. The"
                        + " kernel tells user from system time by sampling, so their sum is exact"
                        + " and the parts are not. A switch is voluntary when a thread gives up its"
                        + " core to wait.",
                    "A verdict goes by the whole interval: *met*, it keeps to the limit; *missed*,"
                        + " it is beyond; *undecided*, the limit is inside. What did not warm up is"
                        + " undecided, and its number is not shown there.",
                    "The noise floor below a table is that of its first peer, which each round"
                            + " measures twice: the ratio of both, and how far its interval reaches"
                            + " from 1. A difference that is not larger means nothing.",
                    "A percentile with a question mark has fewer than ten samples beyond it.",
                    "Marks: *failed*, the peer failed and the reason is given; *wide*, the interval"
                        + " is wider than 3 %; *noisy*, the noise floor is above 3 %; *load-bound*,"
                        + " the client of many connections used more than 90 % of its core, so that"
                        + " the server may be able to do more; *unsteady*, the warm-up ended before"
                        + " the compilers of the JVMs rested and the medians fell no more. Do not"
                        + " rely on what is marked.");

    private Notes() {}

    /** What a benchmark measures. */
    static String about(String benchmark) {
        return switch (benchmark) {
            case "RoundTrip" ->
                    "One message there and back on an open connection, between two processes."
                            + " The server reads a message whole before it answers.";
            case "Throughput" ->
                    "One direction: 16 MiB, or 4,096 messages if that is less, by writes of the"
                            + " given size, then eight bytes back when all has arrived. The server"
                            + " reads with a buffer of that size.";
            case "ConnectPerRequest" ->
                    "The daemon's pattern: connect, ask the kernel who the peer is, set the"
                            + " timeouts, send a WEVE request, receive a picture of 64 × 64 pixels,"
                            + " close. A library does those of these steps that it can: the JDK's"
                            + " channels and Netty set no timeouts, and nobody asks over TCP. The"
                            + " picture is all of one value, so the sockets are what is compared.";
            case "IpcRequest" ->
                    "A request of uds ipc with that many bytes of data, answered with the same"
                            + " data: MessagePack, framing and the socket, in both directions.";
            case "EventLatency" ->
                    "A channel of uds events. One subscriber asks; the server broadcasts one"
                        + " message with that many bytes of data; the exchange is over when every"
                        + " subscriber has it. All subscribers share a process, the server has"
                        + " another one.";
            case "EventThroughput" ->
                    "The same with 500 messages for each request, published as fast as the slowest"
                            + " subscriber takes them; none is dropped. Bytes and messages are"
                            + " counted once, however many subscribers received them.";
            case "Connections" ->
                    "A message of 64 bytes there and back on each of many connections to one"
                            + " server, one under way on each all the time. The server has a core"
                            + " of its own; all servers have the same client, a C program with"
                            + " one thread and epoll on another core. Its own processor time is in"
                            + " the tables of costs. Memory is what is resident outside of the"
                            + " Java heap and what lives in it, beyond that of one connection;"
                            + " what the kernel holds for a socket and for a thread is not in it.";
            case "OneBusy" ->
                    "The same with one busy connection, measured alone, among idle ones, and alone"
                            + " again, with client and server on one core. The ratio is to the"
                            + " mean of both times alone.";
            case RateTables.OPEN_LOOP ->
                    "A message of 64 bytes there and back on one connection, at a given rate"
                            + " whatever becomes of the answers; server and client have a core"
                            + " each, and the client spins until a request is due. A latency"
                            + " counts from then: a request that has to wait for the answer to"
                            + " the one before it has waited, which a closed loop does not see"
                            + " (coordinated omission). A peer is measured at ever higher rates"
                            + " until it answers fewer than 98 % of what is due; at that rate its"
                            + " latency grows for as long as it is measured, and the number says"
                            + " only that.";
            case Start.BENCHMARK ->
                    "Programs as whole processes, each started once in every round, nothing"
                            + " pinned. A daemon has started when it has answered one WEVE request"
                            + " for a picture of 64 × 64; uds --version when it has ended."
                            + " Processor time is user and system time until then, resident"
                            + " memory is read after that request, and disk is the sum of all"
                            + " files of the distribution, or the program of the C reference. The"
                            + " first start of each, which reads the files from the disk, is not"
                            + " counted.";
            default -> "";
        };
    }
}
