// SPDX-License-Identifier: Apache-2.0

/**
 * What the operator knows of the cluster, as immutable records with nothing in them that it does
 * not use. They are made from Kubernetes' objects in {@code watch} and read everywhere else. No
 * class here knows a Kubernetes client.
 */
@NullMarked
package dev.portcullis.operator.view;

import org.jspecify.annotations.NullMarked;
