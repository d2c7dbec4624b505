// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1:80, 6, 10.0.0.1, 80",
        "10.0.0.1:80/TCP, 6, 10.0.0.1, 80",
        "10.0.0.1:53/UDP, 17, 10.0.0.1, 53",
        "10.0.0.1:53/136, 136, 10.0.0.1, 53",
        "[fd00::1]:443, 6, fd00::1, 443",
        "[::ffff:10.0.0.1]:443/SCTP, 132, 10.0.0.1, 443",
        "10.0.0.1/ICMP, 1, 10.0.0.1, 0",
        "[fd00::1]/ICMP, 58, fd00::1, 0",
        "[::1]/255, 255, ::1, 0",
    })
    void aPeerIsRead(String text, int protocol, String address, int port)
            throws PatternException, UnknownHostException {
        assertThat(Endpoint.parse(text))
                .isEqualTo(new Endpoint(protocol, InetAddress.getByName(address), port));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, no port in",
        "[fd00::1], no port in",
        "10.0.0.1:80-90, more than one port",
        "10.0.0.1:65536, highest is 65535",
        "10.0.0.1:http, is no port",
        "fd00::1:80, no address",
        "fd00::1/ICMP, no address",
        "[10.0.0.1]:80, no address",
        "10.0.0.1:80/ICMP, no address",
        "localhost:80, no address",
        "10.0.0.1:80/tcp, is no protocol",
        "10.0.0.1/256, is no protocol",
    })
    void whatIsNoneIsToldWithWhatWouldBeRight(String text, String message) {
        assertThatThrownBy(() -> Endpoint.parse(text))
                .isInstanceOf(PatternException.class)
                .hasMessageContaining(message)
                .hasMessageContaining(";");
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0:80, 127.0.0.1",
        "[::]:80, 0:0:0:0:0:0:0:1",
        "10.0.0.1:80, 10.0.0.1",
    })
    void theUnspecifiedAddressIsLoopbackAsAPeer(String text, String peer) throws PatternException {
        assertThat(Endpoint.parse(text).asPeer().address().getHostAddress()).isEqualTo(peer);
    }
}
