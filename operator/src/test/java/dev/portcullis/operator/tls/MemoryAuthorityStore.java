// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.tls;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An authority's store in memory. */
public final class MemoryAuthorityStore implements AuthorityStore {
    private @Nullable Stored stored;
    private @Nullable Stored appearing;

    /** Has somebody else create an authority between the next load and create. */
    void race(Stored other) {
        appearing = other;
    }

    @Override
    public Optional<Stored> load() {
        return Optional.ofNullable(stored);
    }

    @Override
    public boolean create(Stored authority) {
        if (appearing != null) {
            stored = appearing;
        }
        if (stored != null) {
            return false;
        }
        stored = authority;
        return true;
    }

    @Override
    public void publish(String certificate) {}
}
