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

    /// @dev Byte `from` holds the moves that an update may make from there, bit `to` in it set where it may. Lowest
    /// byte first: None, from where only storing leads on; Stored, to Replicated, Missing, Deleted; Replicated, to
    /// Stored, Missing, Deleted; Missing, to Stored, Replicated, Deleted; Deleted, which is final.
    uint256 private constant LEGAL_MOVES = 0x00_16_1a_1c_00;
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

    /// @notice Whether an update may move a chunk from one status to the other.
    /// @param from Its status.
    /// @param to The status asked for.
    /// @return Whether the move is legal.
    function isLegalMove(
        ILucidChunkStore.ChunkStatus from,
        ILucidChunkStore.ChunkStatus to
    ) internal pure returns (bool) {
        return (LEGAL_MOVES >> ((uint256(from) << BYTE_LOG2) + uint256(to))) & 1 == 1;
    }

    /// @dev The lowest bit of a chunk's status in its word.
    function _shift(uint32 idx) private pure returns (uint256) {
        return (idx & PLACE_MASK) << BITS_LOG2;
    }
}
