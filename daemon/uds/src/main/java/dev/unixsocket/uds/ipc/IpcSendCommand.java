package dev.unixsocket.uds.ipc;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.ipc.IpcClient;
import dev.unixsocket.services.ipc.IpcMessage;
import dev.unixsocket.services.wire.Json;
import dev.unixsocket.uds.cli.AbstractOption;
import dev.unixsocket.uds.cli.ExchangeLimit;
import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.SharedMemoryOffer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code uds ipc send}. */
@Command(
        name = "send",
        description = "Send a message to a LiteBase service and print the answer as JSON.",
        exitCodeList = {
            "0:answered",
            "1:no answer; standard error says why",
            "2:wrong command line",
            "3:answered with an error",
            "4:no answer within --timeout"
        })
final class IpcSendCommand implements Callable<Integer> {

    private static final int ANSWERED_WITH_AN_ERROR = 3;

    @Option(
            names = {"-t", "--type"},
            required = true,
            paramLabel = "TYPE",
            description = "Type of the message, such as health_check or query.")
    private String type;

    @Option(
            names = {"-d", "--data"},
            paramLabel = "JSON",
            defaultValue = "{}",
            description = "Its data, a JSON object. Default: {}")
    private String data;

    @Mixin private IpcTarget target;

    @Mixin private AbstractOption abstractOption;

    @Mixin private SharedMemoryOffer sharedMemory;

    @Mixin private final ExchangeLimit limit = ExchangeLimit.of("30s");

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    IpcSendCommand() {}

    @Override
    public Integer call() throws IOException {
        Map<String, Object> object = dataObject();
        Address address = abstractOption.address().orElseGet(target::toConnect);
        IpcMessage answer =
                sharedMemory.isGiven(address)
                        ? IpcClient.exchangeSharing(address, type, object, limit.time())
                        : IpcClient.exchange(address, type, object, limit.time());
        PrintWriter stdout = spec.commandLine().getOut();
        stdout.println(Json.line(answer.map()));
        stdout.flush();
        return answer.isError() ? ANSWERED_WITH_AN_ERROR : 0;
    }

    private Map<String, Object> dataObject() {
        try {
            return Json.object(data);
        } catch (IllegalArgumentException e) {
            throw options.wrong("--data: " + e.getMessage());
        }
    }
}
