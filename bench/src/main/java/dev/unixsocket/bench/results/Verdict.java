package dev.unixsocket.bench.results;

/** What a measurement says of a limit, by its 95 % interval and not by its median alone. */
public enum Verdict {
    /** The whole interval keeps to the limit. */
    MET("met"),
    /** The whole interval is beyond the limit. */
    MISSED("missed"),
    /** The limit is inside the interval, or the peer did not warm up. */
    UNDECIDED("undecided"),
    /** There is no measurement. */
    NOT_MEASURED("–");

    private final String word;

    Verdict(String word) {
        this.word = word;
    }

    static Verdict of(boolean inside, boolean outside) {
        if (inside) {
            return MET;
        }
        return outside ? MISSED : UNDECIDED;
    }

    /** As tables show it. */
    public String word() {
        return word;
    }
}
