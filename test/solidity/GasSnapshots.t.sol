// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { ILucidChunkStore } from "../../contracts/interfaces/ILucidChunkStore.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Trees } from "./support/Trees.sol";

/// @dev What each entry costs, by how many items it carries. The figures are kept in snapshots/ and say what the
/// call itself takes: they include neither calldata nor the 21,000 of a transaction. Everything that a call needs is
/// made in setUp, so that a measured call finds every slot as cold as a transaction would.
contract GasSnapshotsTest is LucidTest {
    uint256 private constant LATEST_CHALLENGE = 960;
    uint32 private constant SEGMENTS = 64;
    uint256 private constant CHUNKS = 256;
    /// @dev Seeds of sessions that setUp registers; batches start at 0.
    uint256 private constant REGISTERED = 10_000;
    uint256 private constant IN_TREE = 20_000;
    uint256 private constant TREE_SIZE = 64;
    /// @dev An epoch that setUp attests by somebody else than the registrar, and one that it attests by the registrar.
    uint64 private constant BEGUN = 800;
    uint64 private constant ATTESTED = 799;

    ILucidAnchors.Session private session;
    ILucidChunkStore.Chunk[] private chunks;
    bytes32[] private tree;
    bytes32[] private sessionTree;
    ILucidAnchors.Session private provable;
    ILucidChunkStore.Chunk private provableChunk;
    bytes private content;

    function setUp() public override {
        super.setUp();
        register(sampleSession(REGISTERED));
        _registerSessionTree();
        // After its tree, so that promoting it lowers its time.
        vm.warp(block.timestamp + 1);
        register(sampleSession(IN_TREE + 1));
        ILucidChunkStore.Chunk[] memory sample = sampleChunks(CHUNKS);
        (session, tree) = sessionOf(sample);
        for (uint256 i = 0; i < CHUNKS; ++i) chunks.push(sample[i]);
        register(session);
        _storeRun(0, 63);
        _registerProvableChunk();
        vm.prank(ADMIN);
        anchors.grantRole(REGISTRAR_ROLE, STRANGER);
        _attest(STRANGER, BEGUN);
        _attest(REGISTRAR, ATTESTED);
    }

    function test_gas_registerSession() public {
        register(sampleSession(0));
        vm.snapshotGasLastCall("LucidAnchors", "registerSession");
    }

    function test_gas_registerSessionAgain() public {
        register(sampleSession(REGISTERED));
        vm.snapshotGasLastCall("LucidAnchors", "registerSession, registered already");
    }

    function test_gas_registerSessions1() public {
        _registerBatch(1);
        vm.snapshotGasLastCall("LucidAnchors", "registerSessions, 1");
    }

    function test_gas_registerSessions50() public {
        _registerBatch(50);
        vm.snapshotGasLastCall("LucidAnchors", "registerSessions, 50");
    }

    function test_gas_registerSessions500() public {
        _registerBatch(500);
        vm.snapshotGasLastCall("LucidAnchors", "registerSessions, 500");
    }

    function test_gas_registerSessionTree() public {
        vm.prank(REGISTRAR);
        anchors.registerSessionTree(hashOf("tree", 0), 1_000_000);
        vm.snapshotGasLastCall("LucidAnchors", "registerSessionTree");
    }

    function test_gas_promoteSession() public {
        anchors.promoteSession(sessionTree[0], sampleSession(IN_TREE), Trees.proofOf(sessionTree, 0));
        vm.snapshotGasLastCall("LucidAnchors", "promoteSession, of 64");
    }

    function test_gas_promoteSessionToAnEarlierTime() public {
        anchors.promoteSession(sessionTree[0], sampleSession(IN_TREE + 1), Trees.proofOf(sessionTree, 1));
        vm.snapshotGasLastCall("LucidAnchors", "promoteSession, of 64, to an earlier time");
    }

    function test_gas_storeChunkMetadata1() public {
        _storeRun(64, 64);
        vm.snapshotGasLastCall("LucidChunkStore", "storeChunkMetadata, 1 of 256");
    }

    function test_gas_storeChunkMetadata64() public {
        _storeRun(64, 127);
        vm.snapshotGasLastCall("LucidChunkStore", "storeChunkMetadata, 64 of 256");
    }

    function test_gas_updateChunkStatus1() public {
        _updateRun(1);
        vm.snapshotGasLastCall("LucidChunkStore", "updateChunkStatus, 1");
    }

    function test_gas_updateChunkStatus64() public {
        _updateRun(64);
        vm.snapshotGasLastCall("LucidChunkStore", "updateChunkStatus, 64");
    }

    function test_gas_proveStorage() public {
        vm.roll(LATEST_CHALLENGE + 1);
        bytes32 seed = hashOf("block", LATEST_CHALLENGE);
        vm.setBlockhash(LATEST_CHALLENGE, seed);
        bytes32 digest = keccak256(abi.encode(seed, leafOf(provableChunk), REGISTRAR));
        uint32 index = uint32(uint256(digest) % SEGMENTS);
        bytes memory segment = Trees.segmentAt(content, index);
        bytes32[] memory path = Trees.auditPath(content, index);
        vm.prank(REGISTRAR);
        store.proveStorage(provable, provableChunk, new bytes32[](0), index, segment, path, LATEST_CHALLENGE);
        vm.snapshotGasLastCall("LucidChunkStore", "proveStorage, 1 of 64 segments");
    }

    function test_gas_attestEpoch() public {
        _attest(REGISTRAR, BEGUN);
        vm.snapshotGasLastCall("LucidCheckpoints", "attestEpoch");
    }

    function test_gas_attestEpochFirst() public {
        _attest(REGISTRAR, BEGUN + 1);
        vm.snapshotGasLastCall("LucidCheckpoints", "attestEpoch, the first of a root");
    }

    function test_gas_attestEpochAgain() public {
        _attest(REGISTRAR, ATTESTED);
        vm.snapshotGasLastCall("LucidCheckpoints", "attestEpoch, attested already");
    }

    function _attest(address attester, uint64 epoch) private {
        vm.prank(attester);
        checkpoints.attestEpoch(epoch, hashOf("checkpoint", epoch));
    }

    function _registerSessionTree() private {
        bytes32[] memory leaves = new bytes32[](TREE_SIZE);
        for (uint256 i = 0; i < TREE_SIZE; ++i) leaves[i] = leafOf(sampleSession(IN_TREE + i));
        sessionTree = Trees.build(leaves);
        vm.prank(REGISTRAR);
        anchors.registerSessionTree(sessionTree[0], uint32(TREE_SIZE));
    }

    function _registerProvableChunk() private {
        content = new bytes(SEGMENTS * Trees.SEGMENT_BYTES);
        provableChunk = ILucidChunkStore.Chunk({
            idx: 0,
            sizeBytes: uint32(content.length),
            ciphertextSha256: sha256(content),
            contentRoot: Trees.contentRoot(content)
        });
        ILucidChunkStore.Chunk[] memory only = new ILucidChunkStore.Chunk[](1);
        only[0] = provableChunk;
        (provable, ) = sessionOf(only);
        register(provable);
    }

    function _registerBatch(uint256 count) private {
        ILucidAnchors.Session[] memory batch = new ILucidAnchors.Session[](count);
        for (uint256 i = 0; i < count; ++i) batch[i] = sampleSession(i);
        vm.prank(REGISTRAR);
        anchors.registerSessions(batch);
    }

    function _storeRun(uint256 from, uint256 to) private {
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(tree, from, to);
        ILucidChunkStore.Chunk[] memory run = slice(chunks, from, to);
        vm.prank(UPLOADER);
        store.storeChunkMetadata(session, run, proof, flags);
    }

    function _updateRun(uint32 count) private {
        uint32[] memory idx = new uint32[](count);
        for (uint32 i = 0; i < count; ++i) idx[i] = i;
        vm.prank(UPLOADER);
        store.updateChunkStatus(commitmentOf(session), idx, ILucidChunkStore.ChunkStatus.Replicated);
    }
}
