package io.apikit.http.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicSuffixesTest {
    @ParameterizedTest
    @CsvSource({
        "com, true",
        "co.uk, true",
        "example.co.uk, false",
        "github.io, true",
        "somebody.github.io, false",
        "anything.ck, true",
        "www.ck, false",
        "xn--55qx5d.cn, true",
        "cluster1, true",
        "localhost, true",
        "corp.test, false"
    })
    void domainsOfEverybodyAreKnown(String domain, boolean isPublic) {
        assertThat(PublicSuffixes.contains(domain)).isEqualTo(isPublic);
    }
}
