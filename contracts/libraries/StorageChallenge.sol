// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title StorageChallenge
/// @author Lucid
/// @notice Which segment of a chunk a prover is asked for, and by which block.
library StorageChallenge {
    /// @dev Blocks between challenges. Two challenges are open at a time, so a prover has at least 64 blocks; both
    /// lie well within the 256 blocks whose hash the EVM knows. If provers could pick any of those 256 blocks, one
    /// who stores only a part of a chunk would pick the block that asks for it.
    uint256 internal constant INTERVAL_BLOCKS = 64;

    /// @notice The latest block that may serve as a challenge. Its hash is known in `blockNumber`.
    /// @param blockNumber The current block, at least 1.
    /// @return The latest multiple of the interval below it.
    function latestBlock(uint256 blockNumber) internal pure returns (uint256) {
        uint256 parent = blockNumber - 1;
        return parent - (parent % INTERVAL_BLOCKS);
    }

    /// @notice Whether a block may serve as a challenge.
    /// @param challengeBlock The block.
    /// @param latest The latest block that may.
    /// @return Whether it is that one, or the one before it.
    function isOpen(uint256 challengeBlock, uint256 latest) internal pure returns (bool) {
        return
            challengeBlock == latest ||
            (latest >= INTERVAL_BLOCKS && challengeBlock == latest - INTERVAL_BLOCKS);
    }

    /// @notice The segment that a prover is asked for. The prover is hashed in, so that provers cannot share one
    /// stored segment.
    /// @param seed What nobody knew beforehand: the challenge block's hash.
    /// @param chunkLeaf The chunk's leaf in the tree of its session.
    /// @param prover Who is asked.
    /// @param segments How many segments the chunk has, at least 1.
    /// @return The segment's place in the chunk.
    function segmentFor(
        bytes32 seed,
        bytes32 chunkLeaf,
        address prover,
        uint256 segments
    ) internal pure returns (uint32) {
        // Below `segments`, which is at most 2^22 for a size of 32 bits.
        return uint32(uint256(keccak256(abi.encode(seed, chunkLeaf, prover))) % segments);
    }
}
