// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { AccessControl } from "@openzeppelin/contracts/access/AccessControl.sol";
import { Pausable } from "@openzeppelin/contracts/utils/Pausable.sol";
import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { ILucidAnchors } from "./interfaces/ILucidAnchors.sol";
import { Leaves } from "./libraries/Leaves.sol";

/// @title LucidAnchors
/// @author Lucid
/// @notice See {ILucidAnchors}, also for what is trusted.
contract LucidAnchors is ILucidAnchors, AccessControl, Pausable {
    /// @notice May commit sessions and trees.
    bytes32 public constant REGISTRAR_ROLE = keccak256("REGISTRAR_ROLE");

    /// @notice Sessions in a batch. EIP-7825 allows a transaction 16,777,216 gas; 500 new slots with their events
    /// take about 14.1 million.
    uint256 public constant MAX_SESSIONS_PER_BATCH = 500;

    /// @notice Sessions in a tree, 2^20: what keeps a session's proof at 20 hashes.
    uint32 public constant MAX_SESSIONS_PER_TREE = 1 << 20;

    /// @dev Session id to commitment. A slot in use is never written again.
    mapping(bytes32 sessionId => bytes32 commitment) private _commitments;

    /// @dev Root to the count that its registrar gave.
    mapping(bytes32 root => uint32 sessionCount) private _treeSessionCounts;

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
        bytes32 offered = keccak256(
            abi.encode(sessionId, manifestHash, startedAt, owner, merkleRoot, chunkCount)
        );
        _register(sessionId, manifestHash, startedAt, owner, merkleRoot, chunkCount, offered);
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
            // Read once for check and event: a calldata field is validated each time that it is read.
            bytes32 sessionId = session.sessionId;
            bytes32 manifestHash = session.manifestHash;
            uint64 startedAt = session.startedAt;
            address owner = session.owner;
            bytes32 merkleRoot = session.merkleRoot;
            uint32 chunkCount = session.chunkCount;
            _requireVerifiable(sessionId, manifestHash, owner, merkleRoot, chunkCount);
            bytes32 offered = Leaves.commitment(session);
            bytes32 standing = _commitments[sessionId];
            if (standing == 0) {
                _commitments[sessionId] = offered;
                ++registered;
                emit SessionRegistered(sessionId, owner, manifestHash, merkleRoot, startedAt, chunkCount);
            } else if (standing != offered) {
                emit SessionConflict(sessionId, standing, offered);
            }
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
        uint32 standing = _treeSessionCounts[root];
        if (standing == sessionCount) return;
        if (standing != 0) revert TreeAlreadyRegistered(root, standing, sessionCount);
        _treeSessionCounts[root] = sessionCount;
        emit SessionTreeRegistered(root, sessionCount);
    }

    /// @inheritdoc ILucidAnchors
    function promoteSession(
        bytes32 root,
        Session calldata session,
        bytes32[] calldata proof
    ) external whenNotPaused {
        if (_treeSessionCounts[root] == 0) revert TreeNotRegistered(root);
        bytes32 leaf = Leaves.ofSession(session);
        if (!MerkleProof.verifyCalldata(proof, root, leaf)) {
            revert SessionNotInTree(root, session.sessionId);
        }
        _register(
            session.sessionId,
            session.manifestHash,
            session.startedAt,
            session.owner,
            session.merkleRoot,
            session.chunkCount,
            Leaves.commitment(session)
        );
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
    function isRegistered(bytes32 sessionId) external view returns (bool) {
        return _commitments[sessionId] != 0;
    }

    /// @inheritdoc ILucidAnchors
    function commitmentOf(bytes32 sessionId) external view returns (bytes32) {
        return _commitments[sessionId];
    }

    /// @inheritdoc ILucidAnchors
    function treeSessionCount(bytes32 root) external view returns (uint32) {
        return _treeSessionCounts[root];
    }

    /// @inheritdoc ILucidAnchors
    function verifySession(Session calldata session) external view returns (bool) {
        return _commitments[session.sessionId] == Leaves.commitment(session);
    }

    /// @inheritdoc ILucidAnchors
    function verifySessionInTree(
        bytes32 root,
        Session calldata session,
        bytes32[] calldata proof
    ) external view returns (bool) {
        return
            _treeSessionCounts[root] != 0 &&
            MerkleProof.verifyCalldata(proof, root, Leaves.ofSession(session));
    }

    /// @dev Gives a session its slot and event; nothing where it stands already, a revert where another content does.
    function _register(
        bytes32 sessionId,
        bytes32 manifestHash,
        uint64 startedAt,
        address owner,
        bytes32 merkleRoot,
        uint32 chunkCount,
        bytes32 offered
    ) private {
        _requireVerifiable(sessionId, manifestHash, owner, merkleRoot, chunkCount);
        bytes32 standing = _commitments[sessionId];
        if (standing == offered) return;
        if (standing != 0) revert SessionAlreadyCommitted(sessionId, standing, offered);
        _commitments[sessionId] = offered;
        emit SessionRegistered(sessionId, owner, manifestHash, merkleRoot, startedAt, chunkCount);
    }

    /// @dev Nobody can sign for, fetch or prove a part of a session that lacks one of these, and its id would be
    /// taken for good. A start of zero is a time like any other.
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
