package dev.unixsocket.ffi;

/** As {@link LinuxStructs}, on macOS. */
final class MacOsStructs {

    // struct sockaddr_un
    static final int SOCKADDR_UN_BYTES = 106;
    static final int SUN_LEN = 0;
    static final int SUN_FAMILY = 1;
    static final int SUN_PATH = 2;

    // struct sockaddr_in
    static final int SOCKADDR_IN_BYTES = 16;
    static final int SIN_LEN = 0;
    static final int SIN_FAMILY = 1;
    static final int SIN_PORT = 2;
    static final int SIN_ADDR = 4;

    // struct timeval
    static final int TIMEVAL_BYTES = 16;
    static final int TV_SEC = 0;
    static final int TV_USEC = 8;

    // struct xucred
    static final int XUCRED_BYTES = 76;
    static final int CR_VERSION = 0;
    static final int CR_UID = 4;
    static final int CR_NGROUPS = 8;
    static final int CR_GROUPS = 12;

    // struct stat
    static final int STAT_BYTES = 144;
    static final int ST_DEV = 0;
    static final int ST_MODE = 4;
    static final int ST_NLINK = 6;
    static final int ST_INO = 8;
    static final int ST_UID = 16;
    static final int ST_GID = 20;
    static final int ST_MTIMESPEC = 48;
    static final int ST_SIZE = 96;

    // struct timespec
    static final int TV_NSEC = 8;

    // struct msghdr, as far as it differs
    static final int MSGHDR_BYTES = 48;
    static final int MSG_FLAGS = 44;

    // struct cmsghdr
    static final int CMSGHDR_BYTES = 12;
    static final int CMSG_LEVEL = 4;
    static final int CMSG_TYPE = 8;

    private MacOsStructs() {}
}
