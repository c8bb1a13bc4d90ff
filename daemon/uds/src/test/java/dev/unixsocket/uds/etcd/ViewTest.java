package dev.unixsocket.uds.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** What a watch tells of the keys that etcd sends it. */
class ViewTest {

    private static final String A = "/uds/h1/run/a.sock";
    private static final String B = "/uds/h2/run/b.sock";

    private final List<String> told = new ArrayList<>();
    private final View view =
            new View(
                    new Keys("/uds/"),
                    news ->
                            told.add(
                                    (news.isEvent() ? "" : "again ")
                                            + news.change().event().kind()
                                            + " "
                                            + news.change().event().host().orElse("")
                                            + " "
                                            + news.change().event().path()));

    private static KeyValue listening(String key, long revision, int pid) {
        String value = "{\"state\":\"listening\",\"type\":\"stream\",\"pid\":" + pid + "}";
        return new KeyValue(key, value, revision, 7);
    }

    private void assertTold(String... lines) {
        assertEquals(List.of(lines), told);
        told.clear();
    }

    @Test
    void aChangeThatIsSentTwiceIsToldOnce() {
        view.put(listening(A, 5, 1));
        view.put(listening(A, 5, 1));
        assertTold("listening h1 /run/a.sock");
        view.delete(A, 6);
        view.delete(A, 6);
        assertTold("disappeared h1 /run/a.sock");
    }

    @Test
    void aRemovalBeforeWhatIsKnownIsNotToldAgain() {
        view.put(listening(A, 9, 1));
        view.delete(A, 6);
        assertTold("listening h1 /run/a.sock");
    }

    @Test
    void aNewListOnlyTellsWhatDiffers() {
        view.put(listening(A, 5, 1));
        view.put(listening(B, 6, 1));
        told.clear();
        KeyValue c = listening("/uds/h3/run/c.sock", 8, 1);
        view.replace(new KeyRange.Contents(1, 9, List.of(listening(B, 6, 1), c)));
        assertTold("disappeared h1 /run/a.sock", "listening h3 /run/c.sock");
    }

    @Test
    void theListOfAnotherClusterCountsWhateverItsRevisions() {
        view.put(listening(A, 500, 1));
        view.put(listening(B, 600, 1));
        told.clear();
        view.replaceByOther(new KeyRange.Contents(2, 9, List.of(listening(B, 6, 2))));
        assertTold("disappeared h1 /run/a.sock", "listening h2 /run/b.sock");
    }

    @Test
    void otherMetadataOfTheSameListenerIsNoEvent() {
        view.put(listening(A, 5, 1));
        view.put(listening(A, 6, 1));
        view.put(listening(A, 7, 2));
        assertTold(
                "listening h1 /run/a.sock",
                "again listening h1 /run/a.sock",
                "listening h1 /run/a.sock");
    }

    @Test
    void aKeyThatNoAgentWroteIsCountedAndNotTold() {
        view.put(new KeyValue("/uds/h1/run/a.sock", "not JSON", 5, 0));
        view.put(new KeyValue("/uds/h1", "{}", 6, 0));
        view.put(new KeyValue("/uds//run/a.sock", "{}", 7, 0));
        assertTold();
        assertEquals(3, view.size());
    }
}
