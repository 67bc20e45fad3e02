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
/// @notice See {ILucidAnchors}, also for what it trusts.
contract LucidAnchors is ILucidAnchors, AccessControl, Pausable {
    /// @dev What the first registrar of a tree said, and when. One storage word.
    struct Tree {
        uint32 sessionCount;
        uint64 registeredAt;
    }

    /// @notice May register sessions and trees.
    bytes32 public constant REGISTRAR_ROLE = Roles.REGISTRAR;

    /// @notice The most sessions in a batch. EIP-7825 allows a transaction 16,777,216 gas; 500 new slots with their
    /// events take about 14.1 million under Cancun. A chain where they take more needs smaller batches.
    uint256 public constant MAX_SESSIONS_PER_BATCH = 500;

    /// @notice The most sessions in a tree, 2^20, which keeps a session's proof at 20 hashes.
    uint32 public constant MAX_SESSIONS_PER_TREE = 1 << 20;

    /// @dev Commitment to the earliest time, in Unix seconds, at which it is known to have existed. Zero where it is
    /// not registered. Only {promoteSession} changes a time that was written, and only to an earlier one. Times are
    /// whole words, because writing a part of a word reads it first.
    mapping(bytes32 commitment => uint256 time) private _registeredAt;

    /// @dev Root to its tree. Once written, a tree never changes.
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
        bytes32 commitment = keccak256(
            abi.encode(sessionId, manifestHash, startedAt, owner, merkleRoot, chunkCount)
        );
        _register(
            commitment,
            sessionId,
            manifestHash,
            startedAt,
            owner,
            merkleRoot,
            chunkCount,
            block.timestamp
        );
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
            Session calldata session = sessions[i];
            if (_register(Leaves.commitment(session), session, block.timestamp)) ++registered;
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
        if (!_register(commitment, session, treeTime)) {
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
        return uint64(_registeredAt[commitment]);
    }

    /// @inheritdoc ILucidAnchors
    function registeredAtBatch(bytes32[] calldata commitments) external view returns (uint64[] memory times) {
        times = new uint64[](commitments.length);
        for (uint256 i = 0; i < commitments.length; ++i) {
            times[i] = uint64(_registeredAt[commitments[i]]);
        }
    }

    /// @inheritdoc ILucidAnchors
    function treeOf(bytes32 root) external view returns (uint32 sessionCount, uint64 time) {
        Tree storage tree = _trees[root];
        return (tree.sessionCount, tree.registeredAt);
    }

    /// @inheritdoc ILucidAnchors
    function verifySession(Session calldata session) external view returns (uint64) {
        return uint64(_registeredAt[Leaves.commitment(session)]);
    }

    /// @inheritdoc ILucidAnchors
    function verifySessionInTree(
        bytes32 root,
        Session calldata session,
        bytes32[] calldata proof
    ) external view returns (uint64) {
        if (!Leaves.isWellFormed(session) || !_isVerifiable(session)) return 0;
        bytes32 leaf = Leaves.ofCommitment(Leaves.commitment(session));
        return MerkleProof.verifyCalldata(proof, root, leaf) ? _trees[root].registeredAt : 0;
    }

    /// @dev Each field is read here once, which validates it: a word with dirty upper bits reverts.
    function _register(bytes32 commitment, Session calldata session, uint256 time) private returns (bool) {
        return
            _register(
                commitment,
                session.sessionId,
                session.manifestHash,
                session.startedAt,
                session.owner,
                session.merkleRoot,
                session.chunkCount,
                time
            );
    }

    /// @dev Gives a session its own slot, with an event; returns false where it already has one. `commitment` is the
    /// hash of the six fields.
    function _register(
        bytes32 commitment,
        bytes32 sessionId,
        bytes32 manifestHash,
        uint64 startedAt,
        address owner,
        bytes32 merkleRoot,
        uint32 chunkCount,
        uint256 time
    ) private returns (bool) {
        if (!_isVerifiable(sessionId, manifestHash, owner, merkleRoot, chunkCount)) {
            revert InvalidSession(sessionId);
        }
        if (_registeredAt[commitment] != 0) return false;
        _registeredAt[commitment] = time;
        emit SessionRegistered(sessionId, owner, manifestHash, merkleRoot, startedAt, chunkCount);
        return true;
    }

    function _isVerifiable(Session calldata session) private pure returns (bool) {
        return
            _isVerifiable(
                session.sessionId,
                session.manifestHash,
                session.owner,
                session.merkleRoot,
                session.chunkCount
            );
    }

    /// @dev Whether a session has an id, a manifest, an owner, a root and a chunk: without one of these, nobody could sign
    /// for it, fetch it or prove a part of it. A start of zero is a time like any other.
    function _isVerifiable(
        bytes32 sessionId,
        bytes32 manifestHash,
        address owner,
        bytes32 merkleRoot,
        uint32 chunkCount
    ) private pure returns (bool) {
        return
            sessionId != 0 && manifestHash != 0 && owner != address(0) && merkleRoot != 0 && chunkCount != 0;
    }
}
