package dev.unixsocket.ffi;

import java.util.Objects;

/** The descriptors that go with a message. Stateless, thread-safe. */
final class Descriptors {

    private Descriptors() {}

    /** The one that an object owns. */
    static Descriptor of(HasDescriptor owner) {
        return switch (owner) {
            case OpenFile file -> file.descriptor();
            case StreamSocket socket -> socket.state().descriptor();
            case StreamListener listener -> listener.state().descriptor();
            case SeqpacketListener listener -> listener.state().descriptor();
            case MessageSocket socket -> socket.state().descriptor();
        };
    }

    /**
     * Refuses what the kernel would.
     *
     * @throws IllegalArgumentException if they are too many
     */
    static void requireSendable(HasDescriptor[] descriptors) {
        Objects.requireNonNull(descriptors, "descriptors");
        if (descriptors.length > MessageMemory.MOST_DESCRIPTORS) {
            throw new IllegalArgumentException(
                    "a message takes %d descriptors at most, not %d"
                            .formatted(MessageMemory.MOST_DESCRIPTORS, descriptors.length));
        }
        for (HasDescriptor descriptor : descriptors) {
            Objects.requireNonNull(descriptor, "a descriptor to send is null");
        }
    }
}
