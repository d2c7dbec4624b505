// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import dev.portcullis.policy.oracle.Oracle.Operation;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes of operations as the language knows them such that a kernel can be asked to do, again and
 * again, and of their paths a tree of files. A char of a path is a byte.
 */
final class DifferentialWorld {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int RAW = 1;
    private static final int NETLINK = 4;
    private static final int MOUNT = 1;
    private static final int CAP_NET_RAW = 13;
    private static final int CAP_SYS_CHROOT = 18;
    private static final int CAP_SYS_ADMIN = 21;
    private static final int ENOEXEC = 8;
    private static final int LONGEST_NAME = 255;

    private static final InetAddress V6_LOOPBACK = InetAddress.ofLiteral("::1");

    private final Random random;
    private final byte[] subject;
    private final List<String> preparation = new ArrayList<>(List.of("D "));
    private final Map<String, Boolean> ownedByFile = new HashMap<>();
    private final Set<String> directories = new HashSet<>();
    private final Set<String> absent = new HashSet<>();

    DifferentialWorld(long seed, String subject) {
        random = new Random(seed);
        this.subject = subject.getBytes(StandardCharsets.UTF_8);
    }

    /** What makes the tree, in place of the one that was there. */
    List<String> preparation() {
        return preparation;
    }

    /** The operation, or one that is near to it; null where no kernel can be asked for it. */
    @Nullable DifferentialCase of(Operation operation) {
        return switch (operation.kind()) {
            case EXEC, MAP, READ, WRITE, READ_WRITE -> onPath(operation);
            case EGRESS -> egress(operation);
            case LISTEN -> listen(operation);
            case SOCKET -> socket(operation.number());
            case CAPABILITY ->
                    switch (operation.number()) {
                        case CAP_NET_RAW -> socket(RAW);
                        case CAP_SYS_ADMIN -> capability(CAP_SYS_ADMIN);
                        default -> capability(CAP_SYS_CHROOT);
                    };
            case OPERATION -> system(1 + operation.number() % 3);
        };
    }

    private @Nullable DifferentialCase onPath(Operation operation) {
        String path = new String(operation.path(), StandardCharsets.ISO_8859_1);
        if (!canBeMade(path)) {
            return null;
        }
        if (operation.kind() == QuestionKind.WRITE && random.nextInt(5) == 0) {
            return makeAndRemove(path);
        }
        if (directories.contains(path) || absent.contains(path)) {
            return null;
        }
        if (!ownedByFile.containsKey(path)) {
            if (!hasParents(path)) {
                return null;
            }
            ownedByFile.put(path, operation.owner());
            preparation.add("f " + (operation.owner() ? 0 : 7) + " " + path);
        }
        boolean owner = ownedByFile.getOrDefault(path, false);
        Operation read = path(QuestionKind.READ, operation.path(), owner);
        return switch (operation.kind()) {
            // A file that no kernel can execute, so that the caller stays what it is.
            case EXEC ->
                    new DifferentialCase(
                            "x " + path,
                            List.of(read, path(QuestionKind.EXEC, operation.path(), owner)),
                            ENOEXEC);
            case MAP ->
                    new DifferentialCase(
                            "e " + path,
                            List.of(read, path(QuestionKind.MAP, operation.path(), owner)),
                            0);
            case READ -> new DifferentialCase("r " + path, List.of(read), 0);
            case WRITE ->
                    // The mode of another's file would be a matter of capabilities too.
                    new DifferentialCase(
                            List.of("w ", "t ", owner ? "m " : "w ").get(random.nextInt(3)) + path,
                            List.of(path(QuestionKind.WRITE, operation.path(), owner)),
                            0);
            default ->
                    new DifferentialCase(
                            "b " + path,
                            List.of(path(QuestionKind.READ_WRITE, operation.path(), owner)),
                            0);
        };
    }

    /** A directory that is not there before, nor after. */
    private @Nullable DifferentialCase makeAndRemove(String path) {
        if (ownedByFile.containsKey(path) || directories.contains(path) || !hasParents(path)) {
            return null;
        }
        absent.add(path);
        preparation.add("d " + path);
        Operation write =
                path(QuestionKind.WRITE, path.getBytes(StandardCharsets.ISO_8859_1), true);
        return new DifferentialCase("k " + path, List.of(write, write), 0);
    }

    private static boolean canBeMade(String path) {
        return path.startsWith("/")
                && path.length() > 1
                && path.chars().noneMatch(c -> c == 0 || c == '\n')
                && Arrays.stream(path.substring(1).split("/", -1))
                        .noneMatch(name ->
                                name.isEmpty()
                                        || name.equals(".")
                                        || name.equals("..")
                                        || name.length() > LONGEST_NAME);
    }

    /** Whether all above can be directories; they are from then on. */
    private boolean hasParents(String path) {
        List<String> parents = new ArrayList<>();
        for (int at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
            String parent = path.substring(0, at);
            if (ownedByFile.containsKey(parent) || absent.contains(parent)) {
                return false;
            }
            parents.add(parent);
        }
        directories.addAll(parents);
        return true;
    }

    /** Nothing leaves the machine: TCP stays on it, and connecting by UDP sends nothing. */
    private DifferentialCase egress(Operation operation) {
        InetAddress peer = operation.peer();
        boolean here = peer.isLoopbackAddress() || peer.isAnyLocalAddress();
        int protocol = here && operation.protocol() % 2 == 0 ? TCP : UDP;
        // As the kernel takes it; the generator's only address of no host is that of IPv6.
        InetAddress meant = peer.isAnyLocalAddress() ? V6_LOOPBACK : peer;
        return new DifferentialCase(
                (protocol == TCP ? "T " : "U ") + operation.port() + " " + text(peer),
                List.of(address(QuestionKind.EGRESS, protocol, meant, operation.port())),
                DifferentialCase.ANY);
    }

    private DifferentialCase listen(Operation operation) {
        int protocol = operation.protocol() % 2 == 0 ? TCP : UDP;
        return new DifferentialCase(
                (protocol == TCP ? "B " : "C ") + operation.port() + " " + text(operation.peer()),
                List.of(address(QuestionKind.LISTEN, protocol, operation.peer(), operation.port())),
                DifferentialCase.ANY);
    }

    /** IPv4 sometimes as a socket of IPv6 says it. */
    private String text(InetAddress address) {
        boolean mapped = address instanceof Inet4Address && random.nextInt(4) == 0;
        return (mapped ? "::ffff:" : "") + address.getHostAddress();
    }

    private @Nullable DifferentialCase socket(int number) {
        if (number < RAW || number > NETLINK) {
            return null;
        }
        List<Operation> questions = new ArrayList<>(List.of(number(QuestionKind.SOCKET, number)));
        if (number <= 2) { // raw and packet
            questions.add(number(QuestionKind.CAPABILITY, CAP_NET_RAW));
        }
        return new DifferentialCase("s " + number, questions, 0);
    }

    private DifferentialCase capability(int number) {
        return new DifferentialCase(
                "c " + number, List.of(number(QuestionKind.CAPABILITY, number)), 0);
    }

    private DifferentialCase system(int number) {
        List<Operation> questions =
                new ArrayList<>(List.of(number(QuestionKind.OPERATION, number)));
        if (number == MOUNT) {
            questions.add(number(QuestionKind.CAPABILITY, CAP_SYS_ADMIN));
        }
        return new DifferentialCase("o " + number, questions, 0);
    }

    private Operation path(QuestionKind kind, byte[] path, boolean owner) {
        return new Operation(kind, path, 0, V6_LOOPBACK, 0, 0, subject, owner);
    }

    private Operation address(QuestionKind kind, int protocol, InetAddress peer, int port) {
        return new Operation(kind, new byte[0], protocol, peer, port, 0, subject, false);
    }

    private Operation number(QuestionKind kind, int number) {
        return new Operation(kind, new byte[0], 0, V6_LOOPBACK, 0, number, subject, false);
    }
}
