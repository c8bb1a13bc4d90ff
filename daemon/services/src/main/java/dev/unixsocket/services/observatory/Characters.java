package dev.unixsocket.services.observatory;

/** The kinds of characters that HTTP knows: RFC 9110, section 5.6. */
final class Characters {

    private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";

    private Characters() {}

    /** A name of a method or of a header. */
    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(Characters::isTokenCharacter);
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || TOKEN_PUNCTUATION.indexOf(c) >= 0;
    }

    /** The value of a header: no control character, and no blank where it begins. */
    static boolean isFieldValue(String text) {
        return text.isEmpty()
                || (text.charAt(0) > ' '
                        && text.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7F)));
    }

    /** Optional white space within a line. */
    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** A control character or a space. */
    static boolean isControlOrSpace(char c) {
        return c <= ' ';
    }
}
