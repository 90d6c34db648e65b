package io.apikit.auth.internal.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldLeaseTest {
    private final Deque<Runnable> timers = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();
    private boolean isThere = true;

    private final HeldLease lease = new HeldLease(
            7,
            () -> isThere,
            () -> done.add("released"),
            new StoreSchedule() {
                @Override
                public void after(Duration wait, Runnable task) {
                    timers.add(task);
                }
            },
            ended -> done.add("ended " + ended.number()));

    /** Its followers may have written a refusal, which the failure of a late holder must not replace. */
    @Test
    void leaseThatIsLostIsHeldNoMore() {
        lease.begin();
        timers.remove().run();
        assertThat(lease.isHeld()).isTrue();
        isThere = false;
        timers.remove().run();

        assertThat(lease.isHeld()).isFalse();
        lease.close();
        assertThat(done).containsExactly("ended 7");
        assertThat(timers).isEmpty();
    }

    @Test
    void leaseThatIsGivenBackIsNotExtended() {
        lease.begin();
        lease.close();
        timers.remove().run();

        assertThat(done).containsExactly("ended 7", "released");
        assertThat(timers).isEmpty();
    }
}
