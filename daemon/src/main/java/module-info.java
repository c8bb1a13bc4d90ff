/**
 * Servers, clients and the command line on Unix domain sockets.
 *
 * <p>Open, because picocli fills in the options of the commands by reflection.
 */
@SuppressWarnings("requires-automatic") // daemon/pom.xml makes modules of them for jlink
open module dev.unixsocket.daemon {
    requires com.fasterxml.jackson.core;
    requires transitive dev.unixsocket.ffi;
    requires info.picocli;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.kqueue;
    requires io.netty.transport.unix.common;
    requires java.desktop; // ImageIO writes the PNG
    requires java.logging;
    requires java.sql;
    requires jdk.unsupported; // sun.misc.Signal
    requires msgpack.core;
    requires org.jline.reader;
    requires org.jline.terminal;
    requires org.tomlj;
    requires org.xerial.sqlitejdbc;
    requires org.snakeyaml.engine;

    exports dev.unixsocket.daemon.discovery;
    exports dev.unixsocket.daemon.events;
    exports dev.unixsocket.daemon.ipc;
    exports dev.unixsocket.daemon.server;
    exports dev.unixsocket.daemon.weave;
    exports dev.unixsocket.daemon.wire;

    uses dev.unixsocket.daemon.weave.GenerateBackend;
}
