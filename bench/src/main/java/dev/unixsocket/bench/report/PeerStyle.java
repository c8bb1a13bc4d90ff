package dev.unixsocket.bench.report;

import java.util.List;

/**
 * How the charts draw a peer: a colour for each library, and dashes for what is not AF_UNIX by
 * path.
 */
final class PeerStyle {

    /** In the order of the colours in the style sheet; others share the last colour. */
    private static final List<String> FAMILIES =
            List.of("c", "ffm", "jdk", "junixsocket", "netty", "jnr");

    private PeerStyle() {}

    /** Classes of the style sheet. */
    static String of(String peer) {
        int colour = FAMILIES.indexOf(peer.split("-")[0]);
        String family = "s" + (colour < 0 ? FAMILIES.size() : colour);
        if (peer.endsWith("-tcp")) {
            return family + " tcp";
        }
        boolean variant = peer.contains("-") && !peer.equals("jnr-unixsocket");
        return variant ? family + " variant" : family;
    }
}
