// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { AccessControl } from "@openzeppelin/contracts/access/AccessControl.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { IDualControl } from "./interfaces/IDualControl.sol";
import { TypedData } from "./libraries/TypedData.sol";

/// @title DualControl
/// @author Lucid
/// @notice See {IDualControl}.
abstract contract DualControl is IDualControl, AccessControl {
    /// @inheritdoc IDualControl
    bytes32 public constant PLANNER_ROLE = keccak256("PLANNER_ROLE");

    /// @inheritdoc IDualControl
    bytes32 public constant APPROVER_ROLE = keccak256("APPROVER_ROLE");

    /// @dev keccak256 of the name in the EIP-712 domain.
    bytes32 private immutable NAME_HASH;

    /// @notice Fixes the domain.
    /// @param name The name in the EIP-712 domain.
    constructor(string memory name) {
        NAME_HASH = keccak256(bytes(name));
    }

    /// @dev Both have to have signed the struct; returns who they are.
    function _requireBoth(
        bytes32 structHash,
        bytes calldata plannerSignature,
        bytes calldata approverSignature
    ) internal view returns (address planner, address approver) {
        bytes32 digest = _digest(structHash);
        planner = ECDSA.recoverCalldata(digest, plannerSignature);
        approver = ECDSA.recoverCalldata(digest, approverSignature);
        _requireOnly(PLANNER_ROLE, APPROVER_ROLE, planner);
        _requireOnly(APPROVER_ROLE, PLANNER_ROLE, approver);
    }

    function _digest(bytes32 structHash) internal view returns (bytes32) {
        return TypedData.digest(NAME_HASH, structHash);
    }

    function _requireOnly(bytes32 role, bytes32 otherRole, address signer) private view {
        if (!hasRole(role, signer)) revert WrongSigner(role, signer);
        if (hasRole(otherRole, signer)) revert SignerHasBothRoles(signer);
    }
}
