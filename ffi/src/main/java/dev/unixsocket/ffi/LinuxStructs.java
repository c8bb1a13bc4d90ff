package dev.unixsocket.ffi;

/**
 * Sizes of structures and offsets in them, in bytes, on Linux. They are numbers because the classes
 * of the bindings make a handle for each field and each array, which takes 60 ms of a program's
 * start; {@code StructsTest} compares the two.
 */
final class LinuxStructs {

    // struct sockaddr_un
    static final int SOCKADDR_UN_BYTES = 110;
    static final int SUN_FAMILY = 0;
    static final int SUN_PATH = 2;

    // struct sockaddr_in
    static final int SOCKADDR_IN_BYTES = 16;
    static final int SIN_FAMILY = 0;
    static final int SIN_PORT = 2;
    static final int SIN_ADDR = 4;

    // struct timeval
    static final int TIMEVAL_BYTES = 16;
    static final int TV_SEC = 0;
    static final int TV_USEC = 8;

    // struct ucred
    static final int UCRED_BYTES = 12;
    static final int PID = 0;
    static final int UID = 4;
    static final int GID = 8;

    // struct stat, which differs between the architectures
    static final int STAT_BYTES = LinuxPlatform.AARCH64 ? 128 : 144;
    static final int ST_DEV = 0;
    static final int ST_INO = 8;
    static final int ST_NLINK = LinuxPlatform.AARCH64 ? 20 : 16;
    static final int ST_MODE = LinuxPlatform.AARCH64 ? 16 : 24;
    static final int ST_UID = LinuxPlatform.AARCH64 ? 24 : 28;
    static final int ST_GID = LinuxPlatform.AARCH64 ? 28 : 32;
    static final int ST_SIZE = 48;
    static final int ST_MTIM = 88;

    // struct timespec
    static final int TV_NSEC = 8;

    // struct msghdr, as far as it differs
    static final int MSGHDR_BYTES = 56;
    static final int MSG_FLAGS = 48;

    // struct cmsghdr
    static final int CMSGHDR_BYTES = 16;
    static final int CMSG_LEVEL = 8;
    static final int CMSG_TYPE = 12;

    private LinuxStructs() {}
}
