// SPDX-License-Identifier: Apache-2.0

/**
 * The custom resources of API group {@code portcullis.dev/v1alpha1} as plain records. They hold
 * what a user wrote, with the defaults filled in, and nothing about where it was written. Whether
 * the text inside them (paths, networks, ports) makes sense is for the policy module to say.
 */
@NullMarked
package dev.portcullis.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
