// SPDX-License-Identifier: Apache-2.0

/**
 * Makes the CustomResourceDefinitions from the records of {@code dev.portcullis.api.v1alpha1}, and
 * holds those in deploy/chart equal to them. It lives among the tests so that no program of the
 * product carries a Kubernetes client for it.
 */
@NullMarked
package dev.portcullis.api.schema;

import org.jspecify.annotations.NullMarked;
