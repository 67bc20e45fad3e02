// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { Pausable } from "@openzeppelin/contracts/utils/Pausable.sol";
import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { ILucidChunkStore } from "../../contracts/interfaces/ILucidChunkStore.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Trees } from "./support/Trees.sol";

contract LucidChunkStoreProofTest is LucidTest {
    /// @dev All that a storage proof shows.
    struct Proof {
        ILucidAnchors.Session session;
        ILucidChunkStore.Chunk chunk;
        bytes32[] chunkProof;
        uint32 segmentIndex;
        bytes segment;
        bytes32[] segmentProof;
        uint256 challengeBlock;
    }

    uint256 private constant BLOCK = 1_000;
    /// @dev The latest multiple of 64 below it, and the one before.
    uint256 private constant LATEST = 960;
    uint256 private constant PREVIOUS = 896;
    bytes32 private constant SEED = keccak256("hash of the challenge block");

    /// @dev Lengths around the segment's size, and none at all.
    uint32[7] private sizes = [uint32(5 * 1024 + 7), 0, 1, 1023, 1024, 1025, 7 * 1024];

    ILucidAnchors.Session private session;
    ILucidChunkStore.Chunk[] private chunks;
    bytes32[] private tree;

    function setUp() public override {
        super.setUp();
        ILucidChunkStore.Chunk[] memory made = new ILucidChunkStore.Chunk[](sizes.length);
        for (uint32 i = 0; i < sizes.length; ++i) {
            bytes memory content = _content(i);
            made[i] = ILucidChunkStore.Chunk(i, sizes[i], sha256(content), Trees.contentRoot(content));
            chunks.push(made[i]);
        }
        (session, tree) = sessionOf(made);
        register(session);
        vm.roll(BLOCK);
        vm.setBlockhash(LATEST, SEED);
        vm.setBlockhash(PREVIOUS, SEED);
    }

    function testFuzz_verifyStorageProof_holdsForEverySegment(uint256 place, uint256 index) public view {
        uint32 idx = _filled(place);
        Proof memory proof = _proofFor(idx, index % _segments(idx));
        vm.assertTrue(_verify(proof), "every segment of every chunk can be shown");
    }

    function testFuzz_verifyStorageProof_failsForAnotherSegment(
        uint256 place,
        uint256 index,
        uint32 other
    ) public view {
        uint32 idx = _filled(place);
        Proof memory proof = _proofFor(idx, index % _segments(idx));
        vm.assume(other != proof.segmentIndex);
        proof.segmentIndex = other;
        vm.assertFalse(_verify(proof), "a proof only holds for its own segment");
    }

    function testFuzz_verifyStorageProof_failsForAFlippedBit(
        uint256 place,
        uint256 index,
        uint256 bit
    ) public view {
        uint32 idx = _filled(place);
        Proof memory proof = _proofFor(idx, index % _segments(idx));
        bit = bit % (proof.segment.length * 8);
        proof.segment[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        vm.assertFalse(_verify(proof), "a flipped bit is noticed");
    }

    function testFuzz_verifyStorageProof_failsForAnotherSession(uint256 field) public view {
        Proof memory proof = _proofFor(0, 0);
        proof.session = withFieldChanged(proof.session, field % 6);
        vm.assertFalse(_verify(proof), "the session has to be registered");
    }

    function test_verifyStorageProof_failsForAnotherChunksProof() public view {
        Proof memory proof = _proofFor(0, 0);
        proof.chunkProof = Trees.proofOf(tree, 2);
        vm.assertFalse(_verify(proof), "a proof only holds for its own chunk");
    }

    function test_verifyStorageProof_failsForAChangedChunk() public view {
        Proof memory proof = _proofFor(0, 0);
        proof.chunk.ciphertextSha256 = ~proof.chunk.ciphertextSha256;
        vm.assertFalse(_verify(proof), "the chunk has to be the session's");
    }

    function test_verifyStorageProof_failsBeyondTheLastChunk() public {
        Proof memory proof = _proofFor(6, 0);
        _shorten(proof.session, 6);
        vm.assertFalse(_verify(proof), "a leaf beyond chunkCount is not one of the session's");
        _shorten(proof.session, 7);
        vm.assertTrue(_verify(proof), "the last one is");
    }

    function test_verifyStorageProof_failsForAnEmptyChunk() public view {
        vm.assertFalse(_verify(_proofForEmptyChunk()), "there is nothing to possess");
    }

    function testFuzz_proveStorage_leavesAnEvent(address prover, uint256 place, bool isLatest) public {
        uint32 idx = _filled(place);
        uint256 challengeBlock = isLatest ? LATEST : PREVIOUS;
        Proof memory proof = _challenged(prover, idx, challengeBlock);
        _admit(prover);
        vm.expectEmit(true, true, true, true, address(store));
        emit ILucidChunkStore.StorageProven(
            commitmentOf(session),
            idx,
            prover,
            proof.segmentIndex,
            challengeBlock
        );
        _proveAs(prover, proof);
    }

    function testFuzz_proveStorage_revertsWithoutTheRole(address prover) public {
        vm.assume(prover != REGISTRAR);
        Proof memory proof = _challenged(prover, 0, LATEST);
        expectMissingRole(prover, REGISTRAR_ROLE);
        _proveAs(prover, proof);
    }

    function test_proveStorage_revertsForAnUploaderAndForTheStoresAdmin() public {
        vm.assertTrue(store.hasRole(UPLOADER_ROLE, UPLOADER), "an uploader of the store");
        vm.assertTrue(store.hasRole(ADMIN_ROLE, ADMIN), "and its admin");
        Proof memory proof = _challenged(UPLOADER, 0, LATEST);
        expectMissingRole(UPLOADER, REGISTRAR_ROLE);
        _proveAs(UPLOADER, proof);
        proof = _challenged(ADMIN, 0, LATEST);
        expectMissingRole(ADMIN, REGISTRAR_ROLE);
        _proveAs(ADMIN, proof);
    }

    /// @dev The role has to be that of LucidAnchors: the store's admin could grant itself the one of that name here.
    function testFuzz_proveStorage_revertsWithTheRoleOnTheStoreOnly(address prover) public {
        vm.assume(prover != REGISTRAR);
        vm.prank(ADMIN);
        store.grantRole(REGISTRAR_ROLE, prover);
        Proof memory proof = _challenged(prover, 0, LATEST);
        expectMissingRole(prover, REGISTRAR_ROLE);
        _proveAs(prover, proof);
    }

    function test_proveStorage_revertsForARevokedRegistrar() public {
        Proof memory proof = _challenged(REGISTRAR, 0, LATEST);
        _prove(proof);
        vm.prank(ADMIN);
        anchors.revokeRole(REGISTRAR_ROLE, REGISTRAR);
        expectMissingRole(REGISTRAR, REGISTRAR_ROLE);
        _prove(proof);
    }

    /// @dev What the role is there to stop: one segment of six is kept, and addresses are tried until it is asked for.
    function test_proveStorage_revertsForAnAddressFoundBySearch() public {
        uint160 candidate = 1;
        while (_askedFor(address(candidate), 0) != 3) ++candidate;
        Proof memory proof = _challenged(address(candidate), 0, LATEST);
        expectMissingRole(address(candidate), REGISTRAR_ROLE);
        _proveAs(address(candidate), proof);
    }

    /// @dev A proof answers the challenge of its own prover.
    function testFuzz_proveStorage_revertsOnAnotherProversSegment(address other) public {
        Proof memory asked = _challenged(REGISTRAR, 0, LATEST);
        Proof memory copied = _challenged(other, 0, LATEST);
        vm.assume(copied.segmentIndex != asked.segmentIndex);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILucidChunkStore.WrongSegment.selector,
                asked.segmentIndex,
                copied.segmentIndex
            )
        );
        _prove(copied);
    }

    function test_proveStorage_againLeavesAnotherEvent() public {
        Proof memory proof = _challenged(REGISTRAR, 0, LATEST);
        vm.recordLogs();
        _prove(proof);
        _prove(proof);
        vm.assertEq(vm.getRecordedLogs().length, 2, "whoever counts proofs has to count this one once");
    }

    /// @dev Neither pausing LucidAnchors nor recording the chunk has to do with proving it.
    function test_proveStorage_worksWhileTheAnchorsArePaused() public {
        vm.prank(ADMIN);
        anchors.pause();
        Proof memory proof = _challenged(REGISTRAR, 0, LATEST);
        vm.expectEmit(true, true, true, true, address(store));
        emit ILucidChunkStore.StorageProven(commitmentOf(session), 0, REGISTRAR, proof.segmentIndex, LATEST);
        _prove(proof);
    }

    function testFuzz_proveStorage_revertsOnAnotherBlock(uint256 challengeBlock) public {
        vm.assume(challengeBlock != LATEST && challengeBlock != PREVIOUS);
        _expectNotOpen(challengeBlock);
    }

    function test_proveStorage_revertsBesideTheOpenBlocks() public {
        _expectNotOpen(LATEST + 1);
        _expectNotOpen(LATEST - 1);
        _expectNotOpen(PREVIOUS - 64);
        _expectNotOpen(LATEST + 64);
    }

    function test_proveStorage_takesTheBlockBelowAsLatest() public {
        vm.roll(LATEST + 1);
        _prove(_challenged(REGISTRAR, 0, LATEST));
        vm.roll(LATEST);
        Proof memory proof = _challenged(REGISTRAR, 0, LATEST);
        vm.expectRevert(
            abi.encodeWithSelector(ILucidChunkStore.ChallengeBlockNotOpen.selector, LATEST, PREVIOUS)
        );
        _prove(proof);
    }

    function test_proveStorage_revertsOnAnUnknownBlockHash() public {
        vm.setBlockhash(LATEST, 0);
        Proof memory proof = _challenged(REGISTRAR, 0, LATEST);
        vm.expectRevert(abi.encodeWithSelector(ILucidChunkStore.ChallengeBlockHashUnknown.selector, LATEST));
        _prove(proof);
    }

    function testFuzz_proveStorage_revertsOnAnotherSegment(uint256 index) public {
        Proof memory asked = _challenged(REGISTRAR, 0, LATEST);
        Proof memory proof = _proofFor(0, index % _segments(0));
        vm.assume(proof.segmentIndex != asked.segmentIndex);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILucidChunkStore.WrongSegment.selector,
                asked.segmentIndex,
                proof.segmentIndex
            )
        );
        _prove(proof);
    }

    function testFuzz_proveStorage_revertsOnAFlippedBit(uint256 bit) public {
        Proof memory proof = _challenged(REGISTRAR, 0, LATEST);
        bit = bit % (proof.segment.length * 8);
        proof.segment[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        vm.expectRevert(
            abi.encodeWithSelector(
                ILucidChunkStore.SegmentNotInChunk.selector,
                commitmentOf(session),
                0,
                proof.segmentIndex
            )
        );
        _prove(proof);
    }

    function testFuzz_proveStorage_revertsOnASessionThatIsNotRegistered(uint256 field) public {
        Proof memory proof = _challenged(REGISTRAR, 0, LATEST);
        proof.session = withFieldChanged(proof.session, field % 6);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILucidChunkStore.SessionNotRegistered.selector,
                commitmentOf(proof.session)
            )
        );
        _prove(proof);
    }

    function test_proveStorage_revertsBeyondTheLastChunk() public {
        Proof memory proof = _challenged(REGISTRAR, 6, LATEST);
        _shorten(proof.session, 6);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILucidChunkStore.ChunkOutOfRange.selector,
                commitmentOf(proof.session),
                6,
                6
            )
        );
        _prove(proof);
    }

    function testFuzz_proveStorage_revertsOnAnotherChunksProof(uint256 other) public {
        Proof memory proof = _challenged(REGISTRAR, 0, LATEST);
        proof.chunkProof = Trees.proofOf(tree, bound(other, 1, sizes.length - 1));
        vm.expectRevert(
            abi.encodeWithSelector(ILucidChunkStore.ChunkNotInSession.selector, commitmentOf(session), 0)
        );
        _prove(proof);
    }

    function test_proveStorage_revertsOnAnEmptyChunk() public {
        vm.expectRevert(
            abi.encodeWithSelector(ILucidChunkStore.ChunkIsEmpty.selector, commitmentOf(session), 1)
        );
        _prove(_proofForEmptyChunk());
    }

    function test_proveStorage_revertsWhilePaused() public {
        Proof memory proof = _challenged(REGISTRAR, 0, LATEST);
        vm.prank(ADMIN);
        store.pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        _prove(proof);
    }

    function _expectNotOpen(uint256 challengeBlock) private {
        Proof memory proof = _challenged(REGISTRAR, 0, challengeBlock);
        vm.expectRevert(
            abi.encodeWithSelector(ILucidChunkStore.ChallengeBlockNotOpen.selector, challengeBlock, LATEST)
        );
        _prove(proof);
    }

    /// @dev The same tree under a session that says it has fewer chunks.
    function _shorten(ILucidAnchors.Session memory shorter, uint32 chunkCount) private {
        shorter.sessionId = hashOf("shorter", chunkCount);
        shorter.chunkCount = chunkCount;
        register(shorter);
    }

    function _admit(address prover) private {
        vm.prank(ADMIN);
        anchors.grantRole(REGISTRAR_ROLE, prover);
    }

    function _prove(Proof memory proof) private {
        _proveAs(REGISTRAR, proof);
    }

    function _proveAs(address prover, Proof memory proof) private {
        vm.prank(prover);
        store.proveStorage(
            proof.session,
            proof.chunk,
            proof.chunkProof,
            proof.segmentIndex,
            proof.segment,
            proof.segmentProof,
            proof.challengeBlock
        );
    }

    function _verify(Proof memory proof) private view returns (bool) {
        return
            store.verifyStorageProof(
                proof.session,
                proof.chunk,
                proof.chunkProof,
                proof.segmentIndex,
                proof.segment,
                proof.segmentProof
            );
    }

    /// @dev What the prover is asked for, by the rule as it is written.
    function _challenged(
        address prover,
        uint32 idx,
        uint256 challengeBlock
    ) private view returns (Proof memory proof) {
        proof = _proofFor(idx, _askedFor(prover, idx));
        proof.challengeBlock = challengeBlock;
    }

    function _askedFor(address prover, uint32 idx) private view returns (uint256) {
        return uint256(keccak256(abi.encode(SEED, leafOf(chunks[idx]), prover))) % _segments(idx);
    }

    function _proofFor(uint32 idx, uint256 index) private view returns (Proof memory proof) {
        bytes memory content = _content(idx);
        proof.session = session;
        proof.chunk = chunks[idx];
        proof.chunkProof = Trees.proofOf(tree, idx);
        proof.segmentIndex = uint32(index);
        proof.segment = Trees.segmentAt(content, index);
        proof.segmentProof = Trees.auditPath(content, index);
        proof.challengeBlock = LATEST;
    }

    function _proofForEmptyChunk() private view returns (Proof memory proof) {
        proof.session = session;
        proof.chunk = chunks[1];
        proof.chunkProof = Trees.proofOf(tree, 1);
        proof.challengeBlock = LATEST;
    }

    /// @dev A chunk that is not the empty one.
    function _filled(uint256 place) private view returns (uint32 idx) {
        idx = uint32(place % (sizes.length - 1));
        if (idx > 0) ++idx;
    }

    function _segments(uint32 idx) private view returns (uint256) {
        return (uint256(sizes[idx]) + 1023) / 1024;
    }

    function _content(uint32 idx) private view returns (bytes memory content) {
        uint256 size = sizes[idx];
        content = new bytes(size);
        for (uint256 i = 0; i < size; i += 32) {
            bytes32 word = keccak256(abi.encode(idx, i));
            // The last word may reach beyond the length, into what `new` rounds up to.
            assembly ("memory-safe") {
                mstore(add(add(content, 0x20), i), word)
            }
        }
    }
}
