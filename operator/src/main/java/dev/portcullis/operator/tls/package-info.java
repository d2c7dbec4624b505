// SPDX-License-Identifier: Apache-2.0

/**
 * The operator's own certificate authority, kept in a Secret, and the certificate it serves with.
 * Nodes trust the authority alone, through a ConfigMap. Keys are P-256 and are made by the JDK;
 * BouncyCastle writes the certificates.
 */
@NullMarked
package dev.portcullis.operator.tls;

import org.jspecify.annotations.NullMarked;
