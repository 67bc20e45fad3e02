// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { ILucidAnchors } from "../interfaces/ILucidAnchors.sol";
import { ILucidChunkStore } from "../interfaces/ILucidChunkStore.sol";

/// @title Leaves
/// @author Lucid
/// @notice How sessions and chunks are hashed into slots and Merkle trees.
/// @dev A leaf is hashed twice, so that the 64 bytes under an inner node can never be passed off as a leaf.
library Leaves {
    /// @dev Bytes of `abi.encode` of a session: six words.
    uint256 private constant SESSION_BYTES = 192;

    /// @dev Places of the words whose types are narrower than a word.
    uint256 private constant STARTED_AT = 2;
    uint256 private constant OWNER = 3;
    uint256 private constant CHUNK_COUNT = 5;

    /// @notice What a session is registered under: `keccak256(abi.encode(session))`.
    /// @dev Hashes the words of the calldata as they came, since encoding them again costs a batch over 300 gas a
    /// session. Words with dirty upper bits therefore give a hash that is not the commitment of any session. Code that
    /// writes under it must also read the fields, which reverts for such words; {isWellFormed} checks without reverting.
    /// @param session The session.
    /// @return hash The commitment, over all six fields.
    function commitment(ILucidAnchors.Session calldata session) internal pure returns (bytes32 hash) {
        uint256 length = SESSION_BYTES;
        assembly ("memory-safe") {
            let words := mload(0x40)
            calldatacopy(words, session, length)
            hash := keccak256(words, length)
        }
    }

    /// @notice Whether each word of a session is a value of its field's type, so that {commitment} is a commitment.
    /// @param session The session.
    /// @return False where a word has bits above those of its type.
    function isWellFormed(ILucidAnchors.Session calldata session) internal pure returns (bool) {
        uint256[6] calldata words;
        assembly ("memory-safe") {
            words := session
        }
        return
            words[STARTED_AT] <= type(uint64).max &&
            words[OWNER] <= type(uint160).max &&
            words[CHUNK_COUNT] <= type(uint32).max;
    }

    /// @notice A session's leaf in a tree of sessions. The commitment is its first hash.
    /// @param sessionCommitment The session's commitment.
    /// @return The leaf.
    function ofCommitment(bytes32 sessionCommitment) internal pure returns (bytes32) {
        return keccak256(bytes.concat(sessionCommitment));
    }

    /// @notice A chunk's leaf in the tree of its session.
    /// @param chunk The chunk.
    /// @return The leaf.
    function ofChunk(ILucidChunkStore.Chunk calldata chunk) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(chunk))));
    }
}
