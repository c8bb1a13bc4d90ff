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
            UnsatisfiedLinkError error =
                    new UnsatisfiedLinkError(
                            "dev.unixsocket.ffi was denied native access and cannot make system"
                                    + " calls: "
                                    + remedy(NativeAccess.class.getModule()));
            error.initCause(denied);
            throw error;
        }
    }

    /** The option of the command line reaches the modules that Java itself has loaded only. */
    private static String remedy(Module module) {
        if (!module.isNamed()) {
            return "start Java with --enable-native-access=ALL-UNNAMED";
        }
        if (module.getLayer() == ModuleLayer.boot()) {
            return "start Java with --enable-native-access=" + module.getName();
        }
        return "the code that made its module layer must call"
                + " ModuleLayer.Controller.enableNativeAccess for module "
                + module.getName();
    }
}
