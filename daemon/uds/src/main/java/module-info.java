/**
 * The command line of the services.
 *
 * <p>Open, because picocli fills in the options of the commands by reflection.
 */
@SuppressWarnings("requires-automatic") // daemon/uds/pom.xml makes modules of them for jlink
open module dev.unixsocket.uds {
    requires com.fasterxml.jackson.core;
    requires dev.unixsocket.ffi;
    requires transitive dev.unixsocket.services;
    requires info.picocli;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.kqueue;
    requires io.netty.transport.unix.common;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires java.logging;
    requires java.net.http;
    requires java.sql;
    requires org.jline.reader;
    requires org.jline.terminal;
    requires org.tomlj;
    requires org.xerial.sqlitejdbc;
    requires org.snakeyaml.engine;

    exports dev.unixsocket.uds.etcd; // EtcdSockets, for programs

    provides dev.unixsocket.services.ipc.IpcHandlerProvider with
            dev.unixsocket.uds.ipc.SqliteHandlers.Provider;
    provides dev.unixsocket.services.observatory.EngineFactory with
            dev.unixsocket.uds.observatory.NettyEngine.Factory;
}
