// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { ILucidAnchors } from "./ILucidAnchors.sol";

/// @title ILucidChunkStore
/// @author Lucid
/// @notice Commits the metadata of a session's chunks, follows their status, and checks answers to storage challenges.
/// @dev Two things are stored, both under the session's commitment, `keccak256(abi.encode(session))`: the status of each
/// chunk, 64 chunks a word, and how many chunks are recorded. Everything else is in events and in the session's Merkle
/// root. Two contents under one session id have two commitments, and nothing that is stored for one affects the other.
///
/// What this contract trusts, and what breaks if that trust fails:
/// - **LucidAnchors** says which session is registered, and who holds REGISTRAR_ROLE. Its address is fixed at
///   construction. If it said yes to a session that was never registered, chunks of an invented session would be
///   recorded.
/// - **The session's owner** signed for the root. A dishonest one can put two chunks with the same idx under it; the one
///   that is stored first is recorded. The manifest lists each idx once, so its hash shows which chunk does not belong.
/// - **Holders of UPLOADER_ROLE** choose what is recorded and which status a chunk has. A dishonest one can leave
///   chunks out or report a wrong status. It cannot record a chunk that the session's root does not contain.
/// - **The admin** (DEFAULT_ADMIN_ROLE) grants and revokes roles and pauses. It changes no status.
/// - **keccak256 and SHA-256** bind chunks to sessions and segments to chunks.
/// - **blockhash** is the seed of a storage challenge. A block producer who stores a chunk only in part can throw a
///   block away whose hash asks for a missing segment; this costs the block's reward for each try.
/// - **Only holders of REGISTRAR_ROLE on LucidAnchors** prove storage, because its admin admitted them before the seed
///   was known. If anyone could, whoever keeps one segment would try addresses until the challenge asks one of them for
///   it. Its admin is trusted not to admit an address that was found that way while a challenge is open.
/// - **A storage proof** shows that its prover could obtain the segment while the challenge was open, which is up to
///   128 blocks. It does not show where the segment was kept, that the prover kept it, nor anything about the other
///   segments.
interface ILucidChunkStore {
    /// @notice What is committed about a chunk.
    /// @param idx Its place in the session, from 0.
    /// @param sizeBytes Length of its ciphertext, in bytes.
    /// @param ciphertextSha256 SHA-256 of its ciphertext.
    /// @param contentRoot Merkle Tree Hash of RFC 6962 over the ciphertext's segments of 1,024 bytes.
    struct Chunk {
        uint32 idx;
        uint32 sizeBytes;
        bytes32 ciphertextSha256;
        bytes32 contentRoot;
    }

    /// @notice What is known about a chunk. Packed in storage by these numbers: they must never be reordered.
    /// @dev Legal moves: None to Stored, only by {storeChunkMetadata}; Stored and Replicated to each other; Stored and
    /// Replicated to Missing; Missing to Stored or Replicated; all but None to Deleted, which is final.
    enum ChunkStatus {
        None,
        Stored,
        Replicated,
        Missing,
        Deleted
    }

    /// @notice A chunk's metadata was recorded.
    /// @param commitment The session's commitment.
    /// @param idx The chunk's place in it.
    /// @param sizeBytes Length of its ciphertext, in bytes.
    /// @param ciphertextSha256 SHA-256 of its ciphertext.
    /// @param contentRoot Merkle Tree Hash over its segments.
    event ChunkStored(
        bytes32 indexed commitment,
        uint32 indexed idx,
        uint32 sizeBytes,
        bytes32 ciphertextSha256,
        bytes32 contentRoot
    );

    /// @notice Chunks moved to another status, all of them to the same.
    /// @param commitment The session's commitment.
    /// @param idx The chunks' places in it, ascending.
    /// @param status Their status from now on.
    event ChunkStatusUpdated(bytes32 indexed commitment, uint32[] idx, ChunkStatus status);

    /// @notice A prover showed the segment that the challenge asked it for.
    /// @param commitment The session's commitment.
    /// @param idx The chunk's place in it.
    /// @param prover Who sent the proof, a holder of REGISTRAR_ROLE on LucidAnchors.
    /// @param segmentIndex The segment that was shown.
    /// @param challengeBlock The block whose hash was the seed.
    event StorageProven(
        bytes32 indexed commitment,
        uint32 indexed idx,
        address indexed prover,
        uint32 segmentIndex,
        uint256 challengeBlock
    );

    /// @notice The contract would have no admin.
    error ZeroAdmin();

    /// @notice The contract would have no anchors to ask.
    error ZeroAnchors();

    /// @notice LucidAnchors has no slot for exactly this session. One that is only part of a tree must be promoted first.
    /// @param commitment The session's commitment.
    error SessionNotRegistered(bytes32 commitment);

    /// @notice No chunk was named.
    /// @param commitment The session's commitment.
    error NoChunks(bytes32 commitment);

    /// @notice The session has no chunk at this place.
    /// @param commitment The session's commitment.
    /// @param idx The place.
    /// @param chunkCount How many chunks the session has.
    error ChunkOutOfRange(bytes32 commitment, uint32 idx, uint32 chunkCount);

    /// @notice Chunks must be named in strictly ascending order.
    /// @param previous The place before.
    /// @param idx The place that is not above it.
    error IdxNotAscending(uint32 previous, uint32 idx);

    /// @notice The multiproof does not lead from the chunks to the session's root.
    /// @param commitment The session's commitment.
    error ChunksNotInSession(bytes32 commitment);

    /// @notice The proof does not lead from the chunk to the session's root.
    /// @param commitment The session's commitment.
    /// @param idx The chunk's place.
    error ChunkNotInSession(bytes32 commitment, uint32 idx);

    /// @notice A chunk may not move between these two statuses.
    /// @param commitment The session's commitment.
    /// @param idx The chunk's place.
    /// @param from Its status; None where it was never recorded.
    /// @param to The status asked for.
    error IllegalStatusMove(bytes32 commitment, uint32 idx, ChunkStatus from, ChunkStatus to);

    /// @notice An empty chunk has no segment that a challenge could ask for.
    /// @param commitment The session's commitment.
    /// @param idx The chunk's place.
    error ChunkIsEmpty(bytes32 commitment, uint32 idx);

    /// @notice Only two challenge blocks are open at a time.
    /// @param given The block, as offered.
    /// @param latest The later of the open ones; the other is 64 blocks before it.
    error ChallengeBlockNotOpen(uint256 given, uint256 latest);

    /// @notice The chain does not know this block's hash.
    /// @param challengeBlock The block.
    error ChallengeBlockHashUnknown(uint256 challengeBlock);

    /// @notice The challenge asked this prover for another segment.
    /// @param expected The segment asked for.
    /// @param given The segment shown.
    error WrongSegment(uint32 expected, uint32 given);

    /// @notice The segment's bytes, their number or its proof do not lead to the chunk's content root.
    /// @param commitment The session's commitment.
    /// @param idx The chunk's place.
    /// @param segmentIndex The segment.
    error SegmentNotInChunk(bytes32 commitment, uint32 idx, uint32 segmentIndex);

    /// @notice Records chunks of a session by one multiproof. Skips chunks that are recorded already, whatever their
    /// status, so that a sender may repeat itself.
    /// @dev Needs UPLOADER_ROLE. The chunks are in strictly ascending idx, at least one of them: an empty
    /// multiproof proves nothing. Reverts with {SessionNotRegistered}, {NoChunks}, {IdxNotAscending},
    /// {ChunkOutOfRange} and {ChunksNotInSession}; a multiproof of the wrong shape reverts with OpenZeppelin's
    /// `MerkleProofInvalidMultiproof` or with a panic.
    /// @param session The session, as it is registered in LucidAnchors.
    /// @param chunks The chunks.
    /// @param proof The hashes of the multiproof.
    /// @param proofFlags Where the multiproof takes its next hash from.
    function storeChunkMetadata(
        ILucidAnchors.Session calldata session,
        Chunk[] calldata chunks,
        bytes32[] calldata proof,
        bool[] calldata proofFlags
    ) external;

    /// @notice Moves recorded chunks to another status.
    /// @dev Needs UPLOADER_ROLE. The idx are strictly ascending, so that each status word is written once. Reverts
    /// with {NoChunks}, {IdxNotAscending} and {IllegalStatusMove}; the same status again is not a legal move.
    /// @param commitment The session's commitment.
    /// @param idx The chunks' places in it.
    /// @param status Their status from now on.
    function updateChunkStatus(bytes32 commitment, uint32[] calldata idx, ChunkStatus status) external;

    /// @notice Shows the segment that the challenge asks the sender for, and leaves an event.
    /// @dev Needs REGISTRAR_ROLE on LucidAnchors; without it, reverts with AccessControl's
    /// `AccessControlUnauthorizedAccount`, although the role is not one of this contract. The challenge block is the
    /// latest multiple of 64 below this block, or the one before it; the segment is
    /// `uint256(keccak256(abi.encode(blockhash, chunkLeaf, sender))) % segments`. The chunk need not be recorded: the
    /// session's root vouches for it. The same proof again leaves another event, so whoever counts proofs counts one for
    /// each commitment, idx, prover and challenge block. Reverts with {SessionNotRegistered}, {ChunkOutOfRange},
    /// {ChunkNotInSession}, {ChunkIsEmpty}, {ChallengeBlockNotOpen}, {ChallengeBlockHashUnknown}, {WrongSegment} and
    /// {SegmentNotInChunk}.
    /// @param session The session, as it is registered in LucidAnchors.
    /// @param chunk The chunk.
    /// @param chunkProof Merkle proof from the chunk's leaf to the session's root.
    /// @param segmentIndex The segment's place in the chunk.
    /// @param segment The segment's bytes.
    /// @param segmentProof RFC 6962 audit path from the segment to the chunk's content root.
    /// @param challengeBlock The block whose hash is the seed.
    function proveStorage(
        ILucidAnchors.Session calldata session,
        Chunk calldata chunk,
        bytes32[] calldata chunkProof,
        uint32 segmentIndex,
        bytes calldata segment,
        bytes32[] calldata segmentProof,
        uint256 challengeBlock
    ) external;

    /// @notice Stops new entries; recorded chunks stay readable. Needs DEFAULT_ADMIN_ROLE.
    function pause() external;

    /// @notice Allows new entries again. Needs DEFAULT_ADMIN_ROLE.
    function unpause() external;

    /// @notice What is known about a chunk.
    /// @param commitment The session's commitment.
    /// @param idx The chunk's place in it.
    /// @return Its status; None where it was never recorded.
    function statusOf(bytes32 commitment, uint32 idx) external view returns (ChunkStatus);

    /// @notice How many chunks of a session were recorded, whatever their status is now.
    /// @param commitment The session's commitment.
    /// @return The number of chunks whose status is not None.
    function recordedCount(bytes32 commitment) external view returns (uint32);

    /// @notice Whether a segment is part of a chunk of a registered session, whoever asks and whenever.
    /// @param session The session, as it is registered in LucidAnchors.
    /// @param chunk The chunk.
    /// @param chunkProof Merkle proof from the chunk's leaf to the session's root.
    /// @param segmentIndex The segment's place in the chunk.
    /// @param segment The segment's bytes: 1,024, or fewer in the chunk's last segment.
    /// @param segmentProof RFC 6962 audit path from the segment to the chunk's content root.
    /// @return Whether the session is registered, holds the chunk, and the chunk holds the segment.
    function verifyStorageProof(
        ILucidAnchors.Session calldata session,
        Chunk calldata chunk,
        bytes32[] calldata chunkProof,
        uint32 segmentIndex,
        bytes calldata segment,
        bytes32[] calldata segmentProof
    ) external view returns (bool);
}
