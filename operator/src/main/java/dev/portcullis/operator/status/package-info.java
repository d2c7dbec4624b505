// SPDX-License-Identifier: Apache-2.0

/**
 * What users see: the status of policies and of nodes. It is computed by pure functions from views,
 * plan and the nodes' answers, and written by server-side apply. It is written only when it has
 * changed, and no policy's more often than every two seconds.
 */
@NullMarked
package dev.portcullis.operator.status;

import org.jspecify.annotations.NullMarked;
