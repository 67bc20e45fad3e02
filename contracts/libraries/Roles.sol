// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Roles
/// @author Lucid
/// @notice Roles that one contract grants and other contracts check.
library Roles {
    /// @notice Granted on LucidAnchors, by its admin: may anchor sessions and prove storage.
    bytes32 internal constant REGISTRAR = keccak256("REGISTRAR_ROLE");
}
