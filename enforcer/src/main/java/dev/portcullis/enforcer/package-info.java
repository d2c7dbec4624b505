// SPDX-License-Identifier: Apache-2.0

/**
 * The node agent: takes compiled rule sets and scopes, keeps the kernel's maps in step with them,
 * and tells what the kernel judged. It parses no policy and knows no Kubernetes. {@link
 * dev.portcullis.enforcer.Enforcer} is the way in.
 */
@org.jspecify.annotations.NullMarked
package dev.portcullis.enforcer;
