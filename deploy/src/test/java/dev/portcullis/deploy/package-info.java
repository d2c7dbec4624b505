// SPDX-License-Identifier: Apache-2.0

/** What the build of the images needs to run the programs once before they are packed. */
@NullMarked
package dev.portcullis.deploy;

import org.jspecify.annotations.NullMarked;
