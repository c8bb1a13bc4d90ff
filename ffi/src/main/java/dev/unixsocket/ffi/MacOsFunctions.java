package dev.unixsocket.ffi;

import dev.unixsocket.ffi.macos.Libc;

import java.lang.foreign.FunctionDescriptor;

/** The functions of macOS's C library, with what they take. */
final class MacOsFunctions {

    // C passes what follows the fixed arguments of these as variable arguments.

    /** open(2) and shm_open(2) with the mode. */
    private static final FunctionDescriptor OPEN =
            FunctionDescriptor.of(Libc.C_INT, Libc.C_POINTER, Libc.C_INT, Libc.C_INT);

    /** fcntl(2) with an int. */
    private static final FunctionDescriptor FCNTL =
            FunctionDescriptor.of(Libc.C_INT, Libc.C_INT, Libc.C_INT, Libc.C_INT);

    /** ioctl(2) with a pointer. */
    private static final FunctionDescriptor IOCTL =
            FunctionDescriptor.of(Libc.C_INT, Libc.C_INT, Libc.C_LONG, Libc.C_POINTER);

    /** On x86-64 the plain symbol is the old call with 32-bit inode numbers. */
    private static final String STAT_SUFFIX =
            System.getProperty("os.arch").equals("aarch64") ? "" : "$INODE64";

    private MacOsFunctions() {}

    /** See {@link Platform#function}. */
    static NativeFunction of(String name) {
        String symbol = symbol(name);
        return new NativeFunction(
                NativeFunction.address(NativeFunction.C_LIBRARY, symbol), descriptor(name));
    }

    private static String symbol(String name) {
        return switch (name) {
            case "stat", "lstat", "fstat" -> name + STAT_SUFFIX;
            default -> name;
        };
    }

    private static FunctionDescriptor descriptor(String name) {
        return switch (name) {
            case "socket" -> Libc.socket$descriptor();
            case "bind" -> Libc.bind$descriptor();
            case "listen" -> Libc.listen$descriptor();
            case "accept" -> Libc.accept$descriptor();
            case "connect" -> Libc.connect$descriptor();
            case "shutdown" -> Libc.shutdown$descriptor();
            case "close" -> Libc.close$descriptor();
            case "read" -> Libc.read$descriptor();
            case "write" -> Libc.write$descriptor();
            case "recv" -> Libc.recv$descriptor();
            case "send" -> Libc.send$descriptor();
            case "getsockopt" -> Libc.getsockopt$descriptor();
            case "setsockopt" -> Libc.setsockopt$descriptor();
            case "getsockname" -> Libc.getsockname$descriptor();
            case "stat" -> Libc.stat$descriptor();
            case "lstat" -> Libc.lstat$descriptor();
            case "mkdir" -> Libc.mkdir$descriptor();
            case "chmod" -> Libc.chmod$descriptor();
            case "unlink" -> Libc.unlink$descriptor();
            case "getuid" -> Libc.getuid$descriptor();
            case "getpid" -> Libc.getpid$descriptor();
            case "strerror" -> Libc.strerror$descriptor();
            case "dup2" -> Libc.dup2$descriptor();
            case "open" -> OPEN;
            case "flock" -> Libc.flock$descriptor();
            case "pread" -> Libc.pread$descriptor();
            case "ftruncate" -> Libc.ftruncate$descriptor();
            case "fstat" -> Libc.fstat$descriptor();
            case "lchown" -> Libc.lchown$descriptor();
            case "umask" -> Libc.umask$descriptor();
            case "poll" -> Libc.poll$descriptor();
            case "pipe" -> Libc.pipe$descriptor();
            case "listxattr" -> Libc.listxattr$descriptor();
            case "getxattr" -> Libc.getxattr$descriptor();
            case "setxattr" -> Libc.setxattr$descriptor();
            case "getgrnam" -> Libc.getgrnam$descriptor();
            case "getpwnam" -> Libc.getpwnam$descriptor();
            case "fcntl" -> FCNTL;
            case "isatty" -> Libc.isatty$descriptor();
            case "socketpair" -> Libc.socketpair$descriptor();
            case "getpeername" -> Libc.getpeername$descriptor();
            case "recvmsg" -> Libc.recvmsg$descriptor();
            case "sendmsg" -> Libc.sendmsg$descriptor();
            case "recvfrom" -> Libc.recvfrom$descriptor();
            case "sendto" -> Libc.sendto$descriptor();
            case "readv" -> Libc.readv$descriptor();
            case "writev" -> Libc.writev$descriptor();
            case "ioctl" -> IOCTL;
            case "dup" -> Libc.dup$descriptor();
            case "sigaction" -> Libc.sigaction$descriptor();
            case "pthread_self" -> Libc.pthread_self$descriptor();
            case "pthread_kill" -> Libc.pthread_kill$descriptor();
            case "shm_open" -> OPEN;
            case "shm_unlink" -> Libc.shm_unlink$descriptor();
            case "mmap" -> Libc.mmap$descriptor();
            case "munmap" -> Libc.munmap$descriptor();
            case "getrlimit" -> Libc.getrlimit$descriptor();
            default -> throw new IllegalArgumentException(name);
        };
    }
}
