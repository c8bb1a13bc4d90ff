package dev.unixsocket.services.wire;

import org.msgpack.core.ExtensionTypeHeader;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessageInsufficientBufferException;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decodes one message. Nothing is allocated for a size that the bytes only announce.
 *
 * <p>Confined to one thread, for one message.
 */
final class MessageParser {

    private static final byte TIMESTAMP = -1;

    /** Of the 64 bits of a timestamp's middle form; the 30 above them are nanoseconds. */
    private static final int SECONDS_BITS = 34;

    private static final long MAX_NANOS = 999_999_999;

    private final MessageUnpacker unpacker;
    private final int length;
    private int values;

    MessageParser(byte[] array, int offset, int length) {
        this.unpacker = MessagePack.newDefaultUnpacker(array, offset, length);
        this.length = length;
    }

    /** Nothing but a map. */
    Map<String, Object> parse() throws FrameException {
        return parse(false);
    }

    /** A map, or nil, which is an empty one, whatever follows it. */
    Map<String, Object> parseLeading() throws FrameException {
        return parse(true);
    }

    private Map<String, Object> parse(boolean lenient) throws FrameException {
        try {
            if (length == 0) {
                throw new FrameException("an empty frame is not a message");
            }
            MessageFormat format = unpacker.getNextFormat();
            if (lenient && format.getValueType() == ValueType.NIL) {
                return new LinkedHashMap<>();
            }
            if (format.getValueType() != ValueType.MAP) {
                throw new FrameException("a message is a map, not " + Kind.of(format));
            }
            Map<String, Object> message = new LinkedHashMap<>();
            fill(message, 1);
            if (!lenient && remaining() > 0) {
                throw new FrameException(
                        "the frame goes on for %d bytes after the message".formatted(remaining()));
            }
            return message;
        } catch (MessageInsufficientBufferException e) {
            throw new FrameException("not MessagePack: a value is cut short");
        } catch (MessagePackException | IOException e) {
            if (e instanceof FrameException refusal) {
                throw refusal;
            }
            throw new FrameException("not MessagePack: " + e.getMessage());
        }
    }

    /**
     * The next value.
     *
     * @param name of the field that it is, or is in
     */
    private Object value(int depth, String name) throws IOException {
        if (++values > MessagePackCodec.MAX_VALUES) {
            throw new FrameException("more than " + MessagePackCodec.MAX_VALUES + " values");
        }
        MessageFormat format = unpacker.getNextFormat();
        return switch (format.getValueType()) {
            case NIL -> {
                unpacker.unpackNil();
                yield null;
            }
            case BOOLEAN -> unpacker.unpackBoolean();
            case INTEGER -> integer(format);
            case FLOAT ->
                    format == MessageFormat.FLOAT32
                            ? (Object) unpacker.unpackFloat()
                            : (Object) unpacker.unpackDouble();
            case STRING -> string();
            case BINARY -> payload(unpacker.unpackBinaryHeader());
            case EXTENSION -> extension(name);
            case ARRAY -> array(depth, name);
            case MAP -> map(depth);
        };
    }

    private Object integer(MessageFormat format) throws IOException {
        if (format == MessageFormat.UINT64) {
            BigInteger number = unpacker.unpackBigInteger();
            return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
        }
        return unpacker.unpackLong();
    }

    private List<Object> array(int depth, String name) throws IOException {
        checkDepth(depth);
        int size = unpacker.unpackArrayHeader();
        if (size == 0) {
            return List.of();
        }
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(value(depth + 1, name));
        }
        return list;
    }

    private Map<String, Object> map(int depth) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        fill(map, depth);
        return map.isEmpty() ? Map.of() : map;
    }

    private void fill(Map<String, Object> map, int depth) throws IOException {
        checkDepth(depth);
        int size = unpacker.unpackMapHeader();
        for (int i = 0; i < size; i++) {
            MessageFormat format = unpacker.getNextFormat();
            if (format.getValueType() != ValueType.STRING) {
                throw new FrameException("a key of a map is a string, not " + Kind.of(format));
            }
            String key = string();
            map.put(key, value(depth + 1, key));
            if (map.size() != i + 1) {
                throw new FrameException("the key \"" + key + "\" comes twice in a map");
            }
        }
    }

    private static void checkDepth(int depth) throws FrameException {
        if (depth > MessagePackCodec.MAX_DEPTH) {
            throw new FrameException(
                    "nested deeper than " + MessagePackCodec.MAX_DEPTH + " levels");
        }
    }

    private Object extension(String name) throws IOException {
        ExtensionTypeHeader header = unpacker.unpackExtensionTypeHeader();
        byte[] bytes = payload(header.getLength());
        return header.getType() == TIMESTAMP
                ? timestamp(ByteBuffer.wrap(bytes), name)
                : new Extension(header.getType(), bytes);
    }

    /** The library would carry nanoseconds over to the seconds where there are too many. */
    private static Instant timestamp(ByteBuffer bytes, String name) throws FrameException {
        long seconds;
        long nanos = 0;
        switch (bytes.remaining()) {
            case 4 -> seconds = Integer.toUnsignedLong(bytes.getInt());
            case 8 -> {
                long both = bytes.getLong();
                nanos = both >>> SECONDS_BITS;
                seconds = both & ((1L << SECONDS_BITS) - 1);
            }
            case 12 -> {
                nanos = Integer.toUnsignedLong(bytes.getInt());
                seconds = bytes.getLong();
            }
            default -> throw noTime(name, "has %d bytes, not 4, 8 or 12", bytes.remaining());
        }
        if (nanos > MAX_NANOS) {
            throw noTime(name, "has %d nanoseconds, at most 999999999 are allowed", nanos);
        }
        try {
            return Instant.ofEpochSecond(seconds, nanos);
        } catch (DateTimeException e) {
            throw noTime(name, "is too far from now: %d seconds", seconds);
        }
    }

    private static FrameException noTime(String name, String why, long number) {
        return new FrameException("the timestamp \"%s\" ".formatted(name) + why.formatted(number));
    }

    /** The library would replace what is not UTF-8. */
    private String string() throws IOException {
        byte[] bytes = payload(unpacker.unpackRawStringHeader());
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new FrameException("a string is not UTF-8");
            }
        }
        return text;
    }

    private byte[] payload(int bytes) throws IOException {
        if (bytes > remaining()) {
            throw new MessageInsufficientBufferException();
        }
        return unpacker.readPayload(bytes);
    }

    private long remaining() {
        return length - unpacker.getTotalReadBytes();
    }
}
