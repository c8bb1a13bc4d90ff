package dev.unixsocket.services.wire;

import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Maps to MessagePack and back. The values of a map are {@code null}, {@link Boolean}, {@link Long}
 * (and every other integer, also {@link BigInteger} of 64 bits), {@link Double} and {@link Float},
 * {@link String}, {@code byte[]}, {@link Instant} (a timestamp), {@link Extension}, {@link List}
 * and {@link Map} with strings as keys. <a
 * href="https://github.com/msgpack/msgpack/blob/master/spec.md">The specification</a>.
 *
 * <p>Thread-safe.
 */
public final class MessagePackCodec {

    /** How deep maps and arrays may be nested, the message itself included. */
    public static final int MAX_DEPTH = 100;

    /**
     * How many values a message may hold. A byte can stand for a value that takes a hundred in
     * memory; this keeps a message of 10 MiB from taking a gigabyte.
     */
    public static final int MAX_VALUES = 1_000_000;

    private static final int PACKER_BYTES = 512;

    private static final MessagePack.PackerConfig PACKER =
            new MessagePack.PackerConfig().withBufferSize(PACKER_BYTES);

    private static final byte[] ROOM_FOR_LENGTH = new byte[FrameDecoder.LENGTH_BYTES];

    private static final VarHandle LENGTH =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private MessagePackCodec() {}

    /**
     * Encodes a message as a frame: its length, then the map.
     *
     * @throws IllegalArgumentException if a value is of a type that MessagePack has no form for, or
     *     nested too deeply; the message names it
     */
    public static byte[] encodeFrame(Map<String, ?> message) {
        try (MessageBufferPacker packer = PACKER.newBufferPacker()) {
            packer.writePayload(ROOM_FOR_LENGTH);
            pack(packer, message, 1, "the message");
            byte[] frame = packer.toByteArray();
            LENGTH.set(frame, 0, frame.length - FrameDecoder.LENGTH_BYTES);
            return frame;
        } catch (IOException e) {
            throw new AssertionError("packing into memory", e);
        }
    }

    /**
     * Decodes a message.
     *
     * @param array where its bytes are
     * @param offset of the first
     * @param length how many
     * @return a map that can be changed
     * @throws FrameException if the bytes are not one whole map, if it is nested deeper than {@link
     *     #MAX_DEPTH}, has more than {@link #MAX_VALUES} values, a key that is not a string, or the
     *     same key twice
     */
    public static Map<String, Object> decodeMap(byte[] array, int offset, int length)
            throws FrameException {
        return new MessageParser(array, offset, length).parse();
    }

    /**
     * As {@link #decodeMap}, for peers whose decoders are not strict: nil is an empty map, and
     * bytes after the map are ignored.
     */
    public static Map<String, Object> decodeLeadingMap(byte[] array, int offset, int length)
            throws FrameException {
        return new MessageParser(array, offset, length).parseLeading();
    }

    private static void pack(MessagePacker packer, Object value, int depth, String name)
            throws IOException {
        switch (value) {
            case null -> packer.packNil();
            case String text -> packer.packString(text);
            case Integer number -> packer.packInt(number);
            case Long number -> packer.packLong(number);
            case Boolean truth -> packer.packBoolean(truth);
            case Double number -> packer.packDouble(number);
            case Float number -> packer.packFloat(number);
            case Short number -> packer.packShort(number);
            case Byte number -> packer.packByte(number);
            case BigInteger number -> packBig(packer, number, name);
            case Instant instant -> packer.packTimestamp(instant);
            case byte[] bytes -> packer.packBinaryHeader(bytes.length).writePayload(bytes);
            case Extension extension ->
                    packer.packExtensionTypeHeader(extension.type(), extension.bytes().length)
                            .writePayload(extension.bytes());
            case Map<?, ?> map -> packMap(packer, map, depth, name);
            case List<?> list -> packList(packer, list, depth, name);
            default ->
                    throw new IllegalArgumentException(
                            name
                                    + " is a "
                                    + value.getClass().getName()
                                    + ", which MessagePack has no form for");
        }
    }

    private static void packMap(MessagePacker packer, Map<?, ?> map, int depth, String name)
            throws IOException {
        checkDepth(depth, name);
        packer.packMapHeader(map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String key)) {
                throw new IllegalArgumentException(
                        name + " has a key that is not a string: " + entry.getKey());
            }
            packer.packString(key);
            pack(packer, entry.getValue(), depth + 1, key);
        }
    }

    private static void packList(MessagePacker packer, List<?> list, int depth, String name)
            throws IOException {
        checkDepth(depth, name);
        packer.packArrayHeader(list.size());
        for (Object element : list) {
            pack(packer, element, depth + 1, name);
        }
    }

    private static void packBig(MessagePacker packer, BigInteger number, String name)
            throws IOException {
        boolean fits = number.bitLength() <= (number.signum() < 0 ? 63 : 64);
        if (!fits) {
            throw new IllegalArgumentException(
                    name + " is an integer of more than 64 bits: " + number.bitLength());
        }
        packer.packBigInteger(number);
    }

    private static void checkDepth(int depth, String name) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException(
                    name + " is nested deeper than " + MAX_DEPTH + " levels");
        }
    }
}
