package dev.unixsocket.ffi;

/** Sizes and offsets, as in {@link LinuxStructs}, that are the same on Linux and on macOS. */
final class MessageStructs {

    // struct msghdr
    static final int MSG_NAME = 0;
    static final int MSG_NAMELEN = 8;
    static final int MSG_IOV = 16;
    static final int MSG_IOVLEN = 24;
    static final int MSG_CONTROL = 32;
    static final int MSG_CONTROLLEN = 40;

    // struct cmsghdr
    static final int CMSG_LEN = 0;

    // struct iovec
    static final int IOVEC_BYTES = 16;
    static final int IOV_BASE = 0;
    static final int IOV_LEN = 8;

    private MessageStructs() {}
}
