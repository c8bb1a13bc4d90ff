/**
 * Servers, clients and the command line on Unix domain sockets.
 *
 * <p>Open, because picocli fills in the options of the commands by reflection.
 */
open module dev.unixsocket.daemon {
    requires com.fasterxml.jackson.core;
    requires transitive dev.unixsocket.ffi;
    requires info.picocli;
    requires java.desktop; // ImageIO writes the PNG
    requires java.logging;
    requires jdk.unsupported; // sun.misc.Signal

    exports dev.unixsocket.daemon.discovery;
    exports dev.unixsocket.daemon.weave;

    uses dev.unixsocket.daemon.weave.GenerateBackend;
}
