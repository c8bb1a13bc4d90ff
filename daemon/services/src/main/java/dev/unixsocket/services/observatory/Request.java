package dev.unixsocket.services.observatory;

/**
 * A request that came completely.
 *
 * @param head what comes before the body
 * @param body the decoded body
 */
public record Request(Head head, byte[] body) {

    /** {@code GET}, {@code POST} or any other token. */
    String method() {
        return head.line().method();
    }

    /** The path and the query as they came, a character for each byte. */
    String target() {
        return head.line().target();
    }

    public boolean isHead() {
        return head.line().isHead();
    }
}
