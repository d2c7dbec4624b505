// SPDX-License-Identifier: Apache-2.0

/**
 * Holds the chart to what it is for, and portcullis.yaml to the chart; both are judged by Helm's
 * own code. Beside that, what the build of the images needs to run the programs once before they
 * are packed.
 */
@NullMarked
package dev.portcullis.deploy;

import org.jspecify.annotations.NullMarked;
