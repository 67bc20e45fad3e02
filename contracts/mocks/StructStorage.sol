// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { ILucidAnchors } from "../interfaces/ILucidAnchors.sol";
import { ILucidChunkStore } from "../interfaces/ILucidChunkStore.sol";

/// @title StructStorage
/// @author Lucid
/// @notice Sessions and chunks kept the plain way, each a struct in storage, to compare the gas figures with.
/// @dev It checks neither roles nor proofs, so the comparison favours it.
contract StructStorage {
    /// @dev A chunk as somebody would store it who wants to read all of it back on chain.
    struct StoredChunk {
        uint32 sizeBytes;
        ILucidChunkStore.ChunkStatus status;
        bytes32 ciphertextSha256;
        bytes32 contentRoot;
    }

    /// @notice Session id to session.
    mapping(bytes32 sessionId => ILucidAnchors.Session session) public sessions;

    /// @notice Session id and idx to chunk.
    mapping(bytes32 sessionId => mapping(uint32 idx => StoredChunk chunk)) public chunks;

    /// @notice A session was kept.
    /// @param sessionId The session.
    event SessionKept(bytes32 indexed sessionId);

    /// @notice A chunk was kept, or its status changed.
    /// @param sessionId The session.
    /// @param idx The chunk's place in it.
    event ChunkKept(bytes32 indexed sessionId, uint32 indexed idx);

    /// @notice Keeps one session.
    /// @param session The session.
    function keepSession(ILucidAnchors.Session calldata session) external {
        _keepSession(session);
    }

    /// @notice Keeps many sessions.
    /// @param batch The sessions.
    function keepSessions(ILucidAnchors.Session[] calldata batch) external {
        for (uint256 i = 0; i < batch.length; ++i) _keepSession(batch[i]);
    }

    /// @notice Keeps chunks of a session.
    /// @param sessionId The session.
    /// @param batch The chunks.
    function keepChunks(bytes32 sessionId, ILucidChunkStore.Chunk[] calldata batch) external {
        for (uint256 i = 0; i < batch.length; ++i) {
            ILucidChunkStore.Chunk calldata chunk = batch[i];
            chunks[sessionId][chunk.idx] = StoredChunk({
                sizeBytes: chunk.sizeBytes,
                status: ILucidChunkStore.ChunkStatus.Stored,
                ciphertextSha256: chunk.ciphertextSha256,
                contentRoot: chunk.contentRoot
            });
            emit ChunkKept(sessionId, chunk.idx);
        }
    }

    /// @notice Changes the status of chunks.
    /// @param sessionId The session.
    /// @param idx The chunks' places in it.
    /// @param status Their status from now on.
    function changeStatus(
        bytes32 sessionId,
        uint32[] calldata idx,
        ILucidChunkStore.ChunkStatus status
    ) external {
        for (uint256 i = 0; i < idx.length; ++i) {
            chunks[sessionId][idx[i]].status = status;
            emit ChunkKept(sessionId, idx[i]);
        }
    }

    function _keepSession(ILucidAnchors.Session calldata session) private {
        sessions[session.sessionId] = session;
        emit SessionKept(session.sessionId);
    }
}
