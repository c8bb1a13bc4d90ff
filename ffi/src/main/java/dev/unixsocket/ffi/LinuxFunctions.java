package dev.unixsocket.ffi;

import dev.unixsocket.ffi.linux.Libc;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.OptionalInt;

/** The functions of Linux's C library, with what they take. */
final class LinuxFunctions {

    // C passes what follows the fixed arguments of these as variable arguments.

    /** open(2) with the mode. */
    private static final FunctionDescriptor OPEN =
            FunctionDescriptor.of(Libc.C_INT, Libc.C_POINTER, Libc.C_INT, Libc.C_INT);

    /** fcntl(2) with an int. */
    private static final FunctionDescriptor FCNTL =
            FunctionDescriptor.of(Libc.C_INT, Libc.C_INT, Libc.C_INT, Libc.C_INT);

    /** ioctl(2) with a pointer. */
    private static final FunctionDescriptor IOCTL =
            FunctionDescriptor.of(Libc.C_INT, Libc.C_INT, Libc.C_LONG, Libc.C_POINTER);

    /** prctl(2) with one argument. */
    private static final FunctionDescriptor PRCTL =
            FunctionDescriptor.of(Libc.C_INT, Libc.C_INT, Libc.C_LONG);

    /** {@code _STAT_VER} of {@code bits/stat.h}. */
    private static final int STAT_VERSION = LinuxPlatform.AARCH64 ? 0 : 1;

    private static final FunctionDescriptor PTHREAD_KILL =
            FunctionDescriptor.of(Libc.C_INT, Libc.C_LONG, Libc.C_INT);

    private LinuxFunctions() {}

    /** See {@link Platform#function}. */
    static NativeFunction of(String name) {
        Optional<MemorySegment> address = NativeFunction.C_LIBRARY.find(name);
        if (address.isPresent()) {
            return new NativeFunction(address.get(), descriptor(name));
        }
        return switch (name) {
            case "stat" -> versioned("__xstat", Libc.C_POINTER);
            case "lstat" -> versioned("__lxstat", Libc.C_POINTER);
            case "fstat" -> versioned("__fxstat", Libc.C_INT);
            case "pthread_kill" -> new NativeFunction(ofThreads(name), PTHREAD_KILL);
            default -> throw NativeFunction.missing(name);
        };
    }

    /**
     * What stat(2) and its like are in a glibc before 2.33: inline functions in the header, which
     * call this one with the version of the structure.
     *
     * @param file how the call is told which file
     */
    static NativeFunction versioned(String symbol, ValueLayout file) {
        return new NativeFunction(
                NativeFunction.address(NativeFunction.C_LIBRARY, symbol),
                FunctionDescriptor.of(Libc.C_INT, Libc.C_INT, file, Libc.C_POINTER),
                OptionalInt.of(STAT_VERSION));
    }

    /** Before 2.34, glibc had some functions of threads in a library of their own. */
    private static MemorySegment ofThreads(String symbol) {
        return NativeFunction.address(
                SymbolLookup.libraryLookup("libpthread.so.0", Arena.global()), symbol);
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
            case "open" -> OPEN;
            case "flock" -> Libc.flock$descriptor();
            case "pread" -> Libc.pread$descriptor();
            case "ftruncate" -> Libc.ftruncate$descriptor();
            case "fstat" -> Libc.fstat$descriptor();
            case "fchmod" -> Libc.fchmod$descriptor();
            case "lchown" -> Libc.lchown$descriptor();
            case "poll" -> Libc.poll$descriptor();
            case "pipe" -> Libc.pipe$descriptor();
            case "llistxattr" -> Libc.llistxattr$descriptor();
            case "lgetxattr" -> Libc.lgetxattr$descriptor();
            case "lsetxattr" -> Libc.lsetxattr$descriptor();
            case "getgrnam" -> Libc.getgrnam$descriptor();
            case "getpwnam" -> Libc.getpwnam$descriptor();
            case "fcntl" -> FCNTL;
            case "isatty" -> Libc.isatty$descriptor();
            case "epoll_create1" -> Libc.epoll_create1$descriptor();
            case "epoll_ctl" -> Libc.epoll_ctl$descriptor();
            case "epoll_wait" -> Libc.epoll_wait$descriptor();
            case "accept4" -> Libc.accept4$descriptor();
            case "socketpair" -> Libc.socketpair$descriptor();
            case "getpeername" -> Libc.getpeername$descriptor();
            case "recvmsg" -> Libc.recvmsg$descriptor();
            case "sendmsg" -> Libc.sendmsg$descriptor();
            case "recvfrom" -> Libc.recvfrom$descriptor();
            case "sendto" -> Libc.sendto$descriptor();
            case "readv" -> Libc.readv$descriptor();
            case "writev" -> Libc.writev$descriptor();
            case "ioctl" -> IOCTL;
            case "pipe2" -> Libc.pipe2$descriptor();
            case "dup" -> Libc.dup$descriptor();
            case "eventfd" -> Libc.eventfd$descriptor();
            case "ppoll" -> Libc.ppoll$descriptor();
            case "sigaction" -> Libc.sigaction$descriptor();
            case "pthread_self" -> Libc.pthread_self$descriptor();
            case "pthread_kill" -> PTHREAD_KILL;
            case "memfd_create" -> Libc.memfd_create$descriptor();
            case "mmap" -> Libc.mmap$descriptor();
            case "munmap" -> Libc.munmap$descriptor();
            case "getrlimit" -> Libc.getrlimit$descriptor();
            case "prctl" -> PRCTL;
            default -> throw new IllegalArgumentException(name);
        };
    }
}
