// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { ILucidChunkStore } from "../../../contracts/interfaces/ILucidChunkStore.sol";

/// @notice The legal moves of a chunk's status, written as the rule: the reference for the contract's table.
library Moves {
    function isLegal(
        ILucidChunkStore.ChunkStatus from,
        ILucidChunkStore.ChunkStatus to
    ) internal pure returns (bool) {
        if (from == ILucidChunkStore.ChunkStatus.None) return false;
        if (from == ILucidChunkStore.ChunkStatus.Deleted) return false;
        if (to == ILucidChunkStore.ChunkStatus.None) return false;
        return from != to;
    }
}
