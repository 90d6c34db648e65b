package io.apikit.internal.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.internal.caller.TrustedProxies;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressBlockTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.2.3,                10.1.2.3,                10.1.2.4",
        "10.1.2.3/32,             10.1.2.3,                10.1.2.2",
        "10.1.2.2/31,             10.1.2.3,                10.1.2.4",
        "10.1.0.0/16,             10.1.255.255,            10.2.0.0",
        "10.1.128.0/17,           10.1.128.0,              10.1.127.255",
        "128.0.0.0/1,             255.255.255.255,         127.255.255.255",
        "0.0.0.0/0,               203.0.113.9,             ::1",
        "::1,                     ::1,                     ::2",
        "::/0,                    2001:db8::1,             10.1.2.3",
        "fd00::/8,                fdff:ffff::1,            fe00::1",
        "2001:db8::/33,           2001:db8:7fff::1,        2001:db8:8000::1",
        "2001:DB8:0:0:0:0:0:1/128, 2001:db8::1,            2001:db8::2",
        "::ffff:10.1.2.3,         10.1.2.3,                10.1.2.4",
        "::ffff:a01:203,          10.1.2.3,                10.1.2.4",
        "::ffff:10.1.0.0/112,     10.1.255.255,            10.2.0.0",
        "10.1.2.3,                ::ffff:10.1.2.3,         ::10.1.2.3",
        "64:ff9b::10.1.2.3,       64:ff9b::a01:203,        10.1.2.3",
    })
    void aBlockContainsItsAddressesOnly(String block, String inside, String outside) throws UnknownHostException {
        var parsed = AddressBlock.parse(block);

        assertThat(parsed.contains(InetAddress.getByName(inside))).isTrue();
        assertThat(parsed.contains(InetAddress.getByName(outside))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "10.1.2.3 ",
                "10.1.2",
                "10.1.2.3.4",
                "10.1.2.256",
                "010.1.2.3",
                "10.1.2.0x3",
                "167838211",
                "10",
                "10.1.2.3/",
                "10.1.2.3/-1",
                "10.1.2.3/33",
                "10.1.2.3/024/8",
                "10.1.2.3/255.255.0.0",
                "10.1.2.3/999",
                "10.1.2.3/16",
                "10.1.2.3/31",
                "10.1.2.3:80",
                "localhost",
                "proxy.example.org",
                "cafe",
                "a.b.c.d",
                "*",
                "::1/129",
                "::1/127",
                "fd00::1/8",
                "fe80::1%eth0",
                "[::1]",
                "::1::2",
                ":::",
                "1:2:3:4:5:6:7:8:9",
                "::ffff:10.1.2",
                "::ffff:10.1.2.3/95",
                "::ffff:10.1.2.3/129",
                "::ffff:10.1.2.3/104",
                "::10.1.2.3:1",
                "10.1.2.3,10.1.2.4"
            })
    void anythingElseIsRejectedWithTheSettingsName(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrustedProxies.of("127.0.0.1", text))
                .withMessageContaining("trustedProxies")
                .withMessageContaining("'" + text + "'");
    }
}
