// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.status;

/**
 * What a condition says, without its times.
 *
 * @param status whether it holds
 * @param reason one word in camel case
 * @param message a sentence or more for people; never empty, which some API servers refuse
 */
record Verdict(boolean status, String reason, String message) {
    static final String ACCEPTED = "Accepted";
    static final String PROGRAMMED = "Programmed";
}
