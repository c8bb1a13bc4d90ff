/**
 * Benchmarks: JMH inside one process, comparisons between processes, and one report for both. Open,
 * because JMH and picocli find their classes by reflection.
 */
@SuppressWarnings("requires-automatic") // these name no module: Aeron, ap-loader, jnr-unixsocket,
// HdrHistogram, JMH
open module dev.unixsocket.bench {
    requires ap.loader.all;
    requires com.fasterxml.jackson.jr.ob;
    requires dev.unixsocket.services;
    requires dev.unixsocket.ffi;
    requires HdrHistogram;
    requires info.picocli;
    requires io.aeron.client;
    requires io.aeron.driver;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.io_uring;
    requires io.netty.transport.unix.common;
    requires java.management;
    requires java.sql;
    requires jdk.management;
    requires jdk.net;
    requires jmh.core;
    requires org.agrona;
    requires org.jnrproject.unixsocket;
    requires org.newsclub.net.unix;
}
