package dev.unixsocket.ffi;

import dev.unixsocket.ffi.linux.Libc;

/** The numbers of errors on Linux: errno(3). */
final class LinuxErrors {

    private LinuxErrors() {}

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
            case ECHRNG -> Libc.ECHRNG();
            case EL2NSYNC -> Libc.EL2NSYNC();
            case EL3HLT -> Libc.EL3HLT();
            case EL3RST -> Libc.EL3RST();
            case ELNRNG -> Libc.ELNRNG();
            case EUNATCH -> Libc.EUNATCH();
            case ENOCSI -> Libc.ENOCSI();
            case EL2HLT -> Libc.EL2HLT();
            case EBADE -> Libc.EBADE();
            case EBADR -> Libc.EBADR();
            case EXFULL -> Libc.EXFULL();
            case ENOANO -> Libc.ENOANO();
            case EBADRQC -> Libc.EBADRQC();
            case EBADSLT -> Libc.EBADSLT();
            case EBFONT -> Libc.EBFONT();
            case ENOSTR -> Libc.ENOSTR();
            case ENODATA -> Libc.ENODATA();
            case ETIME -> Libc.ETIME();
            case ENOSR -> Libc.ENOSR();
            case ENONET -> Libc.ENONET();
            case ENOPKG -> Libc.ENOPKG();
            case EREMOTE -> Libc.EREMOTE();
            case ENOLINK -> Libc.ENOLINK();
            case EADV -> Libc.EADV();
            case ESRMNT -> Libc.ESRMNT();
            case ECOMM -> Libc.ECOMM();
            case EPROTO -> Libc.EPROTO();
            case EMULTIHOP -> Libc.EMULTIHOP();
            case EDOTDOT -> Libc.EDOTDOT();
            case EBADMSG -> Libc.EBADMSG();
            case EOVERFLOW -> Libc.EOVERFLOW();
            case ENOTUNIQ -> Libc.ENOTUNIQ();
            case EBADFD -> Libc.EBADFD();
            case EREMCHG -> Libc.EREMCHG();
            case ELIBACC -> Libc.ELIBACC();
            case ELIBBAD -> Libc.ELIBBAD();
            case ELIBSCN -> Libc.ELIBSCN();
            case ELIBMAX -> Libc.ELIBMAX();
            case ELIBEXEC -> Libc.ELIBEXEC();
            case EILSEQ -> Libc.EILSEQ();
            case ERESTART -> Libc.ERESTART();
            case ESTRPIPE -> Libc.ESTRPIPE();
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
            case EUCLEAN -> Libc.EUCLEAN();
            case ENOTNAM -> Libc.ENOTNAM();
            case ENAVAIL -> Libc.ENAVAIL();
            case EISNAM -> Libc.EISNAM();
            case EREMOTEIO -> Libc.EREMOTEIO();
            case EDQUOT -> Libc.EDQUOT();
            case ENOMEDIUM -> Libc.ENOMEDIUM();
            case EMEDIUMTYPE -> Libc.EMEDIUMTYPE();
            case ECANCELED -> Libc.ECANCELED();
            case ENOKEY -> Libc.ENOKEY();
            case EKEYEXPIRED -> Libc.EKEYEXPIRED();
            case EKEYREVOKED -> Libc.EKEYREVOKED();
            case EKEYREJECTED -> Libc.EKEYREJECTED();
            case EOWNERDEAD -> Libc.EOWNERDEAD();
            case ENOTRECOVERABLE -> Libc.ENOTRECOVERABLE();
            case ERFKILL -> Libc.ERFKILL();
            case EHWPOISON -> Libc.EHWPOISON();
            case ENOTSUP,
                    EPROCLIM,
                    EBADRPC,
                    ERPCMISMATCH,
                    EPROGUNAVAIL,
                    EPROGMISMATCH,
                    EPROCUNAVAIL,
                    EFTYPE,
                    EAUTH,
                    ENEEDAUTH,
                    EPWROFF,
                    EDEVERR,
                    EBADEXEC,
                    EBADARCH,
                    ESHLIBVERS,
                    EBADMACHO,
                    ENOPOLICY,
                    EQFULL,
                    UNKNOWN ->
                    -1;
        };
    }
}
