package dev.unixsocket.ffi;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A descriptor is not given back under a call, and is given back once. */
public class CloseInterleavings {

    private CloseInterleavings() {}

    /** Closing it, the kernel says {@code EBADF}. */
    private static final int NOBODYS = 1 << 29;

    private static final int CLOSED = 0;
    private static final int USED = 1;
    private static final int GIVEN_BACK = 2;

    /** A call on a descriptor, and one that closes it. */
    @JCStressTest
    @Outcome(id = "[01], 1, 1", expect = ACCEPTABLE, desc = "the call was made or not")
    @Outcome(expect = FORBIDDEN, desc = "given back under a call, not at all or twice")
    @State
    public static class ACallAndAClose {

        private volatile int givenBack;
        private final Descriptor descriptor = new Descriptor(fd -> givenBack++);

        /** Opens it. */
        public ACallAndAClose() {
            descriptor.open(NOBODYS, null);
        }

        /** A call. */
        @Actor
        public void call(III_Result result) {
            int fd = descriptor.acquire();
            if (fd < 0) {
                result.r1 = CLOSED;
                return;
            }
            result.r1 = fd == NOBODYS && givenBack == 0 ? USED : GIVEN_BACK;
            descriptor.release();
        }

        /** One that closes. */
        @Actor
        public void close() {
            descriptor.close(fd -> {});
        }

        /** Afterwards. */
        @Arbiter
        public void afterwards(III_Result result) {
            result.r2 = givenBack;
            result.r3 = descriptor.acquire() < 0 ? 1 : 0;
        }
    }

    /** The garbage collector closes a descriptor that is being closed. */
    @JCStressTest
    @Outcome(id = "[01], 1, 1", expect = ACCEPTABLE, desc = "one of the two has closed it")
    @Outcome(expect = FORBIDDEN, desc = "given back twice, or not at all")
    @State
    public static class TwoCloses {

        private volatile int givenBack;
        private final Descriptor descriptor = new Descriptor(fd -> givenBack++);

        /** Opens it. */
        public TwoCloses() {
            descriptor.open(NOBODYS, null);
        }

        /** The owner closes. */
        @Actor
        public void close() {
            descriptor.close(fd -> {});
        }

        /** The garbage collector closes. */
        @Actor
        public void closeUnreachable(III_Result result) {
            result.r1 = descriptor.closeUnreachable() ? 1 : 0;
        }

        /** Afterwards. */
        @Arbiter
        public void afterwards(III_Result result) {
            result.r2 = givenBack;
            result.r3 = descriptor.acquire() < 0 ? 1 : 0;
        }
    }

    /** A number that is handed to another owner, and a close. */
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "handed on")
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "closed")
    @Outcome(expect = FORBIDDEN, desc = "both, or neither")
    @State
    public static class ADetachAndAClose {

        private volatile int left;
        private final Descriptor descriptor = new Descriptor(fd -> left++);

        /** Opens it. */
        public ADetachAndAClose() {
            descriptor.open(NOBODYS, null);
        }

        /** Hands it on. */
        @Actor
        public void detach(III_Result result) {
            try {
                result.r1 = descriptor.detach() == NOBODYS ? 1 : 2;
            } catch (IllegalStateException closed) {
                result.r1 = 0;
            }
        }

        /** Closes it. */
        @Actor
        public void close() {
            descriptor.close(fd -> {});
        }

        /** Afterwards. */
        @Arbiter
        public void afterwards(III_Result result) {
            result.r2 = left;
            result.r3 = descriptor.isOpen() ? 1 : 0;
        }
    }
}
