// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An informer's store that keeps of each object a view, and what the informer itself needs: names
 * and the resource version. A pod takes a tenth of its memory so.
 *
 * @param <T> the objects
 * @param <V> what is kept of them
 */
final class ViewStore<T extends HasMetadata, V> implements ItemStore<T> {
    private final Map<String, Entry<T, V>> entries = new ConcurrentHashMap<>();
    private final Reader<T, V> reader;
    private final Shell<T> shell;
    private final BiPredicate<V, V> same;
    private final Runnable onChange;

    /** Makes the view of an object, with the one before at hand. */
    @FunctionalInterface
    interface Reader<T, V> {
        V read(T object, @Nullable V before);
    }

    /** Makes an object with this metadata and nothing else. */
    @FunctionalInterface
    interface Shell<T> {
        T of(ObjectMeta metadata);
    }

    /**
     * An empty store.
     *
     * @param same whether a view has not changed in anything that matters
     * @param onChange run after every change that matters; must not block
     */
    ViewStore(Reader<T, V> reader, Shell<T> shell, BiPredicate<V, V> same, Runnable onChange) {
        this.reader = reader;
        this.shell = shell;
        this.same = same;
        this.onChange = onChange;
    }

    List<V> views() {
        return entries.values().stream().map(Entry::view).toList();
    }

    @Nullable V view(String key) {
        Entry<T, V> entry = entries.get(key);
        return entry == null ? null : entry.view;
    }

    @Override
    public String getKey(T object) {
        return Cache.metaNamespaceKeyFunc(object);
    }

    @Override
    public @Nullable T put(String key, T object) {
        Entry<T, V> before = entries.get(key);
        V view = reader.read(object, before == null ? null : before.view);
        entries.put(key, new Entry<>(shell.of(essence(object.getMetadata())), view));
        if (before == null || !same.test(before.view, view)) {
            onChange.run();
        }
        return before == null ? null : before.shell;
    }

    @Override
    public @Nullable T remove(String key) {
        Entry<T, V> before = entries.remove(key);
        if (before == null) {
            return null;
        }
        onChange.run();
        return before.shell;
    }

    @Override
    public Stream<String> keySet() {
        return entries.keySet().stream();
    }

    @Override
    public Stream<T> values() {
        return entries.values().stream().map(Entry::shell);
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public @Nullable T get(String key) {
        Entry<T, V> entry = entries.get(key);
        return entry == null ? null : entry.shell;
    }

    private static ObjectMeta essence(ObjectMeta metadata) {
        ObjectMeta essence = new ObjectMeta();
        essence.setNamespace(metadata.getNamespace());
        essence.setName(metadata.getName());
        essence.setUid(metadata.getUid());
        essence.setResourceVersion(metadata.getResourceVersion());
        return essence;
    }

    private record Entry<T, V>(T shell, V view) {}
}
