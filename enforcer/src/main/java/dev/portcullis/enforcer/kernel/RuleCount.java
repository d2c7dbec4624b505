// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.portcullis.enforcer.layout.Layouts;
import java.lang.foreign.MemorySegment;

/**
 * What one rule did since its rule set was loaded. Exact, also where events were dropped.
 *
 * @param blocked operations refused
 * @param killed operations refused with the process killed
 * @param wouldBlock operations allowed that enforcement would have refused
 * @param audited operations allowed and reported
 */
public record RuleCount(long blocked, long killed, long wouldBlock, long audited) {
    static RuleCount read(MemorySegment value) {
        return new RuleCount(
                value.get(JAVA_LONG, Layouts.offset(Layouts.RULE_COUNTER, "blocked")),
                value.get(JAVA_LONG, Layouts.offset(Layouts.RULE_COUNTER, "killed")),
                value.get(JAVA_LONG, Layouts.offset(Layouts.RULE_COUNTER, "would_block")),
                value.get(JAVA_LONG, Layouts.offset(Layouts.RULE_COUNTER, "audited")));
    }
}
