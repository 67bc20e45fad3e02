// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { ILucidChunkStore } from "../../contracts/interfaces/ILucidChunkStore.sol";
import { ContentTree } from "../../contracts/libraries/ContentTree.sol";
import { Leaves } from "../../contracts/libraries/Leaves.sol";
import { StorageChallenge } from "../../contracts/libraries/StorageChallenge.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Vm } from "./support/Vm.sol";

/// @dev Holds the contracts to test/vectors/anchoring.json, which the TypeScript tests are held to as well.
contract GoldenVectorsTest is LucidTest {
    string private constant FILE = "test/vectors/anchoring.json";
    uint256 private constant VERSION = 2;

    function setUp() public override {
        super.setUp();
        vm.assertEq(this.uintAt(".version"), VERSION, "the version that this test knows");
    }

    function test_sessions_haveTheirCommitmentLeafAndEvent() public {
        uint256 count = _countOf(".sessions");
        for (uint256 i = 0; i < count; ++i) {
            string memory key = _at(".sessions", i);
            ILucidAnchors.Session memory session = _sessionAt(key);
            bytes32 commitment = _bytes32(key, ".commitment");
            vm.warp(START + i);
            vm.recordLogs();
            register(session);
            _assertEvent(vm.getRecordedLogs(), string.concat(key, ".registered"));
            vm.assertEq(anchors.registeredAt(commitment), START + i, "the slot under its commitment");
            (bytes32 hash, bytes32 leaf) = this.hashesOf(session);
            vm.assertEq(hash, commitment, "commitment");
            vm.assertEq(leaf, _bytes32(key, ".leaf"), "leaf");
        }
        vm.assertGt(count, 0, "there are vectors");
    }

    function test_sessions_twoContentsUnderOneIdHaveATimeEach() public {
        ILucidAnchors.Session memory first = _sessionAt(".sessions[0]");
        ILucidAnchors.Session memory last = _sessionAt(_at(".sessions", _countOf(".sessions") - 1));
        vm.assertEq(first.sessionId, last.sessionId, "one id");
        register(last);
        vm.assertEq(anchors.verifySession(first), 0, "the other content is not registered by that");
        vm.warp(START + 1);
        register(first);
        vm.assertEq(anchors.verifySession(first), START + 1, "it has a time of its own");
        vm.assertEq(anchors.verifySession(last), START, "and so does the first one");
    }

    function test_sessions_mustFailWithAFieldChanged() public {
        uint256 count = _countOf(".mustFail.sessions");
        // Each is the first session with one field changed or more, and carries the first one's commitment.
        register(_sessionAt(".sessions[0]"));
        for (uint256 i = 0; i < count; ++i) {
            string memory key = _at(".mustFail.sessions", i);
            vm.assertEq(anchors.verifySession(_sessionAt(key)), 0, _string(key, ".why"));
            vm.assertGt(anchors.registeredAt(_bytes32(key, ".commitment")), 0, "the first one is registered");
            vm.assertFalse(
                commitmentOf(_sessionAt(key)) == _bytes32(key, ".commitment"),
                _string(key, ".why")
            );
        }
        vm.assertGt(count, 0, "there are vectors");
    }

    function test_events_mustFail() public view {
        uint256 count = _countOf(".mustFail.events");
        for (uint256 i = 0; i < count; ++i) {
            string memory key = _at(".mustFail.events", i);
            bytes32[] memory topics = _list(key, ".topics");
            bytes32 found = 0;
            try this.commitmentOfEvent(topics, this.bytesAt(string.concat(key, ".data"))) returns (
                bytes32 hash
            ) {
                found = hash;
            } catch (bytes memory reason) {
                vm.assertEq(reason.length, 0, "only the decoder fails");
            }
            vm.assertFalse(found == _bytes32(key, ".commitment"), _string(key, ".why"));
        }
        vm.assertGt(count, 0, "there are vectors");
    }

    function test_sessionTree_holdsEachSession() public {
        bytes32 root = this.bytes32At(".sessionTree.root");
        uint256 count = _countOf(".sessionTree.proofs");
        registerTree(root, count);
        vm.warp(START + 1);
        for (uint256 i = 0; i < count; ++i) {
            string memory key = _at(".sessionTree.proofs", i);
            ILucidAnchors.Session memory session = _sessionAt(_at(".sessions", i));
            bytes32[] memory proof = _list(key, ".proof");
            vm.assertEq(anchors.verifySessionInTree(root, session, proof), START, "a member verifies");
            anchors.promoteSession(root, session, proof);
            vm.assertEq(
                anchors.registeredAt(_bytes32(key, ".commitment")),
                START,
                "and can be promoted, with the tree's time"
            );
        }
        vm.assertGt(count, 0, "there are vectors");
    }

    function test_chunkTrees_haveTheirLeavesAndProofs() public view {
        for (uint256 i = 0; i < _countOf(".chunkTrees"); ++i) {
            string memory key = _at(".chunkTrees", i);
            bytes32 root = _bytes32(key, ".root");
            for (uint256 j = 0; j < _countOf(string.concat(key, ".chunks")); ++j) {
                string memory chunk = _at(string.concat(key, ".chunks"), j);
                vm.assertEq(this.leafOfChunk(_chunkAt(chunk)), _bytes32(chunk, ".leaf"), "leaf");
            }
            for (uint256 j = 0; j < _countOf(string.concat(key, ".proofs")); ++j) {
                string memory proof = _at(string.concat(key, ".proofs"), j);
                bytes32 leaf = _bytes32(_at(string.concat(key, ".chunks"), _uint(proof, ".idx")), ".leaf");
                vm.assertTrue(MerkleProof.verify(_list(proof, ".proof"), root, leaf), "proof");
            }
        }
        vm.assertGt(_countOf(".chunkTrees"), 0, "there are vectors");
    }

    function test_chunkTrees_multiproofsRecordTheirRuns() public {
        for (uint256 i = 0; i < _countOf(".chunkTrees"); ++i) {
            string memory key = _at(".chunkTrees", i);
            for (uint256 j = 0; j < _countOf(string.concat(key, ".multiproofs")); ++j) {
                _storeRun(key, _at(string.concat(key, ".multiproofs"), j), i * 100 + j);
            }
        }
    }

    /// @dev The first chunk of each session, recorded under the session's commitment.
    function test_sessions_haveTheEventOfTheirFirstChunk() public {
        uint256 count = _countOf(".sessions");
        for (uint256 i = 0; i < count; ++i) {
            string memory key = _at(".sessions", i);
            ILucidAnchors.Session memory session = _sessionAt(key);
            register(session);
            string memory tree = _treeUnder(session.merkleRoot);
            ILucidChunkStore.Chunk[] memory chunks = new ILucidChunkStore.Chunk[](1);
            chunks[0] = _chunkAt(_at(string.concat(tree, ".chunks"), 0));
            // The tree's first proof is that of its first chunk; as a multiproof, none of its hashes is computed.
            bytes32[] memory proof = _list(_at(string.concat(tree, ".proofs"), 0), ".proof");
            vm.recordLogs();
            vm.prank(UPLOADER);
            store.storeChunkMetadata(session, chunks, proof, new bool[](proof.length));
            _assertEvent(vm.getRecordedLogs(), string.concat(key, ".chunkStored"));
        }
    }

    function test_chunkProofs_mustFail() public view {
        uint256 count = _countOf(".mustFail.chunkProofs");
        for (uint256 i = 0; i < count; ++i) {
            string memory key = _at(".mustFail.chunkProofs", i);
            bytes32 leaf = this.leafOfChunk(_chunkAt(string.concat(key, ".chunk")));
            vm.assertFalse(
                MerkleProof.verify(_list(key, ".proof"), _bytes32(key, ".root"), leaf),
                _string(key, ".why")
            );
        }
        vm.assertGt(count, 0, "there are vectors");
    }

    function test_contentTrees_holdTheirSegments() public view {
        for (uint256 i = 0; i < _countOf(".contentTrees"); ++i) {
            string memory key = _at(".contentTrees", i);
            for (uint256 j = 0; j < _countOf(string.concat(key, ".segmentProofs")); ++j) {
                string memory proof = _at(string.concat(key, ".segmentProofs"), j);
                vm.assertTrue(
                    this.holdsSegment(
                        _bytes32(key, ".contentRoot"),
                        uint32(_uint(key, ".sizeBytes")),
                        uint32(_uint(proof, ".segmentIndex")),
                        this.bytesAt(string.concat(proof, ".segment")),
                        _list(proof, ".path")
                    ),
                    "a segment is part of its content"
                );
            }
        }
        vm.assertGt(_countOf(".contentTrees"), 0, "there are vectors");
    }

    function test_segmentProofs_mustFail() public view {
        uint256 count = _countOf(".mustFail.segmentProofs");
        for (uint256 i = 0; i < count; ++i) {
            string memory key = _at(".mustFail.segmentProofs", i);
            vm.assertFalse(
                this.holdsSegment(
                    _bytes32(key, ".contentRoot"),
                    uint32(_uint(key, ".sizeBytes")),
                    uint32(_uint(key, ".segmentIndex")),
                    this.bytesAt(string.concat(key, ".segment")),
                    _list(key, ".path")
                ),
                _string(key, ".why")
            );
        }
        vm.assertGt(count, 0, "there are vectors");
    }

    function test_challenges_askForTheirSegment() public view {
        uint256 count = _countOf(".challenges");
        for (uint256 i = 0; i < count; ++i) {
            string memory key = _at(".challenges", i);
            uint32 segment = StorageChallenge.segmentFor(
                _bytes32(key, ".seed"),
                _bytes32(key, ".chunkLeaf"),
                this.addressAt(string.concat(key, ".prover")),
                ContentTree.segmentCount(uint32(_uint(key, ".sizeBytes")))
            );
            vm.assertEq(segment, _uint(key, ".segmentIndex"), "the segment asked for");
        }
        vm.assertGt(count, 0, "there are vectors");
    }

    /// @dev This and the next two are external, because the libraries read calldata.
    function hashesOf(
        ILucidAnchors.Session calldata session
    ) external pure returns (bytes32 commitment, bytes32 leaf) {
        commitment = Leaves.commitment(session);
        leaf = Leaves.ofCommitment(commitment);
    }

    function leafOfChunk(ILucidChunkStore.Chunk calldata chunk) external pure returns (bytes32) {
        return Leaves.ofChunk(chunk);
    }

    function holdsSegment(
        bytes32 root,
        uint32 sizeBytes,
        uint32 index,
        bytes calldata segment,
        bytes32[] calldata path
    ) external pure returns (bool) {
        return ContentTree.verify(root, sizeBytes, index, segment, path);
    }

    /// @dev External, so that a failure to decode can be caught.
    function commitmentOfEvent(
        bytes32[] calldata topics,
        bytes calldata data
    ) external pure returns (bytes32) {
        (bytes32 manifestHash, bytes32 merkleRoot, uint64 startedAt, uint32 chunkCount) = abi.decode(
            data,
            (bytes32, bytes32, uint64, uint32)
        );
        address owner = address(uint160(uint256(topics[2])));
        return keccak256(abi.encode(topics[1], manifestHash, startedAt, owner, merkleRoot, chunkCount));
    }

    /// @dev Each read is a call of its own, so that the memory that the file takes is given back.
    function uintAt(string calldata key) external view returns (uint256) {
        return vm.parseJsonUint(vm.readFile(FILE), key);
    }

    function bytes32At(string calldata key) external view returns (bytes32) {
        return vm.parseJsonBytes32(vm.readFile(FILE), key);
    }

    function addressAt(string calldata key) external view returns (address) {
        return vm.parseJsonAddress(vm.readFile(FILE), key);
    }

    function bytesAt(string calldata key) external view returns (bytes memory) {
        return vm.parseJsonBytes(vm.readFile(FILE), key);
    }

    function stringAt(string calldata key) external view returns (string memory) {
        return vm.parseJsonString(vm.readFile(FILE), key);
    }

    function listAt(string calldata key) external view returns (bytes32[] memory) {
        return vm.parseJsonBytes32Array(vm.readFile(FILE), key);
    }

    function flagsAt(string calldata key) external view returns (bool[] memory) {
        return vm.parseJsonBoolArray(vm.readFile(FILE), key);
    }

    function hasKey(string calldata key) external view returns (bool) {
        return vm.keyExistsJson(vm.readFile(FILE), key);
    }

    function _storeRun(string memory tree, string memory run, uint256 seed) private {
        uint256 from = _uint(run, ".from");
        uint256 to = _uint(run, ".to");
        ILucidAnchors.Session memory session = sampleSession(seed);
        session.merkleRoot = _bytes32(tree, ".root");
        session.chunkCount = uint32(_uint(tree, ".chunkCount"));
        register(session);
        ILucidChunkStore.Chunk[] memory chunks = new ILucidChunkStore.Chunk[](to - from + 1);
        for (uint256 i = from; i <= to; ++i) {
            chunks[i - from] = _chunkAt(_at(string.concat(tree, ".chunks"), i));
        }
        bytes32[] memory proof = _list(run, ".proof");
        bool[] memory flags = this.flagsAt(string.concat(run, ".proofFlags"));
        vm.prank(UPLOADER);
        store.storeChunkMetadata(session, chunks, proof, flags);
        vm.assertEq(store.recordedCount(commitmentOf(session)), chunks.length, "the run is recorded");
    }

    function _assertEvent(Vm.Log[] memory logs, string memory key) private view {
        vm.assertEq(logs.length, 1, "one event");
        bytes32[] memory topics = _list(key, ".topics");
        vm.assertEq(
            keccak256(abi.encode(logs[0].topics)),
            keccak256(abi.encode(topics)),
            "the event's topics"
        );
        vm.assertEq(
            keccak256(logs[0].data),
            keccak256(this.bytesAt(string.concat(key, ".data"))),
            "the event's data"
        );
    }

    function _treeUnder(bytes32 root) private view returns (string memory key) {
        for (uint256 i = 0; ; ++i) {
            key = _at(".chunkTrees", i);
            if (_bytes32(key, ".root") == root) return key;
        }
    }

    function _sessionAt(string memory key) private view returns (ILucidAnchors.Session memory) {
        return
            ILucidAnchors.Session({
                sessionId: _bytes32(key, ".sessionId"),
                manifestHash: _bytes32(key, ".manifestHash"),
                startedAt: uint64(_uint(key, ".startedAt")),
                owner: this.addressAt(string.concat(key, ".owner")),
                merkleRoot: _bytes32(key, ".merkleRoot"),
                chunkCount: uint32(_uint(key, ".chunkCount"))
            });
    }

    function _chunkAt(string memory key) private view returns (ILucidChunkStore.Chunk memory) {
        return
            ILucidChunkStore.Chunk({
                idx: uint32(_uint(key, ".idx")),
                sizeBytes: uint32(_uint(key, ".sizeBytes")),
                ciphertextSha256: _bytes32(key, ".ciphertextSha256"),
                contentRoot: _bytes32(key, ".contentRoot")
            });
    }

    function _countOf(string memory key) private view returns (uint256 count) {
        while (this.hasKey(_at(key, count))) ++count;
    }

    function _at(string memory key, uint256 index) private pure returns (string memory) {
        return string.concat(key, "[", vm.toString(index), "]");
    }

    function _bytes32(string memory key, string memory field) private view returns (bytes32) {
        return this.bytes32At(string.concat(key, field));
    }

    function _uint(string memory key, string memory field) private view returns (uint256) {
        return this.uintAt(string.concat(key, field));
    }

    function _list(string memory key, string memory field) private view returns (bytes32[] memory) {
        return this.listAt(string.concat(key, field));
    }

    function _string(string memory key, string memory field) private view returns (string memory) {
        return this.stringAt(string.concat(key, field));
    }
}
