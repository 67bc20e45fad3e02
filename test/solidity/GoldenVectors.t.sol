// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { ILucidChunkStore } from "../../contracts/interfaces/ILucidChunkStore.sol";
import { ContentTree } from "../../contracts/libraries/ContentTree.sol";
import { Leaves } from "../../contracts/libraries/Leaves.sol";
import { StorageChallenge } from "../../contracts/libraries/StorageChallenge.sol";
import { LucidTest } from "./support/LucidTest.sol";

/// @dev Holds the contracts to test/vectors/anchoring.json, which the TypeScript tests are held to as well.
contract GoldenVectorsTest is LucidTest {
    string private constant FILE = "test/vectors/anchoring.json";
    uint256 private constant VERSION = 1;

    function setUp() public override {
        super.setUp();
        vm.assertEq(this.uintAt(".version"), VERSION, "the version that this test knows");
    }

    function test_sessions_haveTheirCommitmentAndLeaf() public {
        uint256 count = _countOf(".sessions");
        for (uint256 i = 0; i < count; ++i) {
            string memory key = _at(".sessions", i);
            ILucidAnchors.Session memory session = _sessionAt(key);
            register(session);
            vm.assertEq(anchors.commitmentOf(session.sessionId), _bytes32(key, ".commitment"), "commitment");
            vm.assertEq(this.leafOfSession(session), _bytes32(key, ".leaf"), "leaf");
        }
        vm.assertGt(count, 0, "there are vectors");
    }

    function test_sessions_mustFailWithAFieldChanged() public {
        uint256 count = _countOf(".mustFail.sessions");
        // Each is the first session with one field changed, and carries the first one's commitment.
        register(_sessionAt(".sessions[0]"));
        for (uint256 i = 0; i < count; ++i) {
            string memory key = _at(".mustFail.sessions", i);
            vm.assertFalse(anchors.verifySession(_sessionAt(key)), _string(key, ".why"));
            vm.assertFalse(
                commitmentOf(_sessionAt(key)) == _bytes32(key, ".commitment"),
                _string(key, ".why")
            );
        }
        vm.assertGt(count, 0, "there are vectors");
    }

    function test_sessionTree_holdsEachSession() public {
        bytes32 root = this.bytes32At(".sessionTree.root");
        uint256 count = _countOf(".sessionTree.proofs");
        vm.prank(REGISTRAR);
        anchors.registerSessionTree(root, uint32(count));
        for (uint256 i = 0; i < count; ++i) {
            ILucidAnchors.Session memory session = _sessionAt(_at(".sessions", i));
            bytes32[] memory proof = _list(_at(".sessionTree.proofs", i), ".proof");
            vm.assertTrue(anchors.verifySessionInTree(root, session, proof), "a member verifies");
            anchors.promoteSession(root, session, proof);
            vm.assertTrue(anchors.verifySession(session), "and can be promoted");
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
    function leafOfSession(ILucidAnchors.Session calldata session) external pure returns (bytes32) {
        return Leaves.ofSession(session);
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
        vm.assertEq(store.recordedCount(session.sessionId), chunks.length, "the run is recorded");
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
