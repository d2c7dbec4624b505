// SPDX-License-Identifier: Apache-2.0
/**
 * The agent of a cluster's node: takes pods and rule sets from the operator, finds out which
 * container is which, and keeps what it knows on disk. It decides nothing about policies and knows
 * no Kubernetes API. All of it runs on one thread, so that nothing here needs a lock.
 */
@NullMarked
package dev.portcullis.enforcer.node;

import org.jspecify.annotations.NullMarked;
