// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { AccessControl } from "@openzeppelin/contracts/access/AccessControl.sol";
import { Pausable } from "@openzeppelin/contracts/utils/Pausable.sol";
import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { ILucidAnchors } from "./interfaces/ILucidAnchors.sol";
import { ILucidChunkStore } from "./interfaces/ILucidChunkStore.sol";
import { ContentTree } from "./libraries/ContentTree.sol";
import { Leaves } from "./libraries/Leaves.sol";
import { Roles } from "./libraries/Roles.sol";
import { StatusWord, StatusWords } from "./libraries/StatusWords.sol";
import { StorageChallenge } from "./libraries/StorageChallenge.sol";

/// @title LucidChunkStore
/// @author Lucid
/// @notice See {ILucidChunkStore}, also for what it trusts.
contract LucidChunkStore is ILucidChunkStore, AccessControl, Pausable {
    /// @notice May record chunks and move their status.
    bytes32 public constant UPLOADER_ROLE = keccak256("UPLOADER_ROLE");

    /// @notice Says which sessions are registered, and who may prove storage.
    ILucidAnchors public immutable ANCHORS;

    /// @dev Status words by the commitment of their session and their number.
    mapping(bytes32 commitment => mapping(uint256 number => StatusWord word)) private _statusWords;

    /// @dev How many chunks of a session have a status other than None, by its commitment.
    mapping(bytes32 commitment => uint32 count) private _recordedCounts;

    /// @notice Fixes the anchors, for good, and the first admin.
    /// @param anchors The LucidAnchors whose sessions and registrars are accepted.
    /// @param admin Gets DEFAULT_ADMIN_ROLE, and no other role.
    constructor(address anchors, address admin) {
        if (anchors == address(0)) revert ZeroAnchors();
        if (admin == address(0)) revert ZeroAdmin();
        ANCHORS = ILucidAnchors(anchors);
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
    }

    /// @inheritdoc ILucidChunkStore
    function storeChunkMetadata(
        ILucidAnchors.Session calldata session,
        Chunk[] calldata chunks,
        bytes32[] calldata proof,
        bool[] calldata proofFlags
    ) external onlyRole(UPLOADER_ROLE) whenNotPaused {
        bytes32 commitment = _requireRegistered(session);
        if (chunks.length == 0) revert NoChunks(commitment);
        bytes32[] memory leaves = _leavesInOrder(commitment, session.chunkCount, chunks);
        if (!MerkleProof.multiProofVerifyCalldata(proof, proofFlags, session.merkleRoot, leaves)) {
            revert ChunksNotInSession(commitment);
        }
        _record(commitment, chunks);
    }

    /// @inheritdoc ILucidChunkStore
    function updateChunkStatus(
        bytes32 commitment,
        uint32[] calldata idx,
        ChunkStatus status
    ) external onlyRole(UPLOADER_ROLE) whenNotPaused {
        if (idx.length == 0) revert NoChunks(commitment);
        mapping(uint256 number => StatusWord word) storage words = _statusWords[commitment];
        uint256 origins = StatusWords.originsOf(status);
        uint256 number = StatusWords.wordOf(idx[0]);
        StatusWord word = words[number];
        uint256 lowestAllowed = 0;
        for (uint256 i = 0; i < idx.length; ++i) {
            uint32 current = idx[i];
            if (current < lowestAllowed) revert IdxNotAscending(idx[i - 1], current);
            lowestAllowed = uint256(current) + 1;
            if (StatusWords.wordOf(current) != number) {
                words[number] = word;
                number = StatusWords.wordOf(current);
                word = words[number];
            }
            (bool isLegal, StatusWord moved) = word.move(current, origins, status);
            if (!isLegal) revert IllegalStatusMove(commitment, current, word.get(current), status);
            word = moved;
        }
        words[number] = word;
        emit ChunkStatusUpdated(commitment, idx, status);
    }

    /// @inheritdoc ILucidChunkStore
    function proveStorage(
        ILucidAnchors.Session calldata session,
        Chunk calldata chunk,
        bytes32[] calldata chunkProof,
        uint32 segmentIndex,
        bytes calldata segment,
        bytes32[] calldata segmentProof,
        uint256 challengeBlock
    ) external whenNotPaused {
        // A prover who is chosen after the seed is known proves nothing: the challenge asks some address for the one
        // segment that was kept.
        if (!IAccessControl(address(ANCHORS)).hasRole(Roles.REGISTRAR, msg.sender)) {
            revert AccessControlUnauthorizedAccount(msg.sender, Roles.REGISTRAR);
        }
        bytes32 commitment = _requireRegistered(session);
        _requireInRange(commitment, session.chunkCount, chunk.idx);
        bytes32 leaf = Leaves.ofChunk(chunk);
        if (!MerkleProof.verifyCalldata(chunkProof, session.merkleRoot, leaf)) {
            revert ChunkNotInSession(commitment, chunk.idx);
        }
        if (chunk.sizeBytes == 0) revert ChunkIsEmpty(commitment, chunk.idx);
        uint32 expected = _challengedSegment(leaf, chunk.sizeBytes, challengeBlock);
        if (segmentIndex != expected) revert WrongSegment(expected, segmentIndex);
        if (!_holdsSegment(chunk, segmentIndex, segment, segmentProof)) {
            revert SegmentNotInChunk(commitment, chunk.idx, segmentIndex);
        }
        emit StorageProven(commitment, chunk.idx, msg.sender, segmentIndex, challengeBlock);
    }

    /// @inheritdoc ILucidChunkStore
    function pause() external onlyRole(DEFAULT_ADMIN_ROLE) {
        _pause();
    }

    /// @inheritdoc ILucidChunkStore
    function unpause() external onlyRole(DEFAULT_ADMIN_ROLE) {
        _unpause();
    }

    /// @inheritdoc ILucidChunkStore
    function statusOf(bytes32 commitment, uint32 idx) external view returns (ChunkStatus) {
        return _statusWords[commitment][StatusWords.wordOf(idx)].get(idx);
    }

    /// @inheritdoc ILucidChunkStore
    function recordedCount(bytes32 commitment) external view returns (uint32) {
        return _recordedCounts[commitment];
    }

    /// @inheritdoc ILucidChunkStore
    function verifyStorageProof(
        ILucidAnchors.Session calldata session,
        Chunk calldata chunk,
        bytes32[] calldata chunkProof,
        uint32 segmentIndex,
        bytes calldata segment,
        bytes32[] calldata segmentProof
    ) external view returns (bool) {
        return
            ANCHORS.registeredAt(Leaves.commitment(session)) != 0 &&
            chunk.idx < session.chunkCount &&
            MerkleProof.verifyCalldata(chunkProof, session.merkleRoot, Leaves.ofChunk(chunk)) &&
            _holdsSegment(chunk, segmentIndex, segment, segmentProof);
    }

    /// @dev Marks chunks as Stored that are not recorded yet. Each status word is written once, because the idx ascend.
    function _record(bytes32 commitment, Chunk[] calldata chunks) private {
        mapping(uint256 number => StatusWord word) storage words = _statusWords[commitment];
        uint256 number = StatusWords.wordOf(chunks[0].idx);
        StatusWord word = words[number];
        uint32 recorded = 0;
        for (uint256 i = 0; i < chunks.length; ++i) {
            Chunk calldata chunk = chunks[i];
            uint32 idx = chunk.idx;
            if (StatusWords.wordOf(idx) != number) {
                words[number] = word;
                number = StatusWords.wordOf(idx);
                word = words[number];
            }
            if (word.get(idx) != ChunkStatus.None) continue;
            word = word.set(idx, ChunkStatus.Stored);
            ++recorded;
            emit ChunkStored(commitment, idx, chunk.sizeBytes, chunk.ciphertextSha256, chunk.contentRoot);
        }
        words[number] = word;
        _recordedCounts[commitment] += recorded;
    }

    /// @dev A session with dirty upper bits is never found, because LucidAnchors registers none.
    function _requireRegistered(
        ILucidAnchors.Session calldata session
    ) private view returns (bytes32 commitment) {
        commitment = Leaves.commitment(session);
        if (ANCHORS.registeredAt(commitment) == 0) revert SessionNotRegistered(commitment);
    }

    /// @dev The segment that the challenge asks the sender for.
    function _challengedSegment(
        bytes32 chunkLeaf,
        uint32 sizeBytes,
        uint256 challengeBlock
    ) private view returns (uint32) {
        uint256 latest = StorageChallenge.latestBlock(block.number);
        if (!StorageChallenge.isOpen(challengeBlock, latest)) {
            revert ChallengeBlockNotOpen(challengeBlock, latest);
        }
        bytes32 seed = blockhash(challengeBlock);
        if (seed == 0) revert ChallengeBlockHashUnknown(challengeBlock);
        return StorageChallenge.segmentFor(seed, chunkLeaf, msg.sender, ContentTree.segmentCount(sizeBytes));
    }

    /// @dev The chunks' leaves, after a check that their idx ascend and lie within the session.
    function _leavesInOrder(
        bytes32 commitment,
        uint32 chunkCount,
        Chunk[] calldata chunks
    ) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](chunks.length);
        uint256 lowestAllowed = 0;
        for (uint256 i = 0; i < chunks.length; ++i) {
            Chunk calldata chunk = chunks[i];
            uint32 idx = chunk.idx;
            if (idx < lowestAllowed) revert IdxNotAscending(chunks[i - 1].idx, idx);
            lowestAllowed = uint256(idx) + 1;
            leaves[i] = Leaves.ofChunk(chunk);
        }
        // The last idx is the highest.
        _requireInRange(commitment, chunkCount, chunks[chunks.length - 1].idx);
    }

    /// @dev The leaf binds the idx, but nothing else binds the number of leaves under a root to chunkCount.
    function _requireInRange(bytes32 commitment, uint32 chunkCount, uint32 idx) private pure {
        if (idx >= chunkCount) revert ChunkOutOfRange(commitment, idx, chunkCount);
    }

    function _holdsSegment(
        Chunk calldata chunk,
        uint32 segmentIndex,
        bytes calldata segment,
        bytes32[] calldata segmentProof
    ) private pure returns (bool) {
        return ContentTree.verify(chunk.contentRoot, chunk.sizeBytes, segmentIndex, segment, segmentProof);
    }
}
