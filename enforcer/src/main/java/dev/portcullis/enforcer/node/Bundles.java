// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.node;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.portcullis.enforcer.kernel.EnforcerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a container runtime has written about the containers of this machine: one folder a
 * container, named by its id, with an OCI {@code config.json}. containerd makes the folder before
 * it starts the container, and removes it when the container's first process has ended and its task
 * is deleted.
 */
final class Bundles {
    /** A file this long is no container's description. */
    private static final int MAX_BYTES = 4 << 20;

    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    /** As in the names of cgroups: see {@code bpf-lsm/src/pod.h}. */
    private static final Pattern POD =
            Pattern.compile(
                    "pod([0-9a-f]{32}|[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12})\\b");

    private static final String CRI = "io.kubernetes.cri.";

    private final Path folder;

    /**
     * @param folder such as {@code /run/containerd/io.containerd.runtime.v2.task/k8s.io}
     */
    Bundles(Path folder) {
        this.folder = folder;
    }

    /**
     * Reads about one container.
     *
     * @return empty if there is no such container, or it is no pod's
     * @throws EnforcerException if what is written about it cannot be understood
     */
    Optional<ContainerInfo> find(String id) {
        Path file = folder.resolve(id).resolve("config.json");
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES);
            if (bytes.length == MAX_BYTES) {
                throw new EnforcerException(file + " is longer than " + MAX_BYTES + " bytes");
            }
            return parse(id, new String(bytes, StandardCharsets.UTF_8));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new EnforcerException(
                    "cannot read " + file + ": " + EnforcerException.reason(e), e);
        } catch (JsonParseException | IllegalStateException e) {
            throw new EnforcerException(file + " is no OCI description: " + e.getMessage(), e);
        }
    }

    private static Optional<ContainerInfo> parse(String id, String json) {
        JsonObject config = JsonParser.parseString(json).getAsJsonObject();
        JsonObject annotations = member(config, "annotations");
        Matcher pod = POD.matcher(text(member(config, "linux"), "cgroupsPath"));
        if (!pod.find()) {
            return Optional.empty();
        }
        String uid = pod.group(1);
        return Optional.of(
                new ContainerInfo(
                        id,
                        digits(uid),
                        digits(uid).equals(uid),
                        text(annotations, CRI + "sandbox-namespace"),
                        text(annotations, CRI + "sandbox-name"),
                        text(annotations, CRI + "container-name"),
                        text(annotations, CRI + "container-type").equals("sandbox")));
    }

    /** A UID without what separates its groups. */
    static String digits(String uid) {
        return uid.replaceAll("[-_]", "");
    }

    private static JsonObject member(JsonObject object, String name) {
        JsonElement member = object.get(name);
        return member == null ? new JsonObject() : member.getAsJsonObject();
    }

    private static String text(JsonObject object, String name) {
        JsonElement member = object.get(name);
        return member == null || member instanceof JsonArray ? "" : member.getAsString();
    }

    /**
     * The ids of all containers.
     *
     * @throws EnforcerException if the folder is there and cannot be read
     */
    Set<String> ids() {
        if (!Files.isDirectory(folder)) {
            return Set.of(); // no container has been started since the machine's boot
        }
        try (Stream<Path> entries = Files.list(folder)) {
            Set<String> ids = new HashSet<>();
            entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> ID.matcher(name).matches())
                    .forEach(ids::add);
            return ids;
        } catch (IOException e) {
            throw new EnforcerException(
                    "cannot read " + folder + ": " + EnforcerException.reason(e), e);
        }
    }

    Path folder() {
        return folder;
    }
}
