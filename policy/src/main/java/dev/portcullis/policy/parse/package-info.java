// SPDX-License-Identifier: Apache-2.0

/**
 * Reads policies from YAML, strictly: what is not understood is refused, with its line and with
 * what would be right. All problems of a file are collected, so that an author sees them at once.
 * Time and memory are bounded whatever the bytes are.
 */
@NullMarked
package dev.portcullis.policy.parse;

import org.jspecify.annotations.NullMarked;
