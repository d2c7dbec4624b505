// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy;

/** Policies cannot be enforced as they are written. The message can be shown to their author. */
public abstract sealed class PolicyException extends Exception
        permits InvalidPolicyException, PolicyTooComplexException {
    private static final long serialVersionUID = 1;

    PolicyException(String message) {
        super(message);
    }
}
