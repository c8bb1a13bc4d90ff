package dev.unixsocket.ffi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.util.Optional;

/** Text that goes to the kernel as bytes, and bytes that are shown as text. Stateless. */
final class Text {

    private Text() {}

    /**
     * Its bytes in UTF-8.
     *
     * @param what it is, for the message
     * @throws IllegalArgumentException if it holds half a surrogate pair, which would become a
     *     question mark
     */
    static byte[] utf8(String text, String what) {
        requirePresent(text, what);
        if (!UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(what + " must have a form in UTF-8: " + text);
        }
        return text.getBytes(UTF_8);
    }

    /** As {@link #utf8}, also refusing a NUL. */
    static byte[] withoutNul(String text, String what) {
        requireNoNul(text, what);
        return utf8(text, what);
    }

    /**
     * Refuses a NUL, at which C would cut the text.
     *
     * @throws IllegalArgumentException if it holds one
     */
    static void requireNoNul(String text, String what) {
        requirePresent(text, what);
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    what + " cannot hold a NUL: " + text.replace("\0", "\\0"));
        }
    }

    private static void requirePresent(String text, String what) {
        if (text == null) {
            throw new NullPointerException(what + " cannot be null");
        }
    }

    /** A string of C: those bytes, and a NUL. */
    static MemorySegment cString(byte[] bytes, Arena arena) {
        MemorySegment string = arena.allocate(bytes.length + 1L);
        string.asSlice(0, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
        return string;
    }

    /** The text that those bytes are in UTF-8; empty when they are none. */
    static Optional<String> of(MemorySegment bytes) {
        try {
            return Optional.of(UTF_8.newDecoder().decode(bytes.asByteBuffer()).toString());
        } catch (CharacterCodingException noText) {
            return Optional.empty();
        }
    }

    /** For people to read: each byte that is not text is written as {@code \xff}. */
    static String shown(byte[] bytes, Charset charset) {
        CharsetDecoder decoder = charset.newDecoder();
        ByteBuffer left = ByteBuffer.wrap(bytes);
        CharBuffer decoded = CharBuffer.allocate(bytes.length);
        StringBuilder text = new StringBuilder();
        CoderResult result;
        do {
            result = decoder.reset().decode(left, decoded, true);
            text.append(decoded.flip());
            decoded.clear();
            for (int i = 0; result.isError() && i < result.length(); i++) {
                text.append("\\x%02x".formatted(left.get()));
            }
        } while (result.isError());
        return text.toString();
    }
}
