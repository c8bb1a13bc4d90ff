package dev.unixsocket.services.observatory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Takes the header lines of one request after the other apart: RFC 9112, section 5. Only the
 * headers that this server heeds are kept. Confined to one thread.
 */
final class HeaderLines {

    private static final String CONTROL = "the value of a header has a control character";

    private static final Set<String> HEEDED =
            Set.of("content-length", "transfer-encoding", "connection", "expect", "host");

    /** In a trailer, they are not even checked: Netty drops them as RFC 9110, 6.5.1, says. */
    private static final Set<String> NEVER_IN_TRAILER =
            Set.of("content-length", "transfer-encoding", "trailer");

    private final Map<String, List<String>> values = new HashMap<>();

    /** The header that came last, whose value may go on in the next line; null if none came. */
    private String name;

    private String value;
    private boolean inTrailer;

    /** Forgets the request, so that the next one can come. */
    void clear() {
        values.clear();
        name = null;
        inTrailer = false;
    }

    /** A line of the head; after {@link #end}, of the trailer, which is not heeded. */
    void add(String text) throws RefusedException {
        if (name != null && Characters.isBlank(text.charAt(0))) {
            value = value + ' ' + text.trim(); // folded: obsolete, and still sent
            return;
        }
        keep();
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw RefusedException.malformed("a header line has no colon");
        }
        int from = colon + 1;
        int to = text.length();
        while (from < to && Characters.isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && Characters.isBlank(text.charAt(to - 1))) {
            to--;
        }
        if (from < to && Character.isWhitespace(text.charAt(from))) {
            throw RefusedException.malformed(CONTROL);
        }
        name = text.substring(0, colon);
        value = text.substring(from, to);
    }

    /** Keeps the header that came last, now that its value is complete. */
    private void keep() throws RefusedException {
        if (name == null) {
            return;
        }
        String key = name.toLowerCase(Locale.ROOT);
        name = null;
        if (inTrailer && NEVER_IN_TRAILER.contains(key)) {
            return;
        }
        if (!Characters.isToken(key)) {
            throw RefusedException.malformed("the name of a header is not a token");
        }
        if (value.startsWith(" ")) {
            throw RefusedException.malformed("a folded header has nothing in its first line");
        }
        if (!Characters.isFieldValue(value)) {
            throw RefusedException.malformed(CONTROL);
        }
        if (!inTrailer && HEEDED.contains(key)) {
            values.computeIfAbsent(key, _ -> new ArrayList<>()).add(value);
        }
    }

    /** The empty line after the head, or after the trailer. */
    void end() throws RefusedException {
        keep();
        inTrailer = true;
    }

    /** The values of a header of the head that is heeded, whose name is in lower case. */
    List<String> values(String header) {
        return values.getOrDefault(header, List.of());
    }
}
