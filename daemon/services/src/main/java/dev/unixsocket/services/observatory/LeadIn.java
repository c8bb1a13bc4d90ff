package dev.unixsocket.services.observatory;

/**
 * What may come before a request line: a few line ends, left over from the request before; RFC
 * 9112, section 2.2. Serves one connection; confined to one thread.
 */
public final class LeadIn {

    private int bytes;

    /**
     * Looks at the next byte, when no byte of a request line has come.
     *
     * @return whether it is to be skipped; otherwise the request line begins with it
     * @throws RefusedException 400 if nothing can begin with it, or after too many line ends
     */
    public boolean skips(byte b) throws RefusedException {
        if (b == '\r' || b == '\n') {
            bytes++;
            if (bytes > Limits.LEAD_IN_BYTES) {
                throw RefusedException.malformed("too many empty lines come before the request");
            }
            return true;
        }
        if (b >= 0 && b <= ' ') {
            throw RefusedException.malformed("a blank or a control character precedes the method");
        }
        bytes = 0;
        return false;
    }
}
