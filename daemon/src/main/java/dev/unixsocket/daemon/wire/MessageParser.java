package dev.unixsocket.daemon.wire;

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

    private final MessageUnpacker unpacker;
    private final int length;
    private int values;

    MessageParser(byte[] array, int offset, int length) {
        this.unpacker = MessagePack.newDefaultUnpacker(array, offset, length);
        this.length = length;
    }

    Map<String, Object> parse() throws FrameException {
        try {
            if (length == 0) {
                throw new FrameException("an empty frame is not a message");
            }
            MessageFormat format = unpacker.getNextFormat();
            if (format.getValueType() != ValueType.MAP) {
                throw new FrameException("a message is a map, not " + Kind.of(format));
            }
            Map<String, Object> message = new LinkedHashMap<>();
            fill(message, 1);
            if (remaining() > 0) {
                throw new FrameException(
                        "the frame goes on for %d bytes after the message".formatted(remaining()));
            }
            return message;
        } catch (MessageInsufficientBufferException e) {
            throw new FrameException("not MessagePack: a value is cut short");
        } catch (MessagePackException | DateTimeException | IOException e) {
            if (e instanceof FrameException refusal) {
                throw refusal;
            }
            throw new FrameException("not MessagePack: " + e.getMessage());
        }
    }

    private Object value(int depth) throws IOException {
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
            case EXTENSION -> extension();
            case ARRAY -> array(depth);
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

    private List<Object> array(int depth) throws IOException {
        checkDepth(depth);
        int size = unpacker.unpackArrayHeader();
        if (size == 0) {
            return List.of();
        }
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(value(depth + 1));
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
            map.put(key, value(depth + 1));
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

    private Object extension() throws IOException {
        ExtensionTypeHeader header = unpacker.unpackExtensionTypeHeader();
        if (header.getType() != TIMESTAMP) {
            return new Extension(header.getType(), payload(header.getLength()));
        }
        return unpacker.unpackTimestamp(header);
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
