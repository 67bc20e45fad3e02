// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { ILucidChunkStore } from "../../contracts/interfaces/ILucidChunkStore.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Trees } from "./support/Trees.sol";

/// @dev Somebody with every role registers another content under the honest session's id, first and in every way there
/// is. Everything of the honest one works all the same, and neither affects the other.
contract SquattingTest is LucidTest {
    uint256 private constant BLOCK = 1_000;
    uint256 private constant LATEST_CHALLENGE = 960;
    uint64 private constant LATER = START + 1 hours;

    ILucidAnchors.Session private honest;
    ILucidAnchors.Session private foreign;
    ILucidChunkStore.Chunk[] private chunks;
    ILucidChunkStore.Chunk[] private foreignChunks;
    bytes private content;

    function setUp() public override {
        super.setUp();
        content = abi.encode("all that the honest session's first chunk holds");
        ILucidChunkStore.Chunk[] memory sample = sampleChunks(3);
        (foreign, ) = sessionOf(sample);
        for (uint256 i = 0; i < sample.length; ++i) foreignChunks.push(sample[i]);
        sample[0].sizeBytes = uint32(content.length);
        sample[0].contentRoot = Trees.contentRoot(content);
        (honest, ) = sessionOf(sample);
        for (uint256 i = 0; i < sample.length; ++i) chunks.push(sample[i]);
        foreign.sessionId = honest.sessionId;
        foreign.owner = STRANGER;
        // As a squatter would: its own slot, a tree of its own, and its chunks, all of it before the honest one.
        registerTree(leafOf(foreign), 1);
        register(foreign);
        _store(foreign, foreignChunks);
        _move(foreign, ILucidChunkStore.ChunkStatus.Deleted);
        vm.warp(LATER);
    }

    function test_registerSession_worksAfterASquat() public {
        register(honest);
        _assertBothRegistered(LATER);
    }

    function test_registerSessions_worksAfterASquat() public {
        ILucidAnchors.Session[] memory batch = new ILucidAnchors.Session[](3);
        (batch[0], batch[1], batch[2]) = (sampleSession(10), honest, foreign);
        vm.assertEq(registerBatch(batch), 2, "all but the squatter's, which is registered already");
        _assertBothRegistered(LATER);
    }

    function testFuzz_promoteSession_worksAfterASquat(uint256 wait) public {
        registerTree(leafOf(honest), 1);
        // The squatter comes first here too: with a tree that was registered before.
        anchors.promoteSession(leafOf(foreign), foreign, new bytes32[](0));
        vm.warp(LATER + bound(wait, 0, 365 days));
        vm.assertEq(
            anchors.verifySessionInTree(leafOf(honest), honest, new bytes32[](0)),
            LATER,
            "a proof from the tree holds before and after"
        );
        anchors.promoteSession(leafOf(honest), honest, new bytes32[](0));
        vm.assertEq(
            anchors.verifySessionInTree(leafOf(honest), honest, new bytes32[](0)),
            LATER,
            "promoting changes nothing about the tree"
        );
        _assertBothRegistered(LATER);
    }

    /// @dev A tree that was handed out before the squat keeps its earlier time.
    function test_promoteSession_keepsATreesTimeFromBeforeTheSquat() public {
        ILucidAnchors.Session memory early = sampleSession(20);
        registerTree(leafOf(early), 1);
        vm.warp(LATER + 1);
        ILucidAnchors.Session memory squat = foreignContent(early);
        register(squat);
        vm.assertEq(
            anchors.verifySessionInTree(leafOf(early), early, new bytes32[](0)),
            LATER,
            "the proof that was handed out still holds"
        );
        anchors.promoteSession(leafOf(early), early, new bytes32[](0));
        vm.assertEq(anchors.verifySession(early), LATER, "it has its own slot, with the tree's time");
        vm.assertEq(anchors.verifySession(squat), LATER + 1, "and the squat has its later one");
    }

    function test_storeChunkMetadata_worksAfterASquat() public {
        register(honest);
        _store(honest, chunks);
        vm.assertEq(store.recordedCount(commitmentOf(honest)), chunks.length, "all chunks are recorded");
        _assertStatus(honest, ILucidChunkStore.ChunkStatus.Stored);
        _assertStatus(foreign, ILucidChunkStore.ChunkStatus.Deleted);
        vm.assertEq(
            store.recordedCount(commitmentOf(foreign)),
            foreignChunks.length,
            "the squatter's count is its own"
        );
    }

    function test_updateChunkStatus_worksAfterASquat() public {
        register(honest);
        _store(honest, chunks);
        _move(honest, ILucidChunkStore.ChunkStatus.Replicated);
        _assertStatus(honest, ILucidChunkStore.ChunkStatus.Replicated);
        _assertStatus(foreign, ILucidChunkStore.ChunkStatus.Deleted);
    }

    function test_proveStorage_worksAfterASquat() public {
        register(honest);
        vm.roll(BLOCK);
        vm.setBlockhash(LATEST_CHALLENGE, hashOf("block", LATEST_CHALLENGE));
        bytes32[] memory chunkProof = Trees.proofOf(_treeOf(chunks), 0);
        vm.assertTrue(
            store.verifyStorageProof(honest, chunks[0], chunkProof, 0, content, new bytes32[](0)),
            "the proof holds"
        );
        vm.expectEmit(true, true, true, true, address(store));
        emit ILucidChunkStore.StorageProven(commitmentOf(honest), 0, REGISTRAR, 0, LATEST_CHALLENGE);
        vm.prank(REGISTRAR);
        store.proveStorage(honest, chunks[0], chunkProof, 0, content, new bytes32[](0), LATEST_CHALLENGE);
    }

    /// @dev The squatter's chunks do not pass for the honest session's, nor the other way round.
    function test_storeChunkMetadata_keepsTheContentsApart() public {
        register(honest);
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(_treeOf(foreignChunks), 0, 2);
        vm.expectRevert(
            abi.encodeWithSelector(ILucidChunkStore.ChunksNotInSession.selector, commitmentOf(honest))
        );
        vm.prank(UPLOADER);
        store.storeChunkMetadata(honest, foreignChunks, proof, flags);
    }

    function _assertBothRegistered(uint64 honestTime) private view {
        vm.assertEq(anchors.verifySession(honest), honestTime, "the honest one has its time");
        vm.assertEq(anchors.verifySession(foreign), START, "the foreign one keeps its own");
    }

    function _assertStatus(
        ILucidAnchors.Session memory session,
        ILucidChunkStore.ChunkStatus status
    ) private view {
        for (uint32 idx = 0; idx < session.chunkCount; ++idx) {
            vm.assertTrue(store.statusOf(commitmentOf(session), idx) == status, "a status of its own");
        }
    }

    function _store(ILucidAnchors.Session memory session, ILucidChunkStore.Chunk[] memory run) private {
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(_treeOf(run), 0, run.length - 1);
        vm.prank(UPLOADER);
        store.storeChunkMetadata(session, run, proof, flags);
    }

    function _move(ILucidAnchors.Session memory session, ILucidChunkStore.ChunkStatus status) private {
        uint32[] memory idx = new uint32[](session.chunkCount);
        for (uint32 i = 0; i < idx.length; ++i) idx[i] = i;
        vm.prank(UPLOADER);
        store.updateChunkStatus(commitmentOf(session), idx, status);
    }

    function _treeOf(ILucidChunkStore.Chunk[] memory run) private pure returns (bytes32[] memory tree) {
        (, tree) = sessionOf(run);
    }
}
