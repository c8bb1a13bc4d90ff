package dev.unixsocket.uds.etcd;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Whether what is known is current, said when that changes. A moment, in which another server is
 * found, is not worth a word. Confined to one thread.
 */
final class Freshness {

    private static final Duration MOMENT = Duration.ofSeconds(1);

    private final Consumer<String> notice;
    private boolean lost;
    private boolean said;
    private long since;

    Freshness(Consumer<String> notice) {
        this.notice = notice;
    }

    /**
     * An attempt to be current has failed.
     *
     * @param anything whether anything is known at all
     */
    void lost(IOException why, boolean anything) {
        long now = System.nanoTime();
        if (!lost) {
            lost = true;
            since = now;
        }
        if (!said && now - since >= MOMENT.toNanos()) {
            said = true;
            String what = anything ? "what is shown is old" : "nothing is known yet";
            notice.accept(what + ": " + why.getMessage());
        }
    }

    /** All is current. */
    void regained() {
        lost = false;
        if (said) {
            said = false;
            notice.accept("all is current again");
        }
    }
}
