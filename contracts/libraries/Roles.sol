// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Roles
/// @author Lucid
/// @notice Roles that one contract grants and others ask for.
library Roles {
    /// @notice Granted on LucidAnchors: whoever the admin admitted to anchor sessions and to prove storage.
    bytes32 internal constant REGISTRAR = keccak256("REGISTRAR_ROLE");
}
