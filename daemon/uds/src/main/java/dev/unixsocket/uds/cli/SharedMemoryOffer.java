package dev.unixsocket.uds.cli;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.SharedMemorySocket;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** {@code --shared-memory} of a client. */
public final class SharedMemoryOffer {

    @Option(
            names = "--shared-memory",
            description =
                    "Offer shared memory to the service; it then carries the bytes instead of the"
                            + " socket. A service that does not accept the offer answers over the"
                            + " socket. Linux only")
    private boolean given;

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    /** Made by picocli. */
    public SharedMemoryOffer() {}

    /**
     * Whether memory is to be offered to a service.
     *
     * @param address where it is
     */
    public boolean isGiven(Address address) {
        if (given && address instanceof Address.Loopback) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--shared-memory: memory is shared over a Unix domain socket, not over TCP");
        }
        return isGiven();
    }

    /** As {@link #isGiven(Address)}, for a service that is never at a TCP port. */
    public boolean isGiven() {
        if (given && !SharedMemorySocket.isSupported()) {
            throw new ParameterException(
                    spec.commandLine(), "--shared-memory: memory can be shared on Linux only");
        }
        return given;
    }
}
