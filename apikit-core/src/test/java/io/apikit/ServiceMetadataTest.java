package io.apikit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceMetadataTest {
    private static ServiceMetadata.Builder complete() {
        return ServiceMetadata.builder().name("n").version("v").repository("r").description("d");
    }

    @Test
    void apiVersionIsOnePointZeroByDefault() {
        assertThat(complete().build().apiVersion()).isEqualTo("1.0");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "\t\n"})
    void aBlankFieldIsNamed(String blank) {
        refused(complete().name(blank), "name");
        refused(complete().version(blank), "version");
        refused(complete().repository(blank), "repository");
        refused(complete().description(blank), "description");
        refused(complete().apiVersion(blank), "apiVersion");
    }

    @Test
    void aFieldThatWasNotGivenIsNamed() {
        refused(ServiceMetadata.builder().name("n").version("v").description("d"), "repository");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1/0", "{x}", "*", "1 0", "<v>"})
    void anApiVersionThatCannotBeInAPathIsRefused(String version) {
        refused(complete().apiVersion(version), version);
    }

    private static void refused(ServiceMetadata.Builder builder, String named) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }
}
