package dev.unixsocket.uds.weave;

import dev.unixsocket.uds.cli.Program;

/** {@code weave-compute}: {@code uds weave serve} under the name of the C daemon. */
public final class WeaveCompute {

    private WeaveCompute() {}

    /** Runs the daemon. */
    public static void main(String[] arguments) {
        Program.main("weave-compute", new WeaveServeCommand(), arguments);
    }
}
