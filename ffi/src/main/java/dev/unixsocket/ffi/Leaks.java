package dev.unixsocket.ffi;

import java.lang.ref.Cleaner;

/**
 * Closes the descriptors of sockets that became garbage before anybody closed them, and says so at
 * DEBUG. Whoever made the socket should close it: until the garbage collector runs, the peer waits.
 *
 * <p>Thread-safe.
 */
final class Leaks {

    private static final Cleaner CLEANER = Cleaner.create();

    private Leaks() {}

    /** Closes that descriptor if it is still open when its owner is garbage. */
    static void watch(Object owner, Descriptor descriptor) {
        CLEANER.register(owner, new Watch(owner.getClass().getSimpleName(), descriptor));
    }

    /** Closes what came with a message and nobody took. */
    static void watch(Object owner, ReceivedDescriptors descriptors) {
        CLEANER.register(owner, descriptors::closeAll);
    }

    /** Unmaps what nobody has unmapped. */
    static void watch(Object owner, RingMemory memory) {
        CLEANER.register(owner, memory);
    }

    private record Watch(String kind, Descriptor descriptor) implements Runnable {
        @Override
        public void run() {
            Address address = descriptor.address();
            if (descriptor.closeUnreachable()) {
                System.getLogger("dev.unixsocket.ffi")
                        .log(
                                System.Logger.Level.DEBUG,
                                "closed a {0} that nobody had closed: {1}",
                                kind,
                                address);
            }
        }
    }
}
