// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.layout;

/**
 * The agent's own limits, as the kernel programs count them; {@code enum statistic} of {@code
 * portcullis.h}.
 */
public enum Statistic {
    /** Events lost because the ring buffer had no room for them. */
    EVENTS_DROPPED,
    /** Events not told because their rule, container and executable had told enough. */
    EVENTS_SUPPRESSED,
    /** Operations refused for want of scratch memory. */
    SCRATCH_EXHAUSTED,
    /** Operations whose path could not be told. */
    PATH_UNRESOLVED,
    /** Of these, those where renames or mounts never let up. */
    PATH_RACED,
    /** Operations refused, or forks failed, because a task's scope could not be kept or found. */
    STATE_FAILED,
    /** Executables whose path could not be remembered for events. */
    SUBJECTS_FULL,
    /** Operations refused because the task's scope had been given to another container. */
    SCOPE_GONE,
    /** Execs that waited until the agent knew their container. */
    HELD,
    /** Execs that should have waited, with no agent there or no room. */
    NOT_HELD,
    /** Signals of containers to the agent, which were refused. */
    SIGNALS_REFUSED
}
