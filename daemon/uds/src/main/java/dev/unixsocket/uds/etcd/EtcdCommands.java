package dev.unixsocket.uds.etcd;

import dev.unixsocket.uds.discovery.ExportCommand;
import dev.unixsocket.uds.discovery.LsCommand;
import dev.unixsocket.uds.discovery.WatchCommand;

import java.util.Map;
import java.util.function.Supplier;

/** All that users see of this package. Stateless, thread-safe. */
public final class EtcdCommands {

    private EtcdCommands() {}

    /** Adds {@code register}, and {@code --etcd} to the commands that show sockets. */
    public static void addTo(Map<String, Supplier<Object>> commands) {
        commands.put("ls", () -> new LsCommand(new EtcdOptions()));
        commands.put("watch", () -> new WatchCommand(new EtcdOptions()));
        commands.put("export", () -> new ExportCommand(new EtcdOptions()));
        commands.put("register", RegisterCommand::new);
    }
}
