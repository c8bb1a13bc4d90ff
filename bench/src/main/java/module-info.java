/** Benchmarks of the sockets and of the daemon, and their comparison with what else there is. */
module dev.unixsocket.bench {
    requires dev.unixsocket.daemon;
    requires dev.unixsocket.ffi;
}
