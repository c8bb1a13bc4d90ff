/** Servers and clients of services on Unix domain sockets, to embed. */
@SuppressWarnings({"requires-automatic", "module"}) // msgpack.core names no module; uds comes later
module dev.unixsocket.services {
    requires com.fasterxml.jackson.core;
    requires transitive dev.unixsocket.ffi;
    requires jdk.unsupported; // sun.misc.Signal
    requires msgpack.core;

    exports dev.unixsocket.services.connections to
            dev.unixsocket.uds;
    exports dev.unixsocket.services.discovery;
    exports dev.unixsocket.services.events;
    exports dev.unixsocket.services.ipc;
    exports dev.unixsocket.services.observatory to
            dev.unixsocket.uds;
    exports dev.unixsocket.services.server;
    exports dev.unixsocket.services.weave;
    exports dev.unixsocket.services.wire to
            dev.unixsocket.uds;

    uses dev.unixsocket.services.ipc.IpcHandlerProvider;
    uses dev.unixsocket.services.observatory.EngineFactory;
    uses dev.unixsocket.services.weave.GenerateBackend;

    provides dev.unixsocket.services.observatory.EngineFactory with
            dev.unixsocket.services.observatory.FfmEngine.Factory;
}
