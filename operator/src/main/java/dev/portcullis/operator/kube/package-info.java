// SPDX-License-Identifier: Apache-2.0

/**
 * What the operator asks of the API server beyond watching: to write status, to review tokens, to
 * keep the certificate authority. Each class here stands behind an interface of the package that
 * needs it, whose tests stand in for it. The watches are in {@code watch}.
 */
@NullMarked
package dev.portcullis.operator.kube;

import org.jspecify.annotations.NullMarked;
