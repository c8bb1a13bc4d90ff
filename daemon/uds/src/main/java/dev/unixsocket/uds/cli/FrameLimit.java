package dev.unixsocket.uds.cli;

import dev.unixsocket.services.wire.FrameDecoder;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --max-frame}: how long a message may be. */
public final class FrameLimit {

    private static final int SMALLEST = 1024;
    private static final int LARGEST = 1 << 30;

    @Option(
            names = "--max-frame",
            paramLabel = "BYTES",
            defaultValue = "" + FrameDecoder.DEFAULT_MAX_FRAME_BYTES,
            converter = BytesConverter.class,
            description = "Longest message. Default: 10485760 (10 MiB)")
    private int bytes;

    /** Made by picocli. */
    public FrameLimit() {}

    /** 1 KiB to 1 GiB. */
    public int bytes() {
        return bytes;
    }

    /** Reads it. */
    static final class BytesConverter implements ITypeConverter<Integer> {

        /** Made by picocli. */
        BytesConverter() {}

        @Override
        public Integer convert(String text) {
            try {
                int bytes = Integer.parseInt(text);
                if (bytes >= SMALLEST && bytes <= LARGEST) {
                    return bytes;
                }
            } catch (NumberFormatException e) {
                // the same sentence
            }
            throw new TypeConversionException("must be 1024 to 1073741824, not '" + text + "'");
        }
    }
}
