package dev.unixsocket.ffi;

import dev.unixsocket.ffi.macos.Libc;

/** The numbers of errors on macOS: errno(3). */
final class MacOsErrors {

    private MacOsErrors() {}

    /** See {@link Platform#number}. */
    static int number(Errno errno) {
        return switch (errno) {
            case EPERM -> Libc.EPERM();
            case ENOENT -> Libc.ENOENT();
            case ESRCH -> Libc.ESRCH();
            case EINTR -> Libc.EINTR();
            case EIO -> Libc.EIO();
            case ENXIO -> Libc.ENXIO();
            case E2BIG -> Libc.E2BIG();
            case ENOEXEC -> Libc.ENOEXEC();
            case EBADF -> Libc.EBADF();
            case ECHILD -> Libc.ECHILD();
            case EAGAIN -> Libc.EAGAIN();
            case ENOMEM -> Libc.ENOMEM();
            case EACCES -> Libc.EACCES();
            case EFAULT -> Libc.EFAULT();
            case ENOTBLK -> Libc.ENOTBLK();
            case EBUSY -> Libc.EBUSY();
            case EEXIST -> Libc.EEXIST();
            case EXDEV -> Libc.EXDEV();
            case ENODEV -> Libc.ENODEV();
            case ENOTDIR -> Libc.ENOTDIR();
            case EISDIR -> Libc.EISDIR();
            case EINVAL -> Libc.EINVAL();
            case ENFILE -> Libc.ENFILE();
            case EMFILE -> Libc.EMFILE();
            case ENOTTY -> Libc.ENOTTY();
            case ETXTBSY -> Libc.ETXTBSY();
            case EFBIG -> Libc.EFBIG();
            case ENOSPC -> Libc.ENOSPC();
            case ESPIPE -> Libc.ESPIPE();
            case EROFS -> Libc.EROFS();
            case EMLINK -> Libc.EMLINK();
            case EPIPE -> Libc.EPIPE();
            case EDOM -> Libc.EDOM();
            case ERANGE -> Libc.ERANGE();
            case EDEADLK -> Libc.EDEADLK();
            case ENAMETOOLONG -> Libc.ENAMETOOLONG();
            case ENOLCK -> Libc.ENOLCK();
            case ENOSYS -> Libc.ENOSYS();
            case ENOTEMPTY -> Libc.ENOTEMPTY();
            case ELOOP -> Libc.ELOOP();
            case ENOMSG -> Libc.ENOMSG();
            case EIDRM -> Libc.EIDRM();
            case ENOSTR -> Libc.ENOSTR();
            case ENODATA -> Libc.ENOATTR();
            case ETIME -> Libc.ETIME();
            case ENOSR -> Libc.ENOSR();
            case EREMOTE -> Libc.EREMOTE();
            case ENOLINK -> Libc.ENOLINK();
            case EPROTO -> Libc.EPROTO();
            case EMULTIHOP -> Libc.EMULTIHOP();
            case EBADMSG -> Libc.EBADMSG();
            case EOVERFLOW -> Libc.EOVERFLOW();
            case EILSEQ -> Libc.EILSEQ();
            case EUSERS -> Libc.EUSERS();
            case ENOTSOCK -> Libc.ENOTSOCK();
            case EDESTADDRREQ -> Libc.EDESTADDRREQ();
            case EMSGSIZE -> Libc.EMSGSIZE();
            case EPROTOTYPE -> Libc.EPROTOTYPE();
            case ENOPROTOOPT -> Libc.ENOPROTOOPT();
            case EPROTONOSUPPORT -> Libc.EPROTONOSUPPORT();
            case ESOCKTNOSUPPORT -> Libc.ESOCKTNOSUPPORT();
            case EOPNOTSUPP -> Libc.EOPNOTSUPP();
            case EPFNOSUPPORT -> Libc.EPFNOSUPPORT();
            case EAFNOSUPPORT -> Libc.EAFNOSUPPORT();
            case EADDRINUSE -> Libc.EADDRINUSE();
            case EADDRNOTAVAIL -> Libc.EADDRNOTAVAIL();
            case ENETDOWN -> Libc.ENETDOWN();
            case ENETUNREACH -> Libc.ENETUNREACH();
            case ENETRESET -> Libc.ENETRESET();
            case ECONNABORTED -> Libc.ECONNABORTED();
            case ECONNRESET -> Libc.ECONNRESET();
            case ENOBUFS -> Libc.ENOBUFS();
            case EISCONN -> Libc.EISCONN();
            case ENOTCONN -> Libc.ENOTCONN();
            case ESHUTDOWN -> Libc.ESHUTDOWN();
            case ETOOMANYREFS -> Libc.ETOOMANYREFS();
            case ETIMEDOUT -> Libc.ETIMEDOUT();
            case ECONNREFUSED -> Libc.ECONNREFUSED();
            case EHOSTDOWN -> Libc.EHOSTDOWN();
            case EHOSTUNREACH -> Libc.EHOSTUNREACH();
            case EALREADY -> Libc.EALREADY();
            case EINPROGRESS -> Libc.EINPROGRESS();
            case ESTALE -> Libc.ESTALE();
            case EDQUOT -> Libc.EDQUOT();
            case ECANCELED -> Libc.ECANCELED();
            case EOWNERDEAD -> Libc.EOWNERDEAD();
            case ENOTRECOVERABLE -> Libc.ENOTRECOVERABLE();
            case ENOTSUP -> Libc.ENOTSUP();
            case EPROCLIM -> Libc.EPROCLIM();
            case EBADRPC -> Libc.EBADRPC();
            case ERPCMISMATCH -> Libc.ERPCMISMATCH();
            case EPROGUNAVAIL -> Libc.EPROGUNAVAIL();
            case EPROGMISMATCH -> Libc.EPROGMISMATCH();
            case EPROCUNAVAIL -> Libc.EPROCUNAVAIL();
            case EFTYPE -> Libc.EFTYPE();
            case EAUTH -> Libc.EAUTH();
            case ENEEDAUTH -> Libc.ENEEDAUTH();
            case EPWROFF -> Libc.EPWROFF();
            case EDEVERR -> Libc.EDEVERR();
            case EBADEXEC -> Libc.EBADEXEC();
            case EBADARCH -> Libc.EBADARCH();
            case ESHLIBVERS -> Libc.ESHLIBVERS();
            case EBADMACHO -> Libc.EBADMACHO();
            case ENOPOLICY -> Libc.ENOPOLICY();
            case EQFULL -> Libc.EQFULL();
            case ECHRNG,
                    EL2NSYNC,
                    EL3HLT,
                    EL3RST,
                    ELNRNG,
                    EUNATCH,
                    ENOCSI,
                    EL2HLT,
                    EBADE,
                    EBADR,
                    EXFULL,
                    ENOANO,
                    EBADRQC,
                    EBADSLT,
                    EBFONT,
                    ENONET,
                    ENOPKG,
                    EADV,
                    ESRMNT,
                    ECOMM,
                    EDOTDOT,
                    ENOTUNIQ,
                    EBADFD,
                    EREMCHG,
                    ELIBACC,
                    ELIBBAD,
                    ELIBSCN,
                    ELIBMAX,
                    ELIBEXEC,
                    ERESTART,
                    ESTRPIPE,
                    EUCLEAN,
                    ENOTNAM,
                    ENAVAIL,
                    EISNAM,
                    EREMOTEIO,
                    ENOMEDIUM,
                    EMEDIUMTYPE,
                    ENOKEY,
                    EKEYEXPIRED,
                    EKEYREVOKED,
                    EKEYREJECTED,
                    ERFKILL,
                    EHWPOISON,
                    UNKNOWN ->
                    -1;
        };
    }
}
