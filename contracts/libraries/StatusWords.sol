// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { ILucidChunkStore } from "../interfaces/ILucidChunkStore.sol";

/// @dev The status of 64 chunks in a row. Bit by bit:
///
/// | bits           | holds                                              |
/// |----------------|----------------------------------------------------|
/// | 0 to 3         | status of the chunk whose idx is 0 modulo 64       |
/// | 4 to 7         | status of the chunk whose idx is 1 modulo 64       |
/// | ...            | ...                                                |
/// | 4n to 4n + 3   | status of the chunk whose idx is n modulo 64       |
/// | 252 to 255     | status of the chunk whose idx is 63 modulo 64      |
///
/// Four bits for five values: three would do, but then a word would hold 85 chunks and its place would cost a
/// division.
type StatusWord is uint256;

using StatusWords for StatusWord global;

/// @title StatusWords
/// @author Lucid
/// @notice Reads and writes packed chunk status, and knows the legal moves.
library StatusWords {
    /// @dev log2 of the chunks in a word: 64.
    uint256 private constant CHUNKS_LOG2 = 6;
    /// @dev The part of an idx that is its place in the word.
    uint256 private constant PLACE_MASK = (1 << CHUNKS_LOG2) - 1;
    /// @dev log2 of the bits of a status: 4.
    uint256 private constant BITS_LOG2 = 2;
    /// @dev All bits of a status.
    uint256 private constant STATUS_MASK = 0xf;

    /// @dev Byte `to` holds the status values that an update may start from to get there: bit `from` in it is set
    /// where the move is legal. Lowest byte first: to None, never; to Stored, from Replicated and Missing; to
    /// Replicated, from Stored and Missing; to Missing, from Stored and Replicated; to Deleted, from all but None and
    /// Deleted itself.
    uint256 private constant LEGAL_ORIGINS = 0x0e_06_0a_0c_00;
    /// @dev log2 of the bits in a byte: 8.
    uint256 private constant BYTE_LOG2 = 3;

    /// @notice Which word a chunk's status is in.
    /// @param idx The chunk's place in its session.
    /// @return The word's number, from 0.
    function wordOf(uint32 idx) internal pure returns (uint256) {
        return idx >> CHUNKS_LOG2;
    }

    /// @notice Reads a chunk's status from its word.
    /// @param word The word.
    /// @param idx The chunk's place in its session.
    /// @return The status.
    function get(StatusWord word, uint32 idx) internal pure returns (ILucidChunkStore.ChunkStatus) {
        return ILucidChunkStore.ChunkStatus((StatusWord.unwrap(word) >> _shift(idx)) & STATUS_MASK);
    }

    /// @notice Writes a chunk's status into its word.
    /// @param word The word.
    /// @param idx The chunk's place in its session.
    /// @param status The status.
    /// @return The word with the chunk's four bits replaced.
    function set(
        StatusWord word,
        uint32 idx,
        ILucidChunkStore.ChunkStatus status
    ) internal pure returns (StatusWord) {
        uint256 shift = _shift(idx);
        uint256 others = StatusWord.unwrap(word) & ~(STATUS_MASK << shift);
        return StatusWord.wrap(others | (uint256(status) << shift));
    }

    /// @notice From which status values an update may move a chunk to this one. Looked up once for many chunks.
    /// @param to The status asked for.
    /// @return A bit for each status, the one numbered `from` set where the move is legal. What is above the
    /// lowest byte belongs to other moves.
    function originsOf(ILucidChunkStore.ChunkStatus to) internal pure returns (uint256) {
        return LEGAL_ORIGINS >> (uint256(to) << BYTE_LOG2);
    }

    /// @notice Moves a chunk to another status, if it may be moved there from where it is.
    /// @dev {get} and {set} in one, on bare numbers: an update runs through this once a chunk.
    /// @param word The word.
    /// @param idx The chunk's place in its session.
    /// @param origins What {originsOf} gives for the status.
    /// @param to The status asked for.
    /// @return isLegal Whether the chunk may be moved.
    /// @return moved The word with the chunk's four bits replaced.
    function move(
        StatusWord word,
        uint32 idx,
        uint256 origins,
        ILucidChunkStore.ChunkStatus to
    ) internal pure returns (bool isLegal, StatusWord moved) {
        uint256 shift = _shift(idx);
        uint256 from = (StatusWord.unwrap(word) >> shift) & STATUS_MASK;
        isLegal = (origins >> from) & 1 == 1;
        moved = StatusWord.wrap(StatusWord.unwrap(word) ^ ((from ^ uint256(to)) << shift));
    }

    /// @dev The lowest bit of a chunk's status in its word.
    function _shift(uint32 idx) private pure returns (uint256) {
        return (idx & PLACE_MASK) << BITS_LOG2;
    }
}
