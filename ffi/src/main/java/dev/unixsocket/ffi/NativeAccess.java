package dev.unixsocket.ffi;

import java.lang.foreign.MemorySegment;

/** Says in one sentence which flag is missing when Java denies native access. */
final class NativeAccess {

    private NativeAccess() {}

    /**
     * Does the cheapest restricted thing there is, so that a refusal is met here and not in the
     * middle of the generated bindings, where it would read {@code ExceptionInInitializerError}.
     *
     * @throws UnsatisfiedLinkError if native access is denied; an error and not an exception,
     *     because a static initializer passes errors on as they are
     */
    static void require() {
        try {
            MemorySegment.NULL.reinterpret(0);
        } catch (IllegalCallerException denied) {
            Module module = NativeAccess.class.getModule();
            String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
            UnsatisfiedLinkError error =
                    new UnsatisfiedLinkError(
                            "dev.unixsocket.ffi was denied native access and cannot make system"
                                    + " calls: start Java with --enable-native-access="
                                    + name);
            error.initCause(denied);
            throw error;
        }
    }
}
