// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { Pausable } from "@openzeppelin/contracts/utils/Pausable.sol";
import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { ILucidChunkStore } from "../../contracts/interfaces/ILucidChunkStore.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Trees } from "./support/Trees.sol";
import { Vm } from "./support/Vm.sol";

contract LucidChunkStoreRecordTest is LucidTest {
    /// @dev Three status words, the last one in part.
    uint256 private constant CHUNKS = 150;

    ILucidAnchors.Session private session;
    ILucidChunkStore.Chunk[] private chunks;
    bytes32[] private tree;
    bytes32 private commitment;

    function setUp() public override {
        super.setUp();
        ILucidChunkStore.Chunk[] memory sample = sampleChunks(CHUNKS);
        (session, tree) = sessionOf(sample);
        for (uint256 i = 0; i < CHUNKS; ++i) chunks.push(sample[i]);
        register(session);
        commitment = commitmentOf(session);
    }

    function testFuzz_storeChunkMetadata_recordsARun(uint256 from, uint256 length) public {
        from = from % CHUNKS;
        uint256 to = from + (length % (CHUNKS - from));
        vm.recordLogs();
        _store(from, to);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, to - from + 1, "one event for each chunk");
        for (uint256 i = 0; i < logs.length; ++i) _assertStoredEvent(logs[i], chunks[from + i]);
        for (uint32 idx = 0; idx < CHUNKS; ++idx) {
            bool isStored = store.statusOf(commitment, idx) == ILucidChunkStore.ChunkStatus.Stored;
            vm.assertTrue(isStored == (idx >= from && idx <= to), "the run is stored, and nothing else");
        }
        vm.assertEq(store.recordedCount(commitment), logs.length, "the count follows");
    }

    function test_storeChunkMetadata_skipsWhatIsRecorded() public {
        _store(60, 70);
        vm.recordLogs();
        _store(50, 80);
        vm.assertEq(vm.getRecordedLogs().length, 20, "only new ones have an event");
        vm.assertEq(store.recordedCount(commitment), 31, "each is counted once");
    }

    function test_storeChunkMetadata_doesNothingWhereAllAreRecorded() public {
        _store(0, CHUNKS - 1);
        vm.recordLogs();
        _store(0, CHUNKS - 1);
        vm.assertEq(vm.getRecordedLogs().length, 0, "no event");
        vm.assertEq(store.recordedCount(commitment), CHUNKS, "the count stays");
    }

    function test_storeChunkMetadata_doesNotBringADeletedChunkBack() public {
        _store(0, 3);
        uint32[] memory idx = new uint32[](1);
        idx[0] = 2;
        vm.prank(UPLOADER);
        store.updateChunkStatus(commitment, idx, ILucidChunkStore.ChunkStatus.Deleted);
        _store(0, 3);
        vm.assertTrue(
            store.statusOf(commitment, 2) == ILucidChunkStore.ChunkStatus.Deleted,
            "deleted is final"
        );
    }

    function test_storeChunkMetadata_takesChunksThatAreNotARun() public {
        ILucidChunkStore.Chunk[] memory pair = new ILucidChunkStore.Chunk[](2);
        (pair[0], pair[1]) = (chunks[0], chunks[CHUNKS - 1]);
        uint256[] memory places = new uint256[](2);
        (places[0], places[1]) = (0, CHUNKS - 1);
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(tree, places);
        vm.prank(UPLOADER);
        store.storeChunkMetadata(session, pair, proof, flags);
        vm.assertEq(store.recordedCount(commitment), 2, "both are recorded");
        vm.assertTrue(
            store.statusOf(commitment, uint32(CHUNKS - 1)) == ILucidChunkStore.ChunkStatus.Stored,
            "in words that are not adjacent"
        );
    }

    /// @dev Two contents under one id, over the same chunks.
    function testFuzz_storeChunkMetadata_recordsForOneCommitmentOnly(uint256 from, uint256 length) public {
        from = from % CHUNKS;
        uint256 to = from + (length % (CHUNKS - from));
        ILucidAnchors.Session memory other = session;
        other.manifestHash = ~session.manifestHash;
        register(other);
        _offer(other, slice(chunks, from, to), from, to);
        vm.assertEq(store.recordedCount(commitmentOf(other)), to - from + 1, "recorded for this one");
        vm.assertEq(store.recordedCount(commitment), 0, "and not for the other one");
        _store(0, CHUNKS - 1);
        vm.assertEq(store.recordedCount(commitment), CHUNKS, "which still takes all of its own");
        vm.assertEq(store.recordedCount(commitmentOf(other)), to - from + 1, "each has its own count");
    }

    function testFuzz_recordedCount_isZeroForAnUnknownCommitment(bytes32 unknown) public {
        vm.assume(unknown != commitment);
        _store(0, CHUNKS - 1);
        vm.assertEq(store.recordedCount(unknown), 0, "nothing is counted, under the session's id either");
        vm.assertEq(store.recordedCount(session.sessionId), 0, "an id is not a commitment");
    }

    function test_storeChunkMetadata_writesEachStatusWordOnce() public {
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(tree, 0, CHUNKS - 1);
        ILucidChunkStore.Chunk[] memory all = slice(chunks, 0, CHUNKS - 1);
        vm.record();
        vm.prank(UPLOADER);
        store.storeChunkMetadata(session, all, proof, flags);
        (, bytes32[] memory writes) = vm.accesses(address(store));
        vm.assertEq(writes.length, 4, "three words and the count");
    }

    function test_storeChunkMetadata_revertsOnNoChunks() public {
        vm.expectRevert(abi.encodeWithSelector(ILucidChunkStore.NoChunks.selector, commitment));
        vm.prank(UPLOADER);
        store.storeChunkMetadata(session, new ILucidChunkStore.Chunk[](0), _one(tree[0]), new bool[](0));
    }

    function testFuzz_storeChunkMetadata_revertsOnASessionThatIsNotRegistered(uint256 field) public {
        ILucidAnchors.Session memory other = withFieldChanged(session, field % 6);
        vm.expectRevert(
            abi.encodeWithSelector(ILucidChunkStore.SessionNotRegistered.selector, commitmentOf(other))
        );
        _offer(other, slice(chunks, 0, 3), 0, 3);
    }

    function test_storeChunkMetadata_revertsOnASessionThatIsOnlyInATree() public {
        ILucidAnchors.Session memory member = session;
        member.sessionId = hashOf("in a tree", 0);
        bytes32 leaf = leafOf(member);
        vm.prank(REGISTRAR);
        anchors.registerSessionTree(leaf, 1);
        vm.expectRevert(
            abi.encodeWithSelector(ILucidChunkStore.SessionNotRegistered.selector, commitmentOf(member))
        );
        _offer(member, slice(chunks, 0, 3), 0, 3);
        anchors.promoteSession(leaf, member, new bytes32[](0));
        _offer(member, slice(chunks, 0, 3), 0, 3);
        vm.assertEq(store.recordedCount(commitmentOf(member)), 4, "once promoted, it takes chunks");
    }

    function test_storeChunkMetadata_revertsOnDescendingIdx() public {
        ILucidChunkStore.Chunk[] memory swapped = slice(chunks, 4, 5);
        (swapped[0], swapped[1]) = (swapped[1], swapped[0]);
        vm.expectRevert(abi.encodeWithSelector(ILucidChunkStore.IdxNotAscending.selector, 5, 4));
        _offer(session, swapped, 4, 5);
    }

    function test_storeChunkMetadata_revertsOnAnIdxTwice() public {
        ILucidChunkStore.Chunk[] memory twice = slice(chunks, 0, 1);
        twice[1] = twice[0];
        vm.expectRevert(abi.encodeWithSelector(ILucidChunkStore.IdxNotAscending.selector, 0, 0));
        _offer(session, twice, 0, 1);
    }

    function testFuzz_storeChunkMetadata_revertsBeyondTheLastChunk(uint256 count) public {
        uint32 chunkCount = uint32(bound(count, 1, CHUNKS - 1));
        ILucidAnchors.Session memory shorter = session;
        shorter.sessionId = hashOf("shorter", 0);
        shorter.chunkCount = chunkCount;
        register(shorter);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILucidChunkStore.ChunkOutOfRange.selector,
                commitmentOf(shorter),
                chunkCount,
                chunkCount
            )
        );
        _offer(shorter, slice(chunks, 0, chunkCount), 0, chunkCount);
        _offer(shorter, slice(chunks, 0, chunkCount - 1), 0, chunkCount - 1);
        vm.assertEq(
            store.recordedCount(commitmentOf(shorter)),
            chunkCount,
            "the last one is within the session"
        );
    }

    function testFuzz_storeChunkMetadata_revertsOnAChangedChunk(uint256 place, uint256 field) public {
        ILucidChunkStore.Chunk[] memory run = slice(chunks, 8, 15);
        ILucidChunkStore.Chunk memory chunk = run[place % 8];
        field = field % 3;
        if (field == 0) chunk.sizeBytes = ~chunk.sizeBytes;
        if (field == 1) chunk.ciphertextSha256 = ~chunk.ciphertextSha256;
        if (field == 2) chunk.contentRoot = ~chunk.contentRoot;
        _expectNotInSession();
        _offer(session, run, 8, 15);
    }

    function testFuzz_storeChunkMetadata_revertsOnAnotherRunsProof(uint256 from) public {
        from = bound(from, 0, CHUNKS - 8);
        vm.assume(from != 8);
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(tree, from, from + 7);
        ILucidChunkStore.Chunk[] memory run = slice(chunks, 8, 15);
        vm.prank(UPLOADER);
        try store.storeChunkMetadata(session, run, proof, flags) {
            vm.assertTrue(false, "a proof for another run is refused");
        } catch {
            vm.assertEq(store.recordedCount(commitment), 0, "nothing is recorded");
        }
    }

    function test_storeChunkMetadata_revertsOnAMultiproofOfTheWrongShape() public {
        vm.expectRevert(abi.encodeWithSelector(MerkleProof.MerkleProofInvalidMultiproof.selector));
        vm.prank(UPLOADER);
        store.storeChunkMetadata(session, slice(chunks, 0, 1), new bytes32[](0), new bool[](0));
    }

    function testFuzz_storeChunkMetadata_revertsWithoutTheRole(address account) public {
        vm.assume(account != UPLOADER);
        expectMissingRole(account, UPLOADER_ROLE);
        vm.prank(account);
        store.storeChunkMetadata(session, slice(chunks, 0, 0), Trees.proofOf(tree, 0), new bool[](0));
    }

    function test_storeChunkMetadata_revertsWhilePaused() public {
        vm.prank(ADMIN);
        store.pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        _store(0, 3);
    }

    function _store(uint256 from, uint256 to) private {
        _offer(session, slice(chunks, from, to), from, to);
    }

    function _offer(
        ILucidAnchors.Session memory offered,
        ILucidChunkStore.Chunk[] memory run,
        uint256 from,
        uint256 to
    ) private {
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(tree, from, to);
        vm.prank(UPLOADER);
        store.storeChunkMetadata(offered, run, proof, flags);
    }

    function _expectNotInSession() private {
        vm.expectRevert(abi.encodeWithSelector(ILucidChunkStore.ChunksNotInSession.selector, commitment));
    }

    function _assertStoredEvent(Vm.Log memory log, ILucidChunkStore.Chunk memory chunk) private view {
        vm.assertEq(log.topics[0], ILucidChunkStore.ChunkStored.selector, "the event's kind");
        vm.assertEq(log.topics[1], commitment, "the event's commitment");
        vm.assertEq(log.topics[2], bytes32(uint256(chunk.idx)), "the event's idx");
        vm.assertEq(
            keccak256(log.data),
            keccak256(abi.encode(chunk.sizeBytes, chunk.ciphertextSha256, chunk.contentRoot)),
            "the event's data"
        );
    }

    function _one(bytes32 element) private pure returns (bytes32[] memory list) {
        list = new bytes32[](1);
        list[0] = element;
    }
}
