package io.apikit.auth.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplicatedRulesTest {
    @Test
    void dummy() {
        assertThat(1).isPositive();
    }
}
