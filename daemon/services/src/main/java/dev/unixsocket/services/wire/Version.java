package dev.unixsocket.services.wire;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;

/** The version of this module. Stateless, thread-safe. */
public final class Version {

    private Version() {}

    /** As in {@code 0.1.0}. */
    public static String text() {
        return Optional.ofNullable(Version.class.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .orElse("(unpackaged)");
    }
}
