package dev.unixsocket.services.observatory;

/**
 * The line before a chunk: its size in hexadecimal, and extensions that are checked and not heeded.
 * RFC 9112, section 7.1.
 */
final class ChunkLine {

    private static final String NO_EXTENSION = "an extension of a chunk is not well-formed";

    private final String line;
    private int at;

    private ChunkLine(String line) {
        this.line = line;
    }

    /**
     * The size of the chunk in bytes; 0 for the last.
     *
     * @throws RefusedException 400 if it is not well-formed
     */
    static int size(String line) throws RefusedException {
        int extensions = line.indexOf(';');
        if (extensions >= 0) {
            ChunkLine parser = new ChunkLine(line);
            parser.at = extensions;
            parser.checkExtensions();
        }
        int from = 0;
        while (from < line.length() && Character.isWhitespace(line.charAt(from))) {
            from++;
        }
        int to = from;
        while (to < line.length() && isHex(line.charAt(to))) {
            to++;
        }
        boolean ends =
                to == line.length()
                        || line.charAt(to) == ';'
                        || Characters.isControlOrSpace(line.charAt(to));
        if (to == from || !ends) {
            throw RefusedException.malformed("the size of a chunk is not a hexadecimal number");
        }
        try {
            return Integer.parseInt(line, from, to, 16);
        } catch (NumberFormatException e) {
            throw RefusedException.malformed("the size of a chunk is too large a number");
        }
    }

    private static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    /** {@code ; name}, {@code ; name=token}, {@code ; name="text"}, any number of them. */
    private void checkExtensions() throws RefusedException {
        require(
                line.substring(0, at)
                        .chars()
                        .allMatch(c -> isHex((char) c) || c == ' ' || c == '\t'));
        while (at < line.length()) {
            require(line.charAt(at++) == ';');
            skipWhile(" \t;\"", "(),/:<=>?@[\\]{}");
            if (at < line.length()) {
                require(line.charAt(at++) == '=');
                skipBlanks();
                checkValue();
            }
        }
    }

    private void checkValue() throws RefusedException {
        require(at < line.length());
        if (line.charAt(at) == '"') {
            checkQuoted();
            skipBlanks();
        } else {
            int before = at;
            if (line.charAt(at) == ';') {
                at++; // as Netty has it
            }
            skipWhile("\"", "(),/:<=>?@[\\]{};");
            require(at > before);
        }
    }

    private void checkQuoted() throws RefusedException {
        at++;
        while (true) {
            require(at < line.length());
            char c = line.charAt(at++);
            if (c == '"') {
                return;
            }
            if (c == '\\') {
                require(at < line.length());
                c = line.charAt(at++);
            }
            require(c == '\t' || (c >= ' ' && c <= '~'));
        }
    }

    private void skipBlanks() {
        while (at < line.length() && Characters.isBlank(line.charAt(at))) {
            at++;
        }
    }

    /** Skips visible characters and some more, except for others. */
    private void skipWhile(String alsoThese, String notThese) {
        while (at < line.length()) {
            char c = line.charAt(at);
            boolean visible = c > ' ' && c <= '~';
            if (notThese.indexOf(c) >= 0 || !(visible || alsoThese.indexOf(c) >= 0)) {
                return;
            }
            at++;
        }
    }

    private static void require(boolean holds) throws RefusedException {
        if (!holds) {
            throw RefusedException.malformed(NO_EXTENSION);
        }
    }
}
