package dev.unixsocket.uds.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Directories that a command makes where nobody asked for them by name. Stateless, thread-safe. */
public final class OwnDirectories {

    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rwx------");

    private OwnDirectories() {}

    /**
     * Makes a directory and those on the way to it, each with mode 0700, as the XDG base directory
     * specification has it. Those that are there stay as they are.
     */
    public static void make(Path directory) throws IOException {
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
}
