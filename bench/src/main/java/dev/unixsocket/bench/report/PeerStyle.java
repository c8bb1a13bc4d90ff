package dev.unixsocket.bench.report;

import java.util.Map;

/**
 * How a peer looks, the same in every chart: a colour for its family, and within that a mark of its
 * own. Over TCP the mark is hollow and a line is dashed.
 *
 * @param colour of its family
 * @param mark what is drawn at its points
 * @param tcp whether it runs over TCP
 */
record PeerStyle(Colour colour, Mark mark, boolean tcp) {

    /** The shape of a point. */
    enum Mark {
        CIRCLE("M-4,0 a4,4 0 1,0 8,0 a4,4 0 1,0 -8,0 z"),
        SQUARE("M-3.6,-3.6 h7.2 v7.2 h-7.2 z"),
        TRIANGLE("M0,-4.6 L4.4,3.4 L-4.4,3.4 z"),
        FUNNEL("M0,4.6 L4.4,-3.4 L-4.4,-3.4 z"),
        DIAMOND("M0,-5 L5,0 L0,5 L-5,0 z"),
        PLUS("M-1.5,-4.5 h3 v3 h3 v3 h-3 v3 h-3 v-3 h-3 v-3 h3 z"),
        BAR("M-5,-1.8 h10 v3.6 h-10 z"),
        POST("M-1.8,-5 h3.6 v10 h-3.6 z"),
        HOUSE("M0,-5 L4,-1 V4.4 H-4 V-1 z");

        private final String path;

        Mark(String path) {
            this.path = path;
        }

        /** The outline around the origin, in SVG's form. */
        String path() {
            return path;
        }
    }

    private static final Map<String, Colour> FAMILIES =
            Map.of(
                    "c", Colour.C,
                    "ffm", Colour.FFM,
                    "jdk", Colour.JDK,
                    "go", Colour.GO,
                    "junixsocket", Colour.JUNIXSOCKET,
                    "netty", Colour.NETTY,
                    "jnr", Colour.JNR,
                    "ipc", Colour.IPC,
                    "events", Colour.EVENTS,
                    "aeron", Colour.AERON);

    /** What is behind the name of the family. */
    private static final Map<String, Mark> MARKS =
            Map.ofEntries(
                    Map.entry("", Mark.CIRCLE),
                    Map.entry("-unixsocket", Mark.CIRCLE),
                    Map.entry("-tcp", Mark.CIRCLE),
                    Map.entry("-abstract", Mark.SQUARE),
                    Map.entry("-seqpacket", Mark.TRIANGLE),
                    Map.entry("-spin", Mark.DIAMOND),
                    Map.entry("-adaptive", Mark.FUNNEL),
                    Map.entry("-park", Mark.BAR),
                    Map.entry("-virtual", Mark.PLUS),
                    Map.entry("-poller", Mark.POST),
                    Map.entry("-epoll", Mark.POST),
                    Map.entry("-selector", Mark.POST),
                    Map.entry("-client-ffm-server", Mark.HOUSE),
                    Map.entry("-client-c-server", Mark.HOUSE),
                    Map.entry("-shm", Mark.TRIANGLE),
                    Map.entry("-shm-adaptive", Mark.FUNNEL),
                    Map.entry("-shm-client-c-server", Mark.HOUSE),
                    Map.entry("-client-ffm-shm-server", Mark.HOUSE),
                    Map.entry("-pipe", Mark.BAR),
                    Map.entry("-eventfd", Mark.POST),
                    Map.entry("-uring", Mark.POST),
                    Map.entry("-g1", Mark.DIAMOND),
                    Map.entry("-unixsocket-g1", Mark.DIAMOND),
                    Map.entry("-1", Mark.CIRCLE),
                    Map.entry("-4", Mark.SQUARE),
                    Map.entry("-10", Mark.DIAMOND));

    private static final String TCP = "-tcp";

    static PeerStyle of(String peer) {
        String family = peer.split("-")[0];
        boolean tcp = peer.endsWith(TCP);
        String rest = peer.substring(family.length());
        String variant = tcp ? rest.substring(0, rest.length() - TCP.length()) : rest;
        return new PeerStyle(
                FAMILIES.getOrDefault(family, Colour.OTHER),
                MARKS.getOrDefault(variant, Mark.SQUARE),
                tcp);
    }
}
