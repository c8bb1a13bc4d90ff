/** Servers, clients and the command line on Unix domain sockets. */
module dev.unixsocket.daemon {
    requires dev.unixsocket.ffi;
    requires info.picocli;
}
