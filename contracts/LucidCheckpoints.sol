// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { LucidAnchors } from "./LucidAnchors.sol";
import { ILucidCheckpoints } from "./interfaces/ILucidCheckpoints.sol";
import { Roles } from "./libraries/Roles.sol";

/// @title LucidCheckpoints
/// @author Lucid
/// @notice See {ILucidCheckpoints}, also for what it trusts and why it cannot be paused.
contract LucidCheckpoints is ILucidCheckpoints {
    /// @notice Says who may attest.
    IAccessControl public immutable ANCHORS;

    /// @dev Epoch and attester to the root that it attested. Once written, a root never changes.
    mapping(uint64 epoch => mapping(address attester => bytes32 root)) private _attestations;

    /// @dev Epoch and root to the number of its attesters.
    mapping(uint64 epoch => mapping(bytes32 root => uint32 count)) private _counts;

    /// @notice Fixes the anchors, for good.
    /// @param anchors The LucidAnchors whose registrars may attest.
    constructor(address anchors) {
        if (!_isAnchors(anchors)) revert NotAnchors(anchors);
        ANCHORS = IAccessControl(anchors);
    }

    /// @inheritdoc ILucidCheckpoints
    function attestEpoch(uint64 epoch, bytes32 root) external {
        if (!ANCHORS.hasRole(Roles.REGISTRAR, msg.sender)) {
            revert IAccessControl.AccessControlUnauthorizedAccount(msg.sender, Roles.REGISTRAR);
        }
        if (root == 0) revert ZeroRoot(epoch);
        bytes32 attested = _attestations[epoch][msg.sender];
        if (attested == root) return;
        if (attested != 0) revert AlreadyAttested(epoch, msg.sender, attested, root);
        _attestations[epoch][msg.sender] = root;
        ++_counts[epoch][root];
        emit EpochAttested(epoch, root, msg.sender);
    }

    /// @inheritdoc ILucidCheckpoints
    function attestationOf(uint64 epoch, address attester) external view returns (bytes32) {
        return _attestations[epoch][attester];
    }

    /// @inheritdoc ILucidCheckpoints
    function attestationCount(uint64 epoch, bytes32 root) external view returns (uint32) {
        return _counts[epoch][root];
    }

    /// @dev Whether a contract knows the role that attesters need. An account does not, nor does LucidChunkStore, whose
    /// address is the easiest to mistake for the right one.
    function _isAnchors(address anchors) private view returns (bool) {
        if (anchors.code.length == 0) return false;
        try LucidAnchors(anchors).REGISTRAR_ROLE() returns (bytes32 role) {
            return role == Roles.REGISTRAR;
        } catch {
            return false;
        }
    }
}
