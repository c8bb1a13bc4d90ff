/**
 * Unix domain sockets by direct system calls through the Foreign Function and Memory API.
 *
 * <p>Needs {@code --enable-native-access=dev.unixsocket.ffi} on the command line of Java.
 */
module dev.unixsocket.ffi {
    exports dev.unixsocket.ffi;
}
