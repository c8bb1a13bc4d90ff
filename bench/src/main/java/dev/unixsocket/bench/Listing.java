package dev.unixsocket.bench;

import dev.unixsocket.bench.compare.Peer;
import dev.unixsocket.bench.compare.Peers;
import dev.unixsocket.bench.compare.Placement;
import dev.unixsocket.bench.compare.Scope;

import java.util.List;
import java.util.Locale;

/** What {@code bench/run --list} prints: every name that an option takes. */
final class Listing {

    private final StringBuilder out = new StringBuilder();

    private Listing() {}

    static String text() {
        Listing listing = new Listing();
        listing.title("Peers, for --peers");
        Peers.ALL.forEach(listing::peer);
        listing.title("Peers that show whether the harness tells the truth");
        Peers.CONTROLS.forEach(listing::peer);
        listing.title("Servers of many connections, for --peers");
        Peers.MANY.forEach(listing::peer);
        listing.title("Benchmarks, for --benchmarks, and what --payloads takes of each, in bytes");
        Scope.payloadsOfAll().forEach(listing::row);
        listing.title("Placements, for --placements");
        for (Placement placement : Placement.values()) {
            listing.row(placement.label(), List.of());
        }
        return listing.out.toString();
    }

    private void title(String text) {
        out.append(out.isEmpty() ? "" : "\n").append(text).append(":\n");
    }

    private void peer(Peer peer) {
        line(peer.name(), peer.about());
    }

    private void row(String name, List<Integer> payloads) {
        line(name, String.join(", ", payloads.stream().map(String::valueOf).toList()));
    }

    private void line(String name, String text) {
        out.append(String.format(Locale.ROOT, "  %-20s %s", name, text).stripTrailing());
        out.append('\n');
    }
}
