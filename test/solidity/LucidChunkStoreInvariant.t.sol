// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { LucidChunkStore } from "../../contracts/LucidChunkStore.sol";
import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { ILucidChunkStore } from "../../contracts/interfaces/ILucidChunkStore.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Moves } from "./support/Moves.sol";
import { Trees } from "./support/Trees.sol";

/// @notice Calls LucidChunkStore for one session, and notes where each chunk has to be.
contract StoreHandler is LucidTest {
    /// @dev Short runs, so that a run of calls leaves some chunks unrecorded.
    uint256 private constant LONGEST_RUN = 24;

    ILucidAnchors.Session private session;
    ILucidChunkStore.Chunk[] private chunks;
    bytes32[] private tree;
    address private immutable admin;
    address private immutable uploader;
    address private immutable stranger;

    mapping(uint32 idx => ILucidChunkStore.ChunkStatus) public noted;

    uint256 public stored;
    uint256 public skipped;
    uint256 public moved;
    uint256 public illegal;
    uint256 public refused;
    uint256 public pauses;
    uint256 public intrusions;

    constructor(
        LucidChunkStore target,
        ILucidChunkStore.Chunk[] memory chunks_,
        address admin_,
        address uploader_,
        address stranger_
    ) {
        store = target;
        (session, tree) = sessionOf(chunks_);
        for (uint256 i = 0; i < chunks_.length; ++i) chunks.push(chunks_[i]);
        (admin, uploader, stranger) = (admin_, uploader_, stranger_);
    }

    /// @dev The contracts come from the test: a setUp of the handler's own would replace them.
    function setUp() public pure override {}

    function storeRun(uint256 from, uint256 length) external {
        from = from % session.chunkCount;
        uint256 to = from + bound(length, 1, LONGEST_RUN) - 1;
        if (to >= session.chunkCount) to = session.chunkCount - 1;
        bytes memory data = _storeCall(from, to);
        vm.prank(uploader);
        (bool isAccepted, ) = address(store).call(data);
        vm.assertTrue(isAccepted, "a run with its proof is accepted");
        for (uint32 idx = uint32(from); idx <= to; ++idx) {
            if (noted[idx] == ILucidChunkStore.ChunkStatus.None) {
                noted[idx] = ILucidChunkStore.ChunkStatus.Stored;
                ++stored;
            } else {
                ++skipped;
            }
        }
    }

    function moveOne(uint256 place, uint256 target) external {
        _move(place % session.chunkCount, 1, 1, _statusAt(target));
    }

    function moveMany(uint256 from, uint256 step, uint256 count, uint256 target) external {
        _move(from % session.chunkCount, bound(step, 1, 40), bound(count, 1, 3), _statusAt(target));
    }

    function intrude(uint256 place, uint256 target) external {
        _offerAs(stranger, place % session.chunkCount, _statusAt(target));
    }

    function offerWhilePaused(uint256 place, uint256 target) external {
        vm.prank(admin);
        store.pause();
        _offerAs(uploader, place % session.chunkCount, _statusAt(target));
        vm.prank(admin);
        store.unpause();
        ++pauses;
    }

    function sessionId() external view returns (bytes32) {
        return session.sessionId;
    }

    function _move(uint256 from, uint256 step, uint256 count, ILucidChunkStore.ChunkStatus target) private {
        uint32[] memory idx = new uint32[](count);
        bool isLegal = true;
        for (uint256 i = 0; i < count; ++i) {
            idx[i] = uint32(from + i * step);
            isLegal = isLegal && Moves.isLegal(noted[idx[i]], target);
        }
        vm.prank(uploader);
        try store.updateChunkStatus(session.sessionId, idx, target) {
            vm.assertTrue(isLegal, "an illegal move has to revert");
            for (uint256 i = 0; i < count; ++i) noted[idx[i]] = target;
            moved += count;
        } catch {
            vm.assertFalse(isLegal, "nothing else may revert");
            ++illegal;
        }
    }

    function _offerAs(address sender, uint256 place, ILucidChunkStore.ChunkStatus target) private {
        uint32[] memory idx = new uint32[](1);
        idx[0] = uint32(place);
        _tryAs(sender, _storeCall(place, place));
        _tryAs(sender, abi.encodeCall(ILucidChunkStore.updateChunkStatus, (session.sessionId, idx, target)));
    }

    function _tryAs(address sender, bytes memory data) private {
        vm.prank(sender);
        (bool isAccepted, ) = address(store).call(data);
        if (isAccepted) ++intrusions;
        else ++refused;
    }

    function _storeCall(uint256 from, uint256 to) private view returns (bytes memory) {
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(tree, from, to);
        return
            abi.encodeCall(
                ILucidChunkStore.storeChunkMetadata,
                (session, slice(chunks, from, to), proof, flags)
            );
    }

    function _statusAt(uint256 number) private pure returns (ILucidChunkStore.ChunkStatus) {
        return ILucidChunkStore.ChunkStatus(number % (uint256(type(ILucidChunkStore.ChunkStatus).max) + 1));
    }
}

contract LucidChunkStoreInvariantTest is LucidTest {
    /// @dev Two status words, the second one in part.
    uint256 private constant CHUNKS = 72;

    StoreHandler private handler;

    function setUp() public override {
        super.setUp();
        ILucidChunkStore.Chunk[] memory chunks = sampleChunks(CHUNKS);
        (ILucidAnchors.Session memory session, ) = sessionOf(chunks);
        register(session);
        handler = new StoreHandler(store, chunks, ADMIN, UPLOADER, STRANGER);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_recordedCountIsThatOfTheChunksThatAreNotNone() public view {
        uint256 count = 0;
        for (uint32 idx = 0; idx < CHUNKS; ++idx) {
            if (store.statusOf(handler.sessionId(), idx) != ILucidChunkStore.ChunkStatus.None) ++count;
        }
        vm.assertEq(store.recordedCount(handler.sessionId()), count, "count and words agree");
    }

    /// @dev The handler moves its own note along legal moves alone.
    function invariant_aStatusMovesAlongLegalMovesAlone() public view {
        for (uint32 idx = 0; idx < CHUNKS; ++idx) {
            vm.assertTrue(
                store.statusOf(handler.sessionId(), idx) == handler.noted(idx),
                "each chunk is where the legal moves led it"
            );
        }
    }

    function invariant_nothingIsRecordedBeyondTheLastChunk() public view {
        for (uint32 idx = uint32(CHUNKS); idx < 2 * CHUNKS; ++idx) {
            vm.assertTrue(
                store.statusOf(handler.sessionId(), idx) == ILucidChunkStore.ChunkStatus.None,
                "no such chunk"
            );
        }
    }

    function invariant_nobodyElseAddsAnything() public view {
        vm.assertEq(handler.intrusions(), 0, "no call succeeded without the role or while paused");
    }

    /// @dev An invariant over a contract in which nothing happened would say nothing.
    function afterInvariant() public view {
        vm.assertGt(handler.stored(), 0, "chunks were recorded");
        vm.assertGt(handler.skipped(), 0, "standing chunks were offered again");
        vm.assertGt(handler.moved(), 0, "chunks were moved");
        vm.assertGt(handler.illegal(), 0, "illegal moves were tried");
        vm.assertGt(handler.refused(), 0, "strangers were refused");
        vm.assertGt(handler.pauses(), 0, "calls were made while paused");
    }
}
