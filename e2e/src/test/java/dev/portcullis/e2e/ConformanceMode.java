// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

/** How often, and under what, each line of the table is tried. */
enum ConformanceMode {
    /** Each policy in the mode it says, mostly Enforce. */
    AS_WRITTEN,

    /** Every policy in mode Audit. */
    ALL_AUDIT,

    /** Under no policy. */
    FREE
}
