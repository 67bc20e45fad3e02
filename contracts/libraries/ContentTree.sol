// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title ContentTree
/// @author Lucid
/// @notice Checks that a segment is part of a chunk's ciphertext, by the Merkle Tree Hash of RFC 6962.
/// @dev SHA-256 is the precompile at address 2. The walk up the audit path is that of RFC 9162, section 2.1.3.2.
library ContentTree {
    /// @dev Bytes in a segment; the last one of a chunk may be shorter. A segment with its path fits a transaction.
    uint256 internal constant SEGMENT_BYTES = 1024;

    /// @dev Prefixes of RFC 6962 that keep leaves and inner nodes apart, so that neither passes for the other.
    bytes1 private constant LEAF_PREFIX = 0x00;
    bytes1 private constant NODE_PREFIX = 0x01;

    /// @notice How many segments a chunk has.
    /// @param sizeBytes Length of its ciphertext, in bytes.
    /// @return The number of segments, the short one included; 0 for an empty chunk.
    function segmentCount(uint32 sizeBytes) internal pure returns (uint256) {
        return (uint256(sizeBytes) + SEGMENT_BYTES - 1) / SEGMENT_BYTES;
    }

    /// @notice Whether a segment has its right length and its audit path leads to the content root.
    /// @param contentRoot Merkle Tree Hash over the chunk's segments.
    /// @param sizeBytes Length of the chunk's ciphertext, in bytes.
    /// @param segmentIndex The segment's place in the chunk.
    /// @param segment The segment's bytes.
    /// @param path The audit path, from the leaf's sibling upwards.
    /// @return Whether both hold; false for a place beyond the chunk's end.
    function verify(
        bytes32 contentRoot,
        uint32 sizeBytes,
        uint32 segmentIndex,
        bytes calldata segment,
        bytes32[] calldata path
    ) internal pure returns (bool) {
        uint256 start = segmentIndex * SEGMENT_BYTES;
        if (start >= sizeBytes) return false;
        uint256 rest = sizeBytes - start;
        if (segment.length != (rest < SEGMENT_BYTES ? rest : SEGMENT_BYTES)) return false;
        bytes32 leaf = sha256(abi.encodePacked(LEAF_PREFIX, segment));
        return _leadsTo(contentRoot, segmentIndex, segmentCount(sizeBytes) - 1, leaf, path);
    }

    /// @dev `index` and `last` are the node's own and the last place of its level; `last` reaches 0 at the root.
    function _leadsTo(
        bytes32 root,
        uint256 index,
        uint256 last,
        bytes32 node,
        bytes32[] calldata path
    ) private pure returns (bool) {
        for (uint256 i = 0; i < path.length; ++i) {
            if (last == 0) return false;
            if (index & 1 == 1 || index == last) {
                node = sha256(abi.encodePacked(NODE_PREFIX, path[i], node));
                // A last node without a right sibling moves up unhashed until it is a right child itself.
                while (index & 1 == 0) {
                    index >>= 1;
                    last >>= 1;
                }
            } else {
                node = sha256(abi.encodePacked(NODE_PREFIX, node, path[i]));
            }
            index >>= 1;
            last >>= 1;
        }
        return last == 0 && node == root;
    }
}
