package dev.unixsocket.uds.ping;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.discovery.SocketMetadata;
import dev.unixsocket.services.weave.WeaveException;
import dev.unixsocket.services.weave.WeaveSocket;
import dev.unixsocket.uds.cli.AbstractOption;
import dev.unixsocket.uds.cli.ExchangeLimit;
import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.SocketPath;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code uds ping}. */
@Command(
        name = "ping",
        description = {
            "Check that a service answers, for a monitor: makes one cheap exchange and prints how"
                    + " long it took.",
            "",
            "The request: to weave, a header of version 0, which it refuses; to ipc, health_check;"
                    + " to events, a control message that only uds events answers; to observe and"
                    + " register, GET /health, which register answers with success if etcd has all"
                    + " that it should."
        },
        exitCodeList = {
            "0:it answered",
            "1:no answer, or a wrong one: it is not running, refused or closed the connection, or"
                    + " is another service",
            "2:wrong command line",
            "4:no answer within --timeout: it hangs, is stopped, or is busy"
        })
public final class PingCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "SOCKET",
            description = "Its socket file. Default: $XDG_RUNTIME_DIR/weave/weave.sock")
    private Optional<Path> socket;

    @Option(
            names = "--service",
            paramLabel = "NAME",
            description =
                    "Which service it is: ${COMPLETION-CANDIDATES}. Default: what the metadata"
                            + " beside the socket says, else what the name of the file suggests")
    private Optional<Pinged> service;

    @Mixin private final ExchangeLimit limit = ExchangeLimit.of("2s");

    @Mixin private AbstractOption abstractOption;

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    /** Made by picocli. */
    public PingCommand() {}

    @Override
    public Integer call() throws IOException {
        Optional<Address> name = abstractOption.address();
        options.require(
                name.isEmpty() || socket.isEmpty(),
                "--abstract and SOCKET are two sockets: one of them");
        Address address = name.isPresent() ? name.get() : path();
        Pinged pinged = service.isPresent() ? service.get() : serviceAt(address);
        long begun = System.nanoTime();
        try {
            pinged.ask(address, limit.time());
        } catch (WeaveException.ConnectionTimeout | WeaveException.ReadTimeout e) {
            spec.commandLine().getErr().println(e.getMessage());
            return ExchangeLimit.NO_ANSWER;
        }
        PrintWriter stdout = spec.commandLine().getOut();
        double millis = (System.nanoTime() - begun) / 1e6;
        stdout.printf(Locale.ROOT, "%s at %s answered in %.1f ms%n", pinged, address, millis);
        stdout.flush();
        return 0;
    }

    private Pinged serviceAt(Address address) throws IOException {
        Optional<Pinged> found = Pinged.at(address);
        if (found.isPresent()) {
            return found.get();
        }
        List<String> problems = List.of();
        if (address instanceof Address.UnixPath file) {
            if (Files.notExists(file.path())) {
                throw new NoSuchFileException(file.path().toString());
            }
            problems = SocketMetadata.ofSidecar(file.path()).problems();
        }
        throw options.wrong(
                "cannot tell which service listens at %s%s: give --service"
                        .formatted(
                                address,
                                problems.isEmpty()
                                        ? ""
                                        : " (" + String.join("; ", problems) + ")"));
    }

    private Address path() throws WeaveException {
        if (socket.isEmpty()) {
            return Address.path(WeaveSocket.path(System.getenv()));
        }
        try {
            return SocketPath.of(socket.get());
        } catch (IllegalArgumentException e) {
            throw options.wrong("SOCKET: " + e.getMessage());
        }
    }
}
