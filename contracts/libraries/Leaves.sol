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

    /// @notice What a session is registered under: `keccak256(abi.encode(session))`.
    /// @dev Hashes the words of the calldata as they came, since encoding them again costs a batch over 300 gas a
    /// session. A word with dirty upper bits therefore makes a commitment that no session has; whoever registers one
    /// reads the fields as well, and the decoder refuses such words.
    /// @param session The session.
    /// @return hash The commitment, over each of its fields.
    function commitment(ILucidAnchors.Session calldata session) internal pure returns (bytes32 hash) {
        uint256 length = SESSION_BYTES;
        assembly ("memory-safe") {
            let words := mload(0x40)
            calldatacopy(words, session, length)
            hash := keccak256(words, length)
        }
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
