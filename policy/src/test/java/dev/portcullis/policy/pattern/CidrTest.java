// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 4, 00000000000000000000ffff0a000000, 104",
        "0.0.0.0/0, 4, 00000000000000000000ffff00000000, 96",
        "255.255.255.255/32, 4, 00000000000000000000ffffffffffff, 128",
        "::/0, 6, 00000000000000000000000000000000, 0",
        "::1/128, 6, 00000000000000000000000000000001, 128",
        "fd00::/8, 6, fd000000000000000000000000000000, 8",
        "2001:db8:1:2:3:4:5:6/128, 6, 20010db8000100020003000400050006, 128",
        "2001:DB8::/32, 6, 20010db8000000000000000000000000, 32",
        "64:ff9b::1.2.3.4/128, 6, 0064ff9b000000000000000001020304, 128",
        "::ffff:10.0.0.0/104, 4, 00000000000000000000ffff0a000000, 104",
        "::ffff:0:0/96, 4, 00000000000000000000ffff00000000, 96",
        "1:2:3:4:5:6:7::/112, 6, 00010002000300040005000600070000, 112",
    })
    void aNetworkIsParsed(String text, int family, String address, int prefix)
            throws PatternException {
        Cidr cidr = Cidr.parse(text);
        assertThat(cidr.family()).isEqualTo(family);
        assertThat(HexFormat.of().formatHex(cidr.address())).isEqualTo(address);
        assertThat(cidr.prefix()).isEqualTo(prefix);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/8",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/08",
                "10.0.0.0/8/8",
                "10.0.0/8",
                "10.0.0.0.0/8",
                "010.0.0.0/8",
                "256.0.0.0/8",
                "10.0.0.x/8",
                "0x0a.0.0.0/8",
                "10/8",
                "localhost/8",
                "example.com/32",
                ":/0",
                ":::/0",
                "1::2::3/128",
                "::/129",
                "1:2:3:4:5:6:7/112",
                "1:2:3:4:5:6:7:8:9/128",
                "1:2:3:4:5:6:7:8::/128",
                "12345::/16",
                "fe80::1%eth0/128",
                "[::1]/128",
                "1.2.3.4::/96",
                "::1.2.3/128",
                " 10.0.0.0/8",
                "10.0.0.0/8 ",
                "١٠.0.0.0/8",
            })
    void whatIsNoNetworkIsRefused(String text) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(PatternException.class)
                .hasMessageContaining("; write ");
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/8, 10.0.0.0/8",
        "10.1.2.3/31, 10.1.2.2/31",
        "1.2.3.4/0, 0.0.0.0/0",
        "2001:db8::1/32, 2001:db8::/32",
        "ffff::/1, 8000::/1",
    })
    void hostBitsAreRefusedAndTheNetworkIsTold(String text, String network) {
        assertThatThrownBy(() -> Cidr.parse(text)).hasMessageContaining("write " + network + " ");
    }

    @ParameterizedTest
    @CsvSource({"80, 80, 80", "0, 0, 0", "65535, 65535, 65535", "1-79, 1, 79", "0-65535, 0, 65535"})
    void aPortOrRangeIsParsed(String text, int first, int last) throws PatternException {
        assertThat(PortRange.parse(text)).isEqualTo(new PortRange(first, last));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "1-",
                "-1",
                "65536",
                "1-65536",
                "80-79",
                "http",
                "1-2-3",
                "1 - 2",
                "0x50",
                "999999999999",
                "80,443",
                "٨٠",
            })
    void whatIsNoPortIsRefused(String text) {
        assertThatThrownBy(() -> PortRange.parse(text))
                .isInstanceOf(PatternException.class)
                .hasMessageContaining("; ");
    }
}
