// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Operation;
import dev.portcullis.event.v1alpha1.Peer;
import dev.portcullis.event.v1alpha1.Verdict;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connecting and sending to IPv4 and IPv6 peers. Everything stays on the loopback. */
@KernelTest
class NetworkTest {
    @RegisterExtension static final Agent AGENT = new Agent();

    private static final String RULE = "spec.network.rules[0]";

    /**
     * Of the three runs of a refusal, the ones that get through: in mode Audit and without a
     * policy.
     */
    private static final int TWINS = 2;

    private final Workspace work = Workspace.create();
    private final Listener listener = new Listener();
    private final int port = listener.port();

    NetworkTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    private static Trial rule(String fields) {
        return AGENT.trial(
                """
                network:
                  rules:
                  - {action: Block, %s}
                """
                        .formatted(fields));
    }

    private String at(String operation, String address) {
        return operation + ":" + address + ":" + port;
    }

    @Test
    void tcpOverIpv4() throws IOException {
        List<Event> events =
                rule("cidrs: [127.0.0.1/32], ports: [%d]".formatted(port))
                        .refuses(RULE, at("tcp", "127.0.0.1"));
        assertThat(listener.connections()).isEqualTo(TWINS);
        assertThat(events.getFirst().getOperation()).isEqualTo(Operation.CONNECT);
        assertThat(events.getFirst().getPeer())
                .isEqualTo(
                        Peer.newBuilder()
                                .setAddress("127.0.0.1")
                                .setPort(port)
                                .setProtocol("TCP")
                                .build());
        rule("cidrs: [127.0.0.1/32], ports: [%d]".formatted(port))
                .allows(at("tcp", "[::1]"), at("tcp", "127.0.0.2"));
        assertThat(listener.connections()).isEqualTo(2);
    }

    @Test
    void tcpOverIpv6() throws IOException {
        List<Event> events = rule("cidrs: ['::1/128']").refuses(RULE, at("tcp", "[::1]"));
        assertThat(listener.connections()).isEqualTo(TWINS);
        assertThat(events.getFirst().getPeer().getAddress()).isEqualTo("0:0:0:0:0:0:0:1");
        rule("cidrs: ['::1/128']").allows(at("tcp", "127.0.0.1"), at("tcp", "[::ffff:127.0.0.1]"));
    }

    @Test
    void mappedAddressIsTheIpv4Address() throws IOException {
        List<Event> events =
                rule("cidrs: [127.0.0.0/8]")
                        .refuses(
                                RULE,
                                at("tcp", "[::ffff:127.0.0.1]"),
                                at("udp", "[::ffff:127.0.0.1]"),
                                at("udpc", "[::ffff:127.0.0.1]"));
        assertThat(listener.connections()).isEqualTo(TWINS);
        assertThat(listener.datagrams()).isEqualTo(2 * TWINS);
        assertThat(events)
                .extracting(event -> event.getPeer().getAddress())
                .containsOnly("127.0.0.1");
    }

    @Test
    void udpIsRefusedAtSendtoAndAtConnect() throws IOException {
        List<Event> events =
                rule("protocols: [UDP], ports: [%d]".formatted(port))
                        .refuses(
                                RULE,
                                at("udp", "127.0.0.1"),
                                at("udpc", "127.0.0.1"),
                                at("udp", "[::1]"),
                                at("udpc", "[::1]"));
        assertThat(listener.datagrams()).isEqualTo(4 * TWINS);
        assertThat(events)
                .extracting(Event::getOperation)
                .containsExactly(
                        Operation.SEND, Operation.CONNECT, Operation.SEND, Operation.CONNECT);
        rule("protocols: [UDP], ports: [%d]".formatted(port))
                .allows(at("tcp", "127.0.0.1"), at("tfo", "127.0.0.1"));
    }

    /** To the kernel such an address is an IPv4 address. */
    @Test
    void sendingToAnAddressOfNoFamily() throws IOException {
        rule("cidrs: [127.0.0.0/8]").refuses(RULE, at("udpunspec", "127.0.0.1"));
        assertThat(listener.datagrams()).isEqualTo(TWINS);
    }

    @Test
    void tcpFastOpenIsNoWayAround() throws IOException {
        List<Event> events =
                rule("protocols: [TCP], ports: [%d]".formatted(port))
                        .refuses(RULE, at("tfo", "127.0.0.1"), at("tfo", "[::1]"));
        assertThat(listener.connections()).isEqualTo(2 * TWINS);
        assertThat(events).extracting(Event::getOperation).containsOnly(Operation.SEND);
    }

    @Test
    void portsEndWhereTheyEnd() {
        Trial trial = rule("ports: ['1000-2000', 3000]");
        trial.refuses(
                RULE,
                "udp:127.0.0.1:1000",
                "udp:127.0.0.1:1001",
                "udp:127.0.0.1:1500",
                "udp:127.0.0.1:2000",
                "udp:127.0.0.1:3000");
        trial.allows(
                "udp:127.0.0.1:999",
                "udp:127.0.0.1:2001",
                "udp:127.0.0.1:2999",
                "udp:127.0.0.1:3001",
                "udp:127.0.0.1:65535",
                "udp:127.0.0.1:232"); // 1000 without its upper byte
    }

    @Test
    void lowestAndHighestPort() {
        Trial trial = rule("ports: ['0-1', 65535]");
        trial.refuses(RULE, "udp:127.0.0.1:1", "udp:127.0.0.1:65535");
        trial.allows("udp:127.0.0.1:2", "udp:127.0.0.1:65534");
    }

    @Test
    void networksEndWhereTheyEnd() {
        Trial trial = rule("cidrs: [127.0.1.0/24, 127.16.0.0/12, 127.1.2.3/32]");
        trial.refuses(
                RULE,
                "udp:127.0.1.0:9",
                "udp:127.0.1.255:9",
                "udp:127.16.0.0:9",
                "udp:127.31.255.255:9",
                "udp:127.1.2.3:9");
        trial.allows(
                "udp:127.0.0.255:9",
                "udp:127.0.2.0:9",
                "udp:127.15.255.255:9",
                "udp:127.32.0.0:9",
                "udp:127.1.2.2:9",
                "udp:127.1.2.4:9");
    }

    /** The guest has no route there: what is allowed gets another error, and never EACCES. */
    @Test
    void ipv6NetworksEndWhereTheyEnd() {
        String spec =
                """
                network:
                  rules:
                  - {action: Block, cidrs: ['fd00:0:0:8000::/49']}
                """;
        String[] operations = {
            "udp:[fd00:0:0:7fff:ffff:ffff:ffff:ffff]:9",
            "udp:[fd00:0:0:8000::]:9",
            "udp:[fd00:0:0:ffff:ffff:ffff:ffff:ffff]:9",
            "udp:[fd00:0:1::]:9",
        };
        Trial.Observation seen = AGENT.trial(spec).observe(Policies.enforced(spec), operations);
        List<String> answers = seen.result().answers();
        assertThat(answers).hasSize(4);
        assertThat(answers.subList(1, 3)).containsExactly("EACCES", "EACCES");
        assertThat(answers.get(0)).isEqualTo("ENETUNREACH");
        assertThat(answers.get(3)).isEqualTo("ENETUNREACH");
        assertThat(seen.counted()).isEqualTo(2);
    }

    @Test
    void anyAddressIsTheLoopback() throws IOException {
        rule("cidrs: [127.0.0.1/32]").refuses(RULE, at("tcp", "0.0.0.0"), at("udp", "0.0.0.0"));
        rule("cidrs: ['::1/128']").refuses(RULE, at("tcp", "[::]"));
        assertThat(listener.connections()).isEqualTo(2 * TWINS);
        assertThat(listener.datagrams()).isEqualTo(TWINS);
        rule("cidrs: [127.0.0.2/32]").allows(at("tcp", "0.0.0.0"));
    }

    @Test
    void bindingIsListening() {
        int free = 1700;
        List<Event> events =
                rule("direction: Listen, ports: [%d]".formatted(free))
                        .refuses(
                                RULE,
                                "bindtcp:127.0.0.1:" + free,
                                "bindudp:127.0.0.1:" + free,
                                "bindtcp:[::1]:" + free,
                                "bindtcp:0.0.0.0:" + free);
        assertThat(events).extracting(Event::getOperation).containsOnly(Operation.BIND);
        assertThat(events)
                .extracting(event -> event.getPeer().getAddress())
                .containsExactly("127.0.0.1", "127.0.0.1", "0:0:0:0:0:0:0:1", "0.0.0.0");
        rule("direction: Listen, ports: [%d]".formatted(free))
                .allows(
                        "bindtcp:127.0.0.1:1699",
                        "listen:127.0.0.1:1701",
                        "bindudp:127.0.0.1:1701",
                        at("tcp", "127.0.0.1"));
    }

    /** 0.0.0.0 is every local address, and no more inside a network than outside. */
    @Test
    void localAddressesAreThoseOfTheSocket() {
        rule("direction: Listen, cidrs: [127.0.0.0/8]")
                .refuses(RULE, "bindtcp:127.0.0.1:1702", "bindtcp:127.255.0.1:1702");
        rule("direction: Listen, cidrs: [127.0.0.0/8]")
                .allows("listen:0.0.0.0:1702", "listen:[::1]:1702");
    }

    @Test
    void aPairOfUnixSocketsIsTwoOfThem() {
        String spec = "network: {rules: [{action: Block, protocols: [Unix]}]}";
        Trial.Observation refused =
                AGENT.trial(spec).observe(Policies.enforced(spec), "socketpair");
        assertThat(refused.result().answers()).containsExactly("EACCES");
        refused.isJudged(RULE, Verdict.BLOCKED, 1);
        AGENT.trial(spec)
                .observe(Policies.audited(spec), "socketpair")
                .isJudged(RULE, Verdict.WOULD_BLOCK, 2);
    }

    @Test
    void listeningWithoutBindingIsListeningAtPort0() {
        List<Event> events =
                rule("direction: Listen, ports: [0]")
                        .refuses(
                                RULE,
                                "listenunbound:127.0.0.1:0",
                                "listenunbound:[::1]:0",
                                "bindtcp:127.0.0.1:0");
        assertThat(events)
                .extracting(Event::getOperation)
                .containsExactly(Operation.LISTEN, Operation.LISTEN, Operation.BIND);
        rule("direction: Listen, ports: [1-65535]").allows("listenunbound:127.0.0.1:0");
    }

    @Test
    void sortsOfSocketsAreRefusedWhereTheyAreNamed() {
        List<Event> events =
                rule("protocols: [Raw, Packet, Unix, Netlink]")
                        .refuses(
                                RULE,
                                "socket:raw",
                                "socket:raw6",
                                "socket:packet",
                                "socket:unix",
                                "socket:netlink");
        assertThat(events)
                .extracting(Event::getName)
                .containsExactly("Raw", "Raw", "Packet", "Unix", "Netlink");
        rule("protocols: [Unix]")
                .allows("socket:raw", "socket:netlink", "socket:packet", "udp:127.0.0.1:9");
    }

    /** Their sender writes the headers itself, so that the peer cannot be told. */
    @Test
    void rawAndPacketSocketsAreRefusedWhereARuleBlocks() {
        List<Event> events =
                rule("cidrs: [10.0.0.0/8], ports: [80]").refuses(RULE, "raw:127.0.0.1", "packet");
        assertThat(events).allMatch(Event::getUnresolved);
        AGENT.trial("file: {default: Block, rules: [{action: Allow, paths: ['/**']}]}")
                .allows("raw:127.0.0.1", "packet");
    }

    @Test
    void allowTakesAPeerOutOfTheDefault() throws IOException {
        Trial trial =
                AGENT.trial(
                        """
                        network:
                          default: Block
                          rules:
                          - {action: Allow, cidrs: [127.0.0.1/32], ports: [%d], protocols: [TCP]}
                        """
                                .formatted(port));
        trial.allows(at("tcp", "127.0.0.1"), at("tfo", "127.0.0.1"));
        assertThat(listener.connections()).isEqualTo(2);
        trial.refuses(
                "spec.network.default",
                at("tcp", "127.0.0.2"),
                at("tcp", "[::1]"),
                at("udp", "127.0.0.1"));
        assertThat(listener.connections()).isEqualTo(2 * TWINS);
    }

    @Test
    @Suite(Suite.BYPASS)
    void unixSocketsAreNotMeant() throws IOException {
        Path path = work.path("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            AGENT.trial("network: {default: Block}").allows("unix:" + path);
        }
    }

    @Test
    void actionAuditReportsAndAllows() throws IOException {
        AGENT.trial(
                        """
                        network:
                          rules:
                          - {action: Audit, ports: [%d]}
                        """
                                .formatted(port))
                .reports(RULE, at("tcp", "127.0.0.1"), at("udp", "[::1]"));
        assertThat(listener.connections()).isEqualTo(1);
        assertThat(listener.datagrams()).isEqualTo(1);
    }

    @Test
    void killEndsTheProcessAndNothingIsSent() throws IOException {
        String spec =
                """
                network:
                  rules:
                  - {action: Kill, ports: [%d]}
                """
                        .formatted(port);
        Trial.Observation seen =
                AGENT.trial(spec)
                        .observe(
                                Policies.enforced(spec),
                                "child:2",
                                at("udp", "127.0.0.1"),
                                at("tcp", "127.0.0.1"),
                                "child:1",
                                at("tcp", "[::1]"));
        assertThat(seen.result().answers())
                .containsExactly("killed by SIGKILL", "killed by SIGKILL");
        assertThat(seen.counted()).isEqualTo(2);
        assertThat(listener.datagrams()).isZero();
        assertThat(listener.connections()).isZero();
    }

    @Test
    @Suite(Suite.BYPASS)
    void namespacesAndUsersOfItsOwnStayInTheScope() {
        rule("ports: [%d]".formatted(port))
                .refuses(
                        RULE,
                        "+setuid:1000",
                        "+unshare:user+mnt",
                        at("tcp", "127.0.0.1"),
                        "orphan:1",
                        at("udp", "[::1]"));
    }
}
