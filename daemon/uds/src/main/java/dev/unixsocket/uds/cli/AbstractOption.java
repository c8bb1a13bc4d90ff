package dev.unixsocket.uds.cli;

import dev.unixsocket.ffi.Address;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

import java.util.Optional;

/** {@code --abstract}, for clients. */
public final class AbstractOption {

    @Option(
            names = "--abstract",
            paramLabel = "NAME",
            converter = AbstractNameConverter.class,
            description = "Connect to the abstract name @NAME instead (Linux).")
    private Address.AbstractName name;

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    /** Made by picocli. */
    public AbstractOption() {}

    /**
     * The abstract name, if it is given.
     *
     * @throws ParameterException if another address is given too
     */
    public Optional<Address> address() {
        if (name != null) {
            new GivenOptions(spec)
                    .refuse("is another address: not with --abstract", "--socket", "--port");
        }
        return Optional.ofNullable(name);
    }
}
