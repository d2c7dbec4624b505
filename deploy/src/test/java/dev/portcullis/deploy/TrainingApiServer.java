// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.deploy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Just enough of an API server for the operator to start, see a policy and a pod, and write status:
 * the classes that this loads are what its image keeps ready. Run as a source file, so that it is
 * in no image.
 */
final class TrainingApiServer {
    private static final String METADATA =
            "\"metadata\":{\"name\":\"web\",\"namespace\":\"shop\",\"uid\":\"u\",\"generation\":1,"
                    + "\"resourceVersion\":\"1\",\"labels\":{\"app\":\"web\"}}";

    /** The only object of each kind, by the last part of the path of its list. */
    private static final Map<String, String> OBJECTS =
            Map.of(
                    "pods",
                    "{"
                            + METADATA
                            + ",\"spec\":{\"nodeName\":\"web\",\"containers\":[{\"name\":\"web\"}]}}",
                    "namespaces",
                    "{" + METADATA + "}",
                    "nodes",
                    "{" + METADATA + "}",
                    "securitypolicies",
                    "{\"apiVersion\":\"portcullis.dev/v1alpha1\",\"kind\":\"SecurityPolicy\","
                            + METADATA
                            + ",\"spec\":{\"file\":{\"rules\":[{\"action\":\"Block\",\"paths\":[\"/etc/shadow\"]}]},"
                            + "\"network\":{\"rules\":[{\"action\":\"Block\",\"ports\":[80]}]}}}");

    private TrainingApiServer() {}

    /**
     * Serves on loopback until killed.
     *
     * @param args a key store in PKCS #12 with the password "training", and the file to which the
     *     port is written
     */
    public static void main(String[] args) throws IOException, GeneralSecurityException {
        HttpsServer server =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls(Path.of(args[0]))));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", TrainingApiServer::answer);
        server.start();
        Files.writeString(Path.of(args[1]), Integer.toString(server.getAddress().getPort()));
    }

    private static SSLContext tls(Path keyStore) throws IOException, GeneralSecurityException {
        char[] password = "training".toCharArray();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            keys.load(in, password);
        }
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    private static void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        String name = path.substring(path.lastIndexOf('/') + 1);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        if (query.contains("watch=")) {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
        } else if (!exchange.getRequestMethod().equals("GET")) {
            send(exchange, 200, body);
        } else if (path.endsWith("/web") || path.endsWith("/web/status")) {
            String kind = path.substring(0, path.indexOf("/web"));
            String object = OBJECTS.getOrDefault(kind.substring(kind.lastIndexOf('/') + 1), "{}");
            send(exchange, 200, object.getBytes(StandardCharsets.UTF_8));
        } else if (name.endsWith("s")) {
            String list =
                    "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[%s]}"
                            .formatted(OBJECTS.getOrDefault(name, ""));
            send(exchange, 200, list.getBytes(StandardCharsets.UTF_8));
        } else {
            String status =
                    "{\"apiVersion\":\"v1\",\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"NotFound\",\"code\":404}";
            send(exchange, 404, status.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void send(HttpExchange exchange, int code, byte[] body) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
