// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.view;

/**
 * A node of the cluster.
 *
 * @param name its name
 * @param uid {@code metadata.uid}
 * @param ready whether its kubelet says so
 */
public record NodeView(String name, String uid, boolean ready) {}
