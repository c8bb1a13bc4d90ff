package dev.unixsocket.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** How the time of a run is divided, and told. */
class BudgetTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static void assertAbout(Duration expected, Duration actual) {
        Duration apart = expected.minus(actual).abs();
        assertTrue(apart.compareTo(Duration.ofMinutes(1)) < 0, expected + ", not " + actual);
    }

    @Test
    void eachPartGetsWhatItIsOfWhatIsLeftToDo() {
        Budget budget = new Budget(HOUR, SECOND.multipliedBy(4));
        assertAbout(Duration.ofMinutes(15), budget.share(SECOND));
        // It took no time, so that there is more for the others.
        assertAbout(Duration.ofMinutes(20), budget.share(SECOND));
        assertAbout(HOUR, budget.share(SECOND.multipliedBy(2)));
    }

    @Test
    void whatWasNotPlannedGetsWhatIsLeft() {
        Budget budget = new Budget(HOUR, Duration.ZERO);
        assertAbout(HOUR, budget.share(SECOND));
        assertEquals(Duration.ZERO, new Budget(Duration.ZERO, SECOND).share(SECOND));
        assertEquals(Duration.ZERO, new Budget(Duration.ZERO, SECOND).left());
    }

    @Test
    void oneOfSeveralMayTakeWhatOthersDoNotNeedAndTwiceItsPartInAnyCase() {
        Budget budget = new Budget(HOUR, HOUR.multipliedBy(2)).part(HOUR);
        // Ten of six minutes share half an hour: three times three minutes are less than twice six.
        Duration each = HOUR.dividedBy(10);
        assertEquals(Duration.ofMinutes(12), budget.elasticShare(each));
        for (int i = 0; i < 8; i++) {
            budget.elasticShare(each);
        }
        // The others took no time, and the last one may take what is left, and more than that.
        assertAbout(Duration.ofMinutes(90), budget.elasticShare(each));
    }

    @Test
    void whenTheTimeIsOverNothingMoreBegins() {
        assertTrue(new Budget(Duration.ZERO, SECOND).isOver());
        assertFalse(new Budget(HOUR, SECOND).isOver());
    }

    @Test
    void theTimeThatIsToldIsThatUntilTheLimit() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Progress progress = Progress.inLines(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        progress.say("one");
        progress.begin(new Budget(Duration.ofSeconds(95), SECOND));
        progress.say("two");
        progress.begin(new Budget(Duration.ZERO, SECOND));
        progress.say("three");
        assertEquals(
                "bench: one\nbench: at most 1:34 left: two\nbench: about to end: three\n",
                bytes.toString(StandardCharsets.UTF_8));
    }
}
