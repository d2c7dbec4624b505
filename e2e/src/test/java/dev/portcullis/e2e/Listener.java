// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Listens on one port of every address, TCP and UDP, IPv4 and IPv6, and counts what came. The
 * loopback delivers before the sender's call returns, so what has not come will not.
 */
final class Listener implements AutoCloseable {
    private final ServerSocketChannel tcp;
    private final DatagramChannel udp;

    /** On a port of the kernel's choice. */
    Listener() throws IOException {
        this(0);
    }

    Listener(int port) throws IOException {
        tcp = ServerSocketChannel.open();
        tcp.bind(new InetSocketAddress("::", port));
        tcp.configureBlocking(false);
        udp = DatagramChannel.open();
        udp.bind(new InetSocketAddress("::", port()));
        udp.configureBlocking(false);
    }

    int port() throws IOException {
        return ((InetSocketAddress) tcp.getLocalAddress()).getPort();
    }

    /** Connections made since the last call. */
    int connections() throws IOException {
        int count = 0;
        while (true) {
            try (SocketChannel connection = tcp.accept()) {
                if (connection == null) {
                    return count;
                }
                count++;
            }
        }
    }

    /** Datagrams received since the last call. */
    int datagrams() throws IOException {
        int count = 0;
        while (udp.receive(ByteBuffer.allocate(16)) != null) {
            count++;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        tcp.close();
        udp.close();
    }
}
