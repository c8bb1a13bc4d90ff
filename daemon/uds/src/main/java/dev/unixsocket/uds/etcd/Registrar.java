package dev.unixsocket.uds.etcd;

import dev.unixsocket.services.server.Meter;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the keys of one machine in etcd as its directories are. What changes is told in order, in
 * one transaction for what changes together; after a failure, all keys are read and what differs is
 * put right. A key that goes with another lease is another agent's and left alone.
 *
 * <p>{@link #run} belongs to one thread, the others may be called from any.
 */
final class Registrar {

    private static final Logger LOG = System.getLogger("dev.unixsocket.register");

    /** How long etcd may take for one call, the election of a leader included. */
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration AUDIT = Duration.ofSeconds(30);
    private static final Duration AUDIT_OF_CONFLICTS = Duration.ofSeconds(2);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /** Half of the 1.5 MiB that etcd takes as one request by default. */
    private static final int MAX_BYTES = 768 * 1024;

    private static final int UNAVAILABLE = 14;
    private static final String NONE = "";

    private final EtcdClient client;
    private final KeyRange range;
    private final Lease lease;
    private final LocalSockets local;
    private final Meter meter;
    private final Thread keeper;

    /** The keys that go with the lease, and their values. */
    private final Map<String, String> registered = new HashMap<>();

    /** Keys that are to be this agent's and are another's. */
    private final Set<String> conflicts = new HashSet<>();

    private volatile int count;
    private volatile String trouble = "etcd was not reached yet";
    private volatile boolean leaseLost;
    private volatile boolean stopped;

    Registrar(EtcdClient client, KeyRange ofHost, Lease lease, LocalSockets local, Meter meter) {
        this.client = client;
        this.range = ofHost;
        this.lease = lease;
        this.local = local;
        this.meter = meter;
        this.keeper = Thread.ofPlatform().daemon().name("lease").unstarted(this::keep);
    }

    /** Why etcd does not have all that it should; empty if it has. */
    String trouble() {
        return trouble;
    }

    /** How many keys go with the lease. */
    int count() {
        return count;
    }

    /** Lets {@link #run} return soon. The keys stay for the time of the lease. */
    void stop() {
        stopped = true;
        keeper.interrupt();
        client.close();
    }

    /** Registers until {@link #stop}. */
    void run() throws InterruptedException {
        local.awaitFirst();
        Duration pause = FIRST_PAUSE;
        keeper.start();
        while (!stopped) {
            try {
                lease.begin(client, LIMIT);
                leaseLost = false;
                reconcile();
                pause = FIRST_PAUSE;
                succeeded();
                follow();
            } catch (IOException e) {
                failed(e);
                Thread.sleep(pause);
                Duration twice = pause.multipliedBy(2);
                pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
            }
        }
    }

    private void succeeded() {
        if (!trouble.equals(NONE)) {
            LOG.log(Level.INFO, "etcd has all sockets that listen here: " + count);
        }
        trouble = NONE;
    }

    private void failed(IOException e) {
        if (stopped) {
            return;
        }
        meter.failed(e instanceof EtcdException refusal ? refusal.code() : UNAVAILABLE);
        boolean full = e instanceof EtcdException refusal && refusal.isNoSpace();
        String why =
                e.getMessage()
                        + (full
                                ? ": sockets that come are not registered until etcd is compacted,"
                                        + " defragmented and its alarm disarmed"
                                : "");
        if (!why.equals(trouble)) {
            LOG.log(Level.WARNING, why);
        }
        trouble = why;
    }

    private void follow() throws IOException, InterruptedException {
        long audited = System.nanoTime();
        while (!stopped && !leaseLost) {
            List<LocalSockets.Change> changes =
                    local.take(LOOK, Transaction.MAX_CHANGES, MAX_BYTES);
            long since = System.nanoTime() - audited;
            Duration audit = conflicts.isEmpty() ? AUDIT : AUDIT_OF_CONFLICTS;
            if (!apply(changes) || since >= audit.toNanos()) {
                reconcile();
                audited = System.nanoTime();
            }
        }
    }

    /** Makes changes: false if a key is not as it was left. */
    private boolean apply(List<LocalSockets.Change> changes) throws IOException {
        Transaction transaction = new Transaction(lease.id());
        for (LocalSockets.Change change : changes) {
            String key = change.key();
            boolean own = registered.containsKey(key);
            if (change.value().isEmpty()) {
                if (own) {
                    transaction.delete(key);
                }
            } else if (own) {
                transaction.replace(key, change.value().get());
            } else if (!conflicts.contains(key)) {
                transaction.create(key, change.value().get());
            }
        }
        if (!commit(transaction)) {
            return false;
        }
        changes.forEach(this::note);
        count = registered.size();
        return true;
    }

    private void note(LocalSockets.Change change) {
        if (change.value().isEmpty()) {
            registered.remove(change.key());
        } else if (!conflicts.contains(change.key())) {
            registered.put(change.key(), change.value().get());
        }
    }

    private boolean commit(Transaction transaction) throws IOException {
        if (transaction.isEmpty()) {
            return true;
        }
        long begun = meter.now();
        boolean done = transaction.commit(client, LIMIT);
        meter.served(meter.now() - begun);
        return done;
    }

    /** Reads this machine's keys, and puts right what is not as the directories are. */
    private void reconcile() throws IOException {
        Map<String, String> wanted = local.all();
        Set<String> others = new HashSet<>();
        registered.clear();
        for (KeyValue key : range.read(client, KeyRange.Reading.CURRENT, LIMIT).keys()) {
            if (key.lease() == lease.id()) {
                registered.put(key.key(), key.value());
            } else if (wanted.remove(key.key()) != null) {
                others.add(key.key());
                if (!conflicts.contains(key.key())) {
                    LOG.log(
                            Level.WARNING,
                            "another agent has the key %s, which stays as it is"
                                    .formatted(key.key()));
                }
            }
        }
        conflicts.clear();
        conflicts.addAll(others);
        removeOthersThan(wanted);
        add(wanted);
        count = registered.size();
    }

    private void removeOthersThan(Map<String, String> wanted) throws IOException {
        List<String> gone = new ArrayList<>(registered.keySet());
        gone.removeAll(wanted.keySet());
        for (int i = 0; i < gone.size(); i += Transaction.MAX_CHANGES) {
            List<String> some = gone.subList(i, Math.min(gone.size(), i + Transaction.MAX_CHANGES));
            remove(some);
            some.forEach(registered::remove);
        }
    }

    private void remove(List<String> keys) throws IOException {
        Transaction transaction = new Transaction(lease.id());
        keys.forEach(transaction::delete);
        try {
            requireDone(commit(transaction));
        } catch (EtcdException e) {
            if (!e.isNoSpace()) {
                throw e;
            }
            for (String key : keys) { // without a condition, for which there is no space either
                client.call("kv/deleterange", Map.of("key", Transaction.bytes(key)), LIMIT);
            }
        }
    }

    private void add(Map<String, String> wanted) throws IOException {
        List<LocalSockets.Change> some = new ArrayList<>();
        int bytes = 0;
        for (Map.Entry<String, String> one : wanted.entrySet()) {
            if (!one.getValue().equals(registered.get(one.getKey()))) {
                int length = one.getKey().length() + one.getValue().length();
                if (some.size() == Transaction.MAX_CHANGES || bytes + length > MAX_BYTES) {
                    requireDone(apply(some));
                    some.clear();
                    bytes = 0;
                }
                some.add(new LocalSockets.Change(one.getKey(), Optional.of(one.getValue())));
                bytes += length;
            }
        }
        requireDone(apply(some));
    }

    private static void requireDone(boolean done) throws IOException {
        if (!done) {
            throw new IOException("keys of this host were changed by another agent meanwhile");
        }
    }

    /** Keeps the lease; one that etcd has not, or does not answer about, is begun anew. */
    private void keep() {
        Duration third = lease.time().dividedBy(3);
        while (!stopped) {
            try {
                Thread.sleep(third);
                if (!lease.keep(client, third)) {
                    leaseLost = true;
                }
            } catch (InterruptedException e) {
                return;
            } catch (IOException e) {
                leaseLost = true; // or not: the other thread finds out
            }
        }
    }
}
