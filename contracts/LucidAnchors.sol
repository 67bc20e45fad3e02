// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { AccessControl } from "@openzeppelin/contracts/access/AccessControl.sol";
import { Pausable } from "@openzeppelin/contracts/utils/Pausable.sol";
import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { ILucidAnchors } from "./interfaces/ILucidAnchors.sol";
import { Leaves } from "./libraries/Leaves.sol";
import { Roles } from "./libraries/Roles.sol";

/// @title LucidAnchors
/// @author Lucid
/// @notice See {ILucidAnchors}, also for what is trusted.
contract LucidAnchors is ILucidAnchors, AccessControl, Pausable {
    /// @dev What its registrar said of a tree, and when. One storage word.
    struct Tree {
        uint32 sessionCount;
        uint64 registeredAt;
    }

    /// @notice May commit sessions and trees.
    bytes32 public constant REGISTRAR_ROLE = Roles.REGISTRAR;

    /// @notice Sessions in a batch. EIP-7825 allows a transaction 16,777,216 gas; 500 new slots with their events
    /// take about 14.1 million under Cancun. A chain where they take more needs smaller batches.
    uint256 public constant MAX_SESSIONS_PER_BATCH = 500;

    /// @notice Sessions in a tree, 2^20: what keeps a session's proof at 20 hashes.
    uint32 public constant MAX_SESSIONS_PER_TREE = 1 << 20;

    /// @dev Commitment to the earliest time, in Unix seconds, at which it is known to have existed. Zero where it is
    /// not registered; a time that was written changes to an earlier one alone.
    mapping(bytes32 commitment => uint64 time) private _registeredAt;

    /// @dev Root to its tree. A tree that was written never changes.
    mapping(bytes32 root => Tree tree) private _trees;

    /// @notice Fixes the first admin.
    /// @param admin Gets DEFAULT_ADMIN_ROLE, and no other role.
    constructor(address admin) {
        if (admin == address(0)) revert ZeroAdmin();
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
    }

    /// @inheritdoc ILucidAnchors
    function registerSession(
        bytes32 sessionId,
        bytes32 manifestHash,
        uint64 startedAt,
        address owner,
        bytes32 merkleRoot,
        uint32 chunkCount
    ) external onlyRole(REGISTRAR_ROLE) whenNotPaused {
        _requireVerifiable(sessionId, manifestHash, owner, merkleRoot, chunkCount);
        bytes32 commitment = keccak256(
            abi.encode(sessionId, manifestHash, startedAt, owner, merkleRoot, chunkCount)
        );
        if (_registeredAt[commitment] != 0) return;
        _registeredAt[commitment] = uint64(block.timestamp);
        emit SessionRegistered(sessionId, owner, manifestHash, merkleRoot, startedAt, chunkCount);
    }

    /// @inheritdoc ILucidAnchors
    function registerSessions(
        Session[] calldata sessions
    ) external onlyRole(REGISTRAR_ROLE) whenNotPaused returns (uint256 registered) {
        if (sessions.length == 0) revert EmptyBatch();
        if (sessions.length > MAX_SESSIONS_PER_BATCH) {
            revert BatchTooLarge(sessions.length, MAX_SESSIONS_PER_BATCH);
        }
        for (uint256 i = 0; i < sessions.length; ++i) {
            if (_register(sessions[i], uint64(block.timestamp))) ++registered;
        }
    }

    /// @inheritdoc ILucidAnchors
    function registerSessionTree(
        bytes32 root,
        uint32 sessionCount
    ) external onlyRole(REGISTRAR_ROLE) whenNotPaused {
        if (root == 0 || sessionCount == 0 || sessionCount > MAX_SESSIONS_PER_TREE) {
            revert InvalidTree(root, sessionCount);
        }
        if (_trees[root].registeredAt != 0) return;
        _trees[root] = Tree({ sessionCount: sessionCount, registeredAt: uint64(block.timestamp) });
        emit SessionTreeRegistered(root, sessionCount);
    }

    /// @inheritdoc ILucidAnchors
    function promoteSession(
        bytes32 root,
        Session calldata session,
        bytes32[] calldata proof
    ) external whenNotPaused {
        uint64 treeTime = _trees[root].registeredAt;
        if (treeTime == 0) revert TreeNotRegistered(root);
        bytes32 commitment = Leaves.commitment(session);
        if (!MerkleProof.verifyCalldata(proof, root, Leaves.ofCommitment(commitment))) {
            revert SessionNotInTree(root, session.sessionId);
        }
        if (!_register(session, treeTime)) {
            if (_registeredAt[commitment] <= treeTime) return;
            _registeredAt[commitment] = treeTime;
        }
        emit SessionPromoted(commitment, root, treeTime);
    }

    /// @inheritdoc ILucidAnchors
    function pause() external onlyRole(DEFAULT_ADMIN_ROLE) {
        _pause();
    }

    /// @inheritdoc ILucidAnchors
    function unpause() external onlyRole(DEFAULT_ADMIN_ROLE) {
        _unpause();
    }

    /// @inheritdoc ILucidAnchors
    function registeredAt(bytes32 commitment) external view returns (uint64) {
        return _registeredAt[commitment];
    }

    /// @inheritdoc ILucidAnchors
    function treeOf(bytes32 root) external view returns (uint32 sessionCount, uint64 time) {
        Tree storage tree = _trees[root];
        return (tree.sessionCount, tree.registeredAt);
    }

    /// @inheritdoc ILucidAnchors
    function verifySession(Session calldata session) external view returns (uint64) {
        return _registeredAt[Leaves.commitment(session)];
    }

    /// @inheritdoc ILucidAnchors
    function verifySessionInTree(
        bytes32 root,
        Session calldata session,
        bytes32[] calldata proof
    ) external view returns (uint64) {
        bytes32 leaf = Leaves.ofCommitment(Leaves.commitment(session));
        return MerkleProof.verifyCalldata(proof, root, leaf) ? _trees[root].registeredAt : 0;
    }

    /// @dev Gives a session its own slot, with an event; returns false where it has one.
    function _register(Session calldata session, uint64 time) private returns (bool) {
        // Read once for check and event: a calldata field is validated each time that it is read.
        bytes32 sessionId = session.sessionId;
        bytes32 manifestHash = session.manifestHash;
        uint64 startedAt = session.startedAt;
        address owner = session.owner;
        bytes32 merkleRoot = session.merkleRoot;
        uint32 chunkCount = session.chunkCount;
        _requireVerifiable(sessionId, manifestHash, owner, merkleRoot, chunkCount);
        bytes32 commitment = Leaves.commitment(session);
        if (_registeredAt[commitment] != 0) return false;
        _registeredAt[commitment] = time;
        emit SessionRegistered(sessionId, owner, manifestHash, merkleRoot, startedAt, chunkCount);
        return true;
    }

    /// @dev Nobody can sign for, fetch or prove a part of a session that lacks one of these. A start of zero is a time
    /// like any other.
    function _requireVerifiable(
        bytes32 sessionId,
        bytes32 manifestHash,
        address owner,
        bytes32 merkleRoot,
        uint32 chunkCount
    ) private pure {
        if (
            sessionId == 0 || manifestHash == 0 || owner == address(0) || merkleRoot == 0 || chunkCount == 0
        ) {
            revert InvalidSession(sessionId);
        }
    }
}
