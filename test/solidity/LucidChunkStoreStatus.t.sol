// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { Pausable } from "@openzeppelin/contracts/utils/Pausable.sol";
import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { ILucidChunkStore } from "../../contracts/interfaces/ILucidChunkStore.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Moves } from "./support/Moves.sol";
import { Trees } from "./support/Trees.sol";

contract LucidChunkStoreStatusTest is LucidTest {
    uint256 private constant CHUNKS = 150;
    uint8 private constant LAST_STATUS = uint8(type(ILucidChunkStore.ChunkStatus).max);

    bytes32 private commitment;

    function setUp() public override {
        super.setUp();
        ILucidChunkStore.Chunk[] memory chunks = sampleChunks(CHUNKS);
        (ILucidAnchors.Session memory session, bytes32[] memory tree) = sessionOf(chunks);
        register(session);
        commitment = commitmentOf(session);
        // All but the last one are recorded.
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(tree, 0, CHUNKS - 2);
        vm.prank(UPLOADER);
        store.storeChunkMetadata(session, slice(chunks, 0, CHUNKS - 2), proof, flags);
    }

    function test_updateChunkStatus_allowsExactlyTheLegalMoves() public {
        uint32 idx = 0;
        for (uint8 from = 0; from <= LAST_STATUS; ++from) {
            for (uint8 to = 0; to <= LAST_STATUS; ++to) {
                // A chunk of its own for each pair; one that was never recorded is None.
                uint32 place = from == 0 ? uint32(CHUNKS - 1) : idx++;
                _bringTo(place, ILucidChunkStore.ChunkStatus(from));
                _tryMove(place, ILucidChunkStore.ChunkStatus(from), ILucidChunkStore.ChunkStatus(to));
            }
        }
    }

    function testFuzz_updateChunkStatus_movesOnlyTheNamedOnes(uint256 pick) public {
        uint32[] memory idx = _picked(pick, CHUNKS - 1);
        vm.assume(idx.length != 0);
        vm.expectEmit(true, true, true, true, address(store));
        emit ILucidChunkStore.ChunkStatusUpdated(commitment, idx, ILucidChunkStore.ChunkStatus.Missing);
        _update(idx, ILucidChunkStore.ChunkStatus.Missing);
        uint256 next = 0;
        for (uint32 place = 0; place < CHUNKS - 1; ++place) {
            bool isNamed = next < idx.length && idx[next] == place;
            if (isNamed) ++next;
            vm.assertTrue(
                store.statusOf(commitment, place) ==
                    (isNamed ? ILucidChunkStore.ChunkStatus.Missing : ILucidChunkStore.ChunkStatus.Stored),
                "the named ones moved, and no others"
            );
        }
        vm.assertEq(store.recordedCount(commitment), CHUNKS - 1, "a move does not change the count");
    }

    /// @dev Two contents under one id, over the same chunks, all of them recorded.
    function testFuzz_updateChunkStatus_movesForOneCommitmentOnly(uint256 pick) public {
        uint32[] memory idx = _picked(pick, CHUNKS - 1);
        vm.assume(idx.length != 0);
        bytes32 other = _recordTwin();
        _update(idx, ILucidChunkStore.ChunkStatus.Deleted);
        for (uint32 place = 0; place < CHUNKS; ++place) {
            vm.assertTrue(
                store.statusOf(other, place) == ILucidChunkStore.ChunkStatus.Stored,
                "the other content's chunks are where they were"
            );
        }
    }

    function test_updateChunkStatus_writesEachStatusWordOnce() public {
        uint32[] memory idx = new uint32[](CHUNKS - 1);
        for (uint32 i = 0; i < CHUNKS - 1; ++i) idx[i] = i;
        vm.record();
        _update(idx, ILucidChunkStore.ChunkStatus.Replicated);
        (, bytes32[] memory writes) = vm.accesses(address(store));
        vm.assertEq(writes.length, 3, "three words");
    }

    function test_updateChunkStatus_deletedChunksStayRecorded() public {
        _update(_one(5), ILucidChunkStore.ChunkStatus.Deleted);
        vm.assertEq(store.recordedCount(commitment), CHUNKS - 1, "deleted is not None");
    }

    function test_updateChunkStatus_revertsAsAWholeOnOneIllegalMove() public {
        _update(_one(70), ILucidChunkStore.ChunkStatus.Deleted);
        uint32[] memory idx = new uint32[](3);
        (idx[0], idx[1], idx[2]) = (1, 70, 140);
        _expectIllegal(70, ILucidChunkStore.ChunkStatus.Deleted, ILucidChunkStore.ChunkStatus.Missing);
        _update(idx, ILucidChunkStore.ChunkStatus.Missing);
        vm.assertTrue(
            store.statusOf(commitment, 1) == ILucidChunkStore.ChunkStatus.Stored,
            "what came before it did not move either"
        );
    }

    function testFuzz_updateChunkStatus_revertsOnAChunkThatWasNeverRecorded(uint256 place) public {
        uint32 idx = uint32(bound(place, CHUNKS - 1, type(uint32).max));
        _expectIllegal(idx, ILucidChunkStore.ChunkStatus.None, ILucidChunkStore.ChunkStatus.Stored);
        _update(_one(idx), ILucidChunkStore.ChunkStatus.Stored);
    }

    function test_updateChunkStatus_revertsOnAnUnknownCommitment() public {
        commitment = hashOf("unknown", 0);
        _expectIllegal(0, ILucidChunkStore.ChunkStatus.None, ILucidChunkStore.ChunkStatus.Deleted);
        _update(_one(0), ILucidChunkStore.ChunkStatus.Deleted);
    }

    function test_updateChunkStatus_revertsOnNoIdx() public {
        vm.expectRevert(abi.encodeWithSelector(ILucidChunkStore.NoChunks.selector, commitment));
        _update(new uint32[](0), ILucidChunkStore.ChunkStatus.Missing);
    }

    function testFuzz_updateChunkStatus_revertsOnDescendingIdx(uint256 first, uint256 second) public {
        uint32[] memory idx = new uint32[](2);
        idx[0] = uint32(bound(first, 0, CHUNKS - 2));
        idx[1] = uint32(bound(second, 0, idx[0]));
        vm.expectRevert(abi.encodeWithSelector(ILucidChunkStore.IdxNotAscending.selector, idx[0], idx[1]));
        _update(idx, ILucidChunkStore.ChunkStatus.Missing);
    }

    function test_updateChunkStatus_revertsOnAnIdxTwice() public {
        uint32[] memory idx = new uint32[](2);
        (idx[0], idx[1]) = (5, 5);
        vm.expectRevert(abi.encodeWithSelector(ILucidChunkStore.IdxNotAscending.selector, 5, 5));
        _update(idx, ILucidChunkStore.ChunkStatus.Missing);
    }

    function testFuzz_updateChunkStatus_revertsWithoutTheRole(address account) public {
        vm.assume(account != UPLOADER);
        expectMissingRole(account, UPLOADER_ROLE);
        vm.prank(account);
        store.updateChunkStatus(commitment, _one(0), ILucidChunkStore.ChunkStatus.Missing);
    }

    function test_updateChunkStatus_revertsWhilePaused() public {
        vm.prank(ADMIN);
        store.pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        _update(_one(0), ILucidChunkStore.ChunkStatus.Missing);
    }

    function testFuzz_statusOf_isNoneWhereNothingIsRecorded(bytes32 other, uint32 idx) public view {
        vm.assume(other != commitment);
        vm.assertTrue(store.statusOf(other, idx) == ILucidChunkStore.ChunkStatus.None, "nothing known");
        vm.assertEq(store.recordedCount(other), 0, "nothing counted");
    }

    function _recordTwin() private returns (bytes32) {
        ILucidChunkStore.Chunk[] memory chunks = sampleChunks(CHUNKS);
        (ILucidAnchors.Session memory twin, bytes32[] memory tree) = sessionOf(chunks);
        twin.owner = STRANGER;
        register(twin);
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(tree, 0, CHUNKS - 1);
        vm.prank(UPLOADER);
        store.storeChunkMetadata(twin, chunks, proof, flags);
        return commitmentOf(twin);
    }

    function _tryMove(
        uint32 place,
        ILucidChunkStore.ChunkStatus from,
        ILucidChunkStore.ChunkStatus to
    ) private {
        bool isLegal = Moves.isLegal(from, to);
        if (!isLegal) _expectIllegal(place, from, to);
        _update(_one(place), to);
        vm.assertTrue(store.statusOf(commitment, place) == (isLegal ? to : from), "moved only if legal");
    }

    /// @dev From Stored, where all recorded chunks are at first.
    function _bringTo(uint32 place, ILucidChunkStore.ChunkStatus status) private {
        if (store.statusOf(commitment, place) != status) _update(_one(place), status);
    }

    function _update(uint32[] memory idx, ILucidChunkStore.ChunkStatus status) private {
        vm.prank(UPLOADER);
        store.updateChunkStatus(commitment, idx, status);
    }

    function _expectIllegal(
        uint32 place,
        ILucidChunkStore.ChunkStatus from,
        ILucidChunkStore.ChunkStatus to
    ) private {
        vm.expectRevert(
            abi.encodeWithSelector(ILucidChunkStore.IllegalStatusMove.selector, commitment, place, from, to)
        );
    }

    /// @dev The places below `count` whose bit is set, over and over where there are more than bits.
    function _picked(uint256 pick, uint256 count) private pure returns (uint32[] memory idx) {
        idx = new uint32[](count);
        uint256 length = 0;
        for (uint32 place = 0; place < count; ++place) {
            if ((pick >> (place % 256)) & 1 == 1) idx[length++] = place;
        }
        assembly ("memory-safe") {
            mstore(idx, length)
        }
    }

    function _one(uint32 place) private pure returns (uint32[] memory idx) {
        idx = new uint32[](1);
        idx[0] = place;
    }
}
