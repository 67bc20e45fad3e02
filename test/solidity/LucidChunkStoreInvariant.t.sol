// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { LucidAnchors } from "../../contracts/LucidAnchors.sol";
import { LucidChunkStore } from "../../contracts/LucidChunkStore.sol";
import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { ILucidChunkStore } from "../../contracts/interfaces/ILucidChunkStore.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Moves } from "./support/Moves.sol";
import { Trees } from "./support/Trees.sol";

/// @notice Calls LucidChunkStore for two contents under one session id, with the same chunks but one, and keeps its own
/// account of where each chunk has to be.
contract StoreHandler is LucidTest {
    uint256 public constant CONTENTS = 2;
    /// @notice Two status words, the second one in part.
    uint256 public constant CHUNKS = 72;
    /// @dev Short runs, so that a run of calls leaves some chunks unrecorded.
    uint256 private constant LONGEST_RUN = 24;
    uint256 private constant CHALLENGE_BLOCK = 960;
    bytes32 private constant SEED = keccak256("hash of the challenge block");

    address private immutable admin;
    address private immutable registrar;
    address private immutable uploader;

    ILucidChunkStore.Chunk[] private chunks;
    /// @dev All that the first chunk holds: one segment, so that every prover is asked for it.
    bytes private segment = "the only segment of a chunk";

    mapping(uint256 content => mapping(uint32 idx => ILucidChunkStore.ChunkStatus)) public noted;

    uint256 public stored;
    uint256 public skipped;
    uint256 public moved;
    uint256 public illegal;
    uint256 public proven;
    uint256 public refused;
    uint256 public intrusions;

    constructor(
        LucidAnchors anchors_,
        LucidChunkStore target,
        address admin_,
        address registrar_,
        address uploader_
    ) {
        (anchors, store) = (anchors_, target);
        (admin, registrar, uploader) = (admin_, registrar_, uploader_);
        ILucidChunkStore.Chunk[] memory sample = sampleChunks(CHUNKS);
        sample[0].sizeBytes = uint32(segment.length);
        sample[0].contentRoot = Trees.contentRoot(segment);
        for (uint256 i = 0; i < CHUNKS; ++i) chunks.push(sample[i]);
    }

    /// @dev The contracts come from the test: a setUp of the handler's own would replace them.
    function setUp() public pure override {}

    function storeRun(uint256 content, uint256 from, uint256 length) external {
        (content, from) = (content % CONTENTS, from % CHUNKS);
        uint256 to = from + bound(length, 1, LONGEST_RUN) - 1;
        if (to >= CHUNKS) to = CHUNKS - 1;
        bytes memory data = _storeCall(content, from, to);
        vm.prank(uploader);
        (bool isAccepted, ) = address(store).call(data);
        vm.assertTrue(isAccepted, "a run with its proof is accepted");
        for (uint32 idx = uint32(from); idx <= to; ++idx) {
            if (noted[content][idx] == ILucidChunkStore.ChunkStatus.None) {
                noted[content][idx] = ILucidChunkStore.ChunkStatus.Stored;
                ++stored;
            } else {
                ++skipped;
            }
        }
    }

    /// @dev A legal move, of the first chunk at `place` or after it that has one. There is none where no chunk is recorded.
    function moveLegally(uint256 content, uint256 place, uint256 target) external {
        content = content % CONTENTS;
        for (uint256 i = 0; i < CHUNKS; ++i) {
            uint32 idx = uint32(((place % CHUNKS) + i) % CHUNKS);
            for (uint256 j = 0; j < 5; ++j) {
                ILucidChunkStore.ChunkStatus to = _statusAt((target % 5) + j);
                if (Moves.isLegal(noted[content][idx], to)) return _move(content, idx, 1, 1, to);
            }
        }
    }

    /// @dev Up to three moves in one call, which is refused where one of them is illegal.
    function moveMany(uint256 content, uint256 from, uint256 step, uint256 count, uint256 target) external {
        _move(content % CONTENTS, from % CHUNKS, bound(step, 1, 40), bound(count, 1, 3), _statusAt(target));
    }

    function prove(uint256 content) external {
        vm.prank(registrar);
        (bool isAccepted, ) = address(store).call(_proveCall(content % CONTENTS));
        vm.assertTrue(isAccepted, "a registrar's proof is accepted");
        ++proven;
    }

    /// @dev By somebody without a role, by those who have one while the contract is paused, by the uploader and the
    /// store's admin where a registrar is asked for, and by a registrar while its role is revoked.
    function intrude(address sender, uint256 content, uint256 place, uint256 target) external {
        if (sender == registrar || sender == uploader) sender = address(this);
        content = content % CONTENTS;
        bytes[3] memory calls = [
            _storeCall(content, place % CHUNKS, place % CHUNKS),
            _moveCall(content, place % CHUNKS, _statusAt(target)),
            _proveCall(content)
        ];
        for (uint256 i = 0; i < calls.length; ++i) _tryAs(sender, calls[i]);
        vm.prank(admin);
        store.pause();
        for (uint256 i = 0; i < calls.length; ++i) _tryAs(i == 2 ? registrar : uploader, calls[i]);
        vm.startPrank(admin);
        store.unpause();
        anchors.revokeRole(REGISTRAR_ROLE, registrar);
        vm.stopPrank();
        address[3] memory withoutRole = [registrar, uploader, admin];
        for (uint256 i = 0; i < withoutRole.length; ++i) _tryAs(withoutRole[i], calls[2]);
        vm.prank(admin);
        anchors.grantRole(REGISTRAR_ROLE, registrar);
    }

    function sessionAt(uint256 content) public view returns (ILucidAnchors.Session memory session) {
        (session, ) = sessionOf(_chunksOf(content));
    }

    function commitmentAt(uint256 content) public view returns (bytes32) {
        return commitmentOf(sessionAt(content));
    }

    function _move(
        uint256 content,
        uint256 from,
        uint256 step,
        uint256 count,
        ILucidChunkStore.ChunkStatus target
    ) private {
        uint32[] memory idx = new uint32[](count);
        bool isLegal = true;
        for (uint256 i = 0; i < count; ++i) {
            idx[i] = uint32(from + i * step);
            isLegal = isLegal && Moves.isLegal(noted[content][idx[i]], target);
        }
        bytes32 commitment = commitmentAt(content);
        vm.prank(uploader);
        try store.updateChunkStatus(commitment, idx, target) {
            vm.assertTrue(isLegal, "an illegal move has to revert");
            for (uint256 i = 0; i < count; ++i) noted[content][idx[i]] = target;
            moved += count;
        } catch {
            vm.assertFalse(isLegal, "nothing else may revert");
            ++illegal;
        }
    }

    function _tryAs(address sender, bytes memory data) private {
        vm.prank(sender);
        (bool isAccepted, ) = address(store).call(data);
        if (isAccepted) ++intrusions;
        else ++refused;
    }

    function _storeCall(uint256 content, uint256 from, uint256 to) private view returns (bytes memory) {
        ILucidChunkStore.Chunk[] memory all = _chunksOf(content);
        (ILucidAnchors.Session memory session, bytes32[] memory tree) = sessionOf(all);
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(tree, from, to);
        return
            abi.encodeCall(
                ILucidChunkStore.storeChunkMetadata,
                (session, slice(all, from, to), proof, flags)
            );
    }

    function _moveCall(
        uint256 content,
        uint256 place,
        ILucidChunkStore.ChunkStatus target
    ) private view returns (bytes memory) {
        uint32[] memory idx = new uint32[](1);
        idx[0] = uint32(place);
        return abi.encodeCall(ILucidChunkStore.updateChunkStatus, (commitmentAt(content), idx, target));
    }

    /// @dev Also brings the chain to where the challenge is open, because a roll need not outlive a call.
    function _proveCall(uint256 content) private returns (bytes memory) {
        vm.roll(CHALLENGE_BLOCK + 1);
        vm.setBlockhash(CHALLENGE_BLOCK, SEED);
        ILucidChunkStore.Chunk[] memory all = _chunksOf(content);
        (ILucidAnchors.Session memory session, bytes32[] memory tree) = sessionOf(all);
        return
            abi.encodeCall(
                ILucidChunkStore.proveStorage,
                (session, all[0], Trees.proofOf(tree, 0), 0, segment, new bytes32[](0), CHALLENGE_BLOCK)
            );
    }

    /// @dev The contents differ in their last chunk, and so in their root and commitment.
    function _chunksOf(uint256 content) private view returns (ILucidChunkStore.Chunk[] memory all) {
        all = chunks;
        all[CHUNKS - 1].contentRoot = hashOf("content of", content);
    }

    function _statusAt(uint256 number) private pure returns (ILucidChunkStore.ChunkStatus) {
        return ILucidChunkStore.ChunkStatus(number % (uint256(type(ILucidChunkStore.ChunkStatus).max) + 1));
    }
}

contract LucidChunkStoreInvariantTest is LucidTest {
    StoreHandler private handler;
    uint256 private contents;
    uint32 private chunkCount;
    bytes32[] private commitments;

    function setUp() public override {
        super.setUp();
        handler = new StoreHandler(anchors, store, ADMIN, REGISTRAR, UPLOADER);
        (contents, chunkCount) = (handler.CONTENTS(), uint32(handler.CHUNKS()));
        for (uint256 content = 0; content < contents; ++content) {
            register(handler.sessionAt(content));
            commitments.push(handler.commitmentAt(content));
        }
        vm.assertEq(
            handler.sessionAt(0).sessionId,
            handler.sessionAt(1).sessionId,
            "two contents under one id"
        );
        vm.assertFalse(commitments[0] == commitments[1], "with a commitment each");
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_recordedCountIsThatOfTheChunksThatAreNotNone() public view {
        for (uint256 content = 0; content < contents; ++content) {
            uint256 count = 0;
            for (uint32 idx = 0; idx < chunkCount; ++idx) {
                if (store.statusOf(commitments[content], idx) != ILucidChunkStore.ChunkStatus.None) ++count;
            }
            vm.assertEq(store.recordedCount(commitments[content]), count, "count and words agree");
        }
    }

    /// @dev The handler moves its own note only along legal moves, and for each content by itself.
    function invariant_aStatusMovesOnlyAlongLegalMoves() public view {
        for (uint256 content = 0; content < contents; ++content) {
            for (uint32 idx = 0; idx < chunkCount; ++idx) {
                vm.assertTrue(
                    store.statusOf(commitments[content], idx) == handler.noted(content, idx),
                    "each chunk is where the legal moves of its own content led it"
                );
            }
        }
    }

    function invariant_nothingIsRecordedBeyondTheLastChunk() public view {
        for (uint256 content = 0; content < contents; ++content) {
            for (uint32 idx = chunkCount; idx < 2 * chunkCount; ++idx) {
                vm.assertTrue(
                    store.statusOf(commitments[content], idx) == ILucidChunkStore.ChunkStatus.None,
                    "no such chunk"
                );
            }
        }
    }

    function invariant_nobodyElseAddsOrProvesAnything() public view {
        vm.assertEq(handler.intrusions(), 0, "no call succeeded without its role or while paused");
    }

    /// @dev An invariant over a contract in which nothing happened would say nothing.
    function afterInvariant() public view {
        vm.assertGt(handler.stored(), 0, "chunks were recorded");
        vm.assertGt(handler.skipped(), 0, "recorded chunks were offered again");
        vm.assertGt(handler.moved(), 0, "chunks were moved");
        vm.assertGt(handler.illegal(), 0, "illegal moves were tried");
        vm.assertGt(handler.proven(), 0, "storage was proven");
        vm.assertGt(handler.refused(), 0, "intruders were refused");
    }
}
