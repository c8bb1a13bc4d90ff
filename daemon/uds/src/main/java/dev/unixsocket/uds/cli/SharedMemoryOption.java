package dev.unixsocket.uds.cli;

import dev.unixsocket.ffi.SharedMemoryLimit;
import dev.unixsocket.ffi.SharedMemorySocket;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import picocli.CommandLine.TypeConversionException;

import java.util.Optional;

/** {@code --shared-memory} of a service, with a limit for all of its connections. */
public final class SharedMemoryOption {

    private static final long LARGEST = 1L << 40;

    private static final String DEFAULT_BYTES = "268435456";

    @Option(
            names = "--shared-memory",
            paramLabel = "BYTES",
            arity = "0..1",
            fallbackValue = DEFAULT_BYTES,
            converter = BytesConverter.class,
            description =
                    "Accept shared memory from clients that offer it. BYTES limits what all"
                            + " connections have together, 268435456 (256 MiB) if it is left out;"
                            + " clients beyond the limit are served over the socket. Default:"
                            + " accept no offer. Linux only")
    private Optional<Long> bytes = Optional.empty();

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    /** Made by picocli. */
    public SharedMemoryOption() {}

    /** What the connections may have together; empty if they may not share memory. */
    public Optional<SharedMemoryLimit> limit() {
        if (bytes.isPresent() && !SharedMemorySocket.isSupported()) {
            throw new ParameterException(
                    spec.commandLine(), "--shared-memory: memory can be shared on Linux only");
        }
        return bytes.map(SharedMemoryLimit::new);
    }

    /** Reads it. */
    static final class BytesConverter implements ITypeConverter<Long> {

        /** Made by picocli. */
        BytesConverter() {}

        @Override
        public Long convert(String text) {
            try {
                long bytes = Long.parseLong(text);
                if (bytes >= 0 && bytes <= LARGEST) {
                    return bytes;
                }
            } catch (NumberFormatException e) {
                // the same sentence
            }
            throw new TypeConversionException(
                    "must be 0 to %d bytes, not '%s'".formatted(LARGEST, text));
        }
    }
}
