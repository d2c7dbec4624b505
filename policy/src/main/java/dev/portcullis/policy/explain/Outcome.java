// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.explain;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.util.Optional;

/**
 * What is done about an operation, out of both lanes.
 *
 * @param result what is done
 * @param by the rule or default that decided; empty where nothing speaks of the operation
 */
public record Outcome(Result result, Optional<RuleInfo> by) {
    /** What can be done. */
    public enum Result {
        /** Allowed; nothing is reported. */
        ALLOW("Allow"),

        /** Allowed and reported. */
        AUDIT("Audit"),

        /** Allowed and reported as what the policies in mode Audit would refuse. */
        WOULD_BLOCK("WouldBlock"),

        /** The same where they would kill as well. */
        WOULD_KILL("WouldKill"),

        /** Refused. */
        BLOCK("Block"),

        /** Refused, and the process is killed. */
        KILL("Kill");

        private final String text;

        Result(String text) {
            this.text = text;
        }

        /** The spelling in files of cases. */
        public String text() {
            return text;
        }
    }

    static Outcome of(Decision enforce, Decision audit) {
        return switch (enforce.action()) {
            case BLOCK -> new Outcome(Result.BLOCK, enforce.by());
            case KILL -> new Outcome(Result.KILL, enforce.by());
            case ALLOW, AUDIT ->
                    switch (audit.action()) {
                        case BLOCK -> new Outcome(Result.WOULD_BLOCK, audit.by());
                        case KILL -> new Outcome(Result.WOULD_KILL, audit.by());
                        case AUDIT -> new Outcome(Result.AUDIT, audit.by());
                        case ALLOW ->
                                enforce.action() == Action.AUDIT
                                        ? new Outcome(Result.AUDIT, enforce.by())
                                        : new Outcome(Result.ALLOW, audit.by());
                    };
        };
    }
}
