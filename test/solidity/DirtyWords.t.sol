// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { ILucidCheckpoints } from "../../contracts/interfaces/ILucidCheckpoints.sol";
import { ILucidChunkStore } from "../../contracts/interfaces/ILucidChunkStore.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Trees } from "./support/Trees.sol";

/// @dev A session's words are hashed as they come in calldata. These tests offer words with bits above those of their
/// field's type, which the compiler's encoder cannot make, and see that no such session is ever registered or found, and
/// no such epoch attested.
contract DirtyWordsTest is LucidTest {
    /// @dev Places of startedAt, owner and chunkCount, whose types are narrower than a word.
    uint256[3] private narrow = [uint256(2), 3, 5];
    /// @dev Bits of their types.
    uint256[3] private bits = [uint256(64), 160, 32];

    ILucidAnchors.Session private session;
    ILucidChunkStore.Chunk[] private chunks;
    bytes32[] private chunkTree;

    function setUp() public override {
        super.setUp();
        ILucidChunkStore.Chunk[] memory sample = sampleChunks(2);
        (session, chunkTree) = sessionOf(sample);
        for (uint256 i = 0; i < sample.length; ++i) chunks.push(sample[i]);
    }

    function testFuzz_registerSession_refusesThem(uint256 field, uint256 bit) public {
        ILucidAnchors.Session memory s = session;
        bytes memory call = abi.encodeCall(
            ILucidAnchors.registerSession,
            (s.sessionId, s.manifestHash, s.startedAt, s.owner, s.merkleRoot, s.chunkCount)
        );
        _assertRefused(REGISTRAR, address(anchors), call, 4, field, bit);
    }

    function testFuzz_registerSessions_refusesThem(uint256 field, uint256 bit) public {
        ILucidAnchors.Session[] memory batch = new ILucidAnchors.Session[](1);
        batch[0] = session;
        bytes memory call = abi.encodeCall(ILucidAnchors.registerSessions, (batch));
        // Selector, offset and length come before the session.
        _assertRefused(REGISTRAR, address(anchors), call, 4 + 2 * 32, field, bit);
    }

    /// @dev The tree's root is built over the dirty words, so that only the decoder can refuse them.
    function testFuzz_promoteSession_refusesThem(uint256 field, uint256 bit) public {
        bytes32 root = _dirtyLeaf(field, bit);
        registerTree(root, 1);
        bytes memory call = abi.encodeCall(ILucidAnchors.promoteSession, (root, session, new bytes32[](0)));
        _assertRefused(STRANGER, address(anchors), call, 4 + 32, field, bit);
        vm.assertEq(anchors.registeredAt(_dirtyCommitment(field, bit)), 0, "nothing is registered");
    }

    function testFuzz_verifySession_isZeroForThem(uint256 field, uint256 bit) public {
        register(session);
        bytes memory call = abi.encodeCall(ILucidAnchors.verifySession, (session));
        _assertZero(call, 4, field, bit);
    }

    function testFuzz_verifySessionInTree_isZeroForThem(uint256 field, uint256 bit) public {
        bytes32 root = _dirtyLeaf(field, bit);
        registerTree(root, 1);
        bytes memory call = abi.encodeCall(
            ILucidAnchors.verifySessionInTree,
            (root, session, new bytes32[](0))
        );
        _assertZero(call, 4 + 32, field, bit);
    }

    function testFuzz_storeChunkMetadata_findsNoSuchSession(uint256 field, uint256 bit) public {
        register(session);
        _assertNotRegistered(UPLOADER, _storingCall(), field, bit);
    }

    function testFuzz_proveStorage_findsNoSuchSession(uint256 field, uint256 bit) public {
        register(session);
        _assertNotRegistered(REGISTRAR, _provingCall(), field, bit);
    }

    /// @dev The chunk comes after the session's six words.
    function testFuzz_proveStorage_refusesThemInAChunk(uint256 field, uint256 bit) public {
        register(session);
        _assertChunkRefused(REGISTRAR, _provingCall(), 6 + (field % 2), bit);
    }

    function testFuzz_storeChunkMetadata_refusesThemInAChunk(uint256 field, uint256 bit) public {
        register(session);
        // The session's six words, three offsets and the chunks' length come before the first chunk.
        _assertChunkRefused(UPLOADER, _storingCall(), 6 + 3 + 1 + (field % 2), bit);
    }

    /// @dev An epoch beyond its type would be an attestation of another epoch, if its upper bits were cut off.
    function testFuzz_attestEpoch_refusesThem(uint64 epoch, uint256 bit) public {
        bytes memory call = abi.encodeCall(ILucidCheckpoints.attestEpoch, (epoch, hashOf("checkpoint", 1)));
        _assertEpochRefused(call, bit);
        vm.assertEq(checkpoints.attestationOf(epoch, REGISTRAR), 0, "nothing is attested");
    }

    function testFuzz_attestationOf_refusesThem(uint64 epoch, uint256 bit) public {
        _assertEpochRefused(abi.encodeCall(ILucidCheckpoints.attestationOf, (epoch, REGISTRAR)), bit);
    }

    function testFuzz_attestationOf_refusesThemInTheAttester(uint64 epoch, uint256 bit) public {
        bytes memory call = abi.encodeCall(ILucidCheckpoints.attestationOf, (epoch, REGISTRAR));
        _soil(call, 4 + 32, 160, bit);
        _assertRefusedByTheDecoder(REGISTRAR, address(checkpoints), call);
    }

    function testFuzz_attestationCount_refusesThem(uint64 epoch, uint256 bit) public {
        bytes memory call = abi.encodeCall(
            ILucidCheckpoints.attestationCount,
            (epoch, hashOf("checkpoint", 1))
        );
        _assertEpochRefused(call, bit);
    }

    /// @dev The epoch is the first argument of every call.
    function _assertEpochRefused(bytes memory call, uint256 bit) private {
        _soil(call, 4, 64, bit);
        _assertRefusedByTheDecoder(REGISTRAR, address(checkpoints), call);
    }

    function _storingCall() private view returns (bytes memory) {
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(chunkTree, 0, 1);
        return abi.encodeCall(ILucidChunkStore.storeChunkMetadata, (session, chunks, proof, flags));
    }

    function _provingCall() private view returns (bytes memory) {
        bytes32[] memory proof = Trees.proofOf(chunkTree, 0);
        return
            abi.encodeCall(
                ILucidChunkStore.proveStorage,
                (session, chunks[0], proof, 0, "", new bytes32[](0), 0)
            );
    }

    /// @param word of the arguments: the chunk's idx or sizeBytes
    function _assertChunkRefused(address sender, bytes memory call, uint256 word, uint256 bit) private {
        _soil(call, 4 + word * 32, 32, bit);
        vm.prank(sender);
        (bool isAccepted, bytes memory reason) = address(store).call(call);
        vm.assertFalse(isAccepted, "idx and sizeBytes have 32 bits");
        vm.assertEq(reason.length, 0, "the decoder refuses them");
    }

    function _assertRefused(
        address sender,
        address target,
        bytes memory call,
        uint256 start,
        uint256 field,
        uint256 bit
    ) private {
        _soilField(call, start, field, bit);
        _assertRefusedByTheDecoder(sender, target, call);
    }

    function _assertRefusedByTheDecoder(address sender, address target, bytes memory call) private {
        vm.prank(sender);
        (bool isAccepted, bytes memory reason) = target.call(call);
        vm.assertFalse(isAccepted, "a field beyond its type is refused");
        vm.assertEq(reason.length, 0, "by the decoder, before anything else looks at it");
    }

    function _assertZero(bytes memory call, uint256 start, uint256 field, uint256 bit) private view {
        _soilField(call, start, field, bit);
        (bool isAnswered, bytes memory answer) = address(anchors).staticcall(call);
        vm.assertTrue(isAnswered, "the call succeeds");
        vm.assertEq(abi.decode(answer, (uint64)), 0, "and gives no time");
    }

    function _assertNotRegistered(address sender, bytes memory call, uint256 field, uint256 bit) private {
        _soilField(call, 4, field, bit);
        vm.prank(sender);
        (bool isAccepted, bytes memory reason) = address(store).call(call);
        vm.assertFalse(isAccepted, "no such session is registered");
        vm.assertEq(
            keccak256(reason),
            keccak256(
                abi.encodeWithSelector(
                    ILucidChunkStore.SessionNotRegistered.selector,
                    _dirtyCommitment(field, bit)
                )
            ),
            "and the error names its hash"
        );
    }

    function _dirtyLeaf(uint256 field, uint256 bit) private view returns (bytes32) {
        return keccak256(bytes.concat(_dirtyCommitment(field, bit)));
    }

    function _dirtyCommitment(uint256 field, uint256 bit) private view returns (bytes32) {
        bytes memory words = abi.encode(session);
        _soilField(words, 0, field, bit);
        return keccak256(words);
    }

    function _soilField(bytes memory data, uint256 start, uint256 field, uint256 bit) private view {
        field = field % narrow.length;
        _soil(data, start + narrow[field] * 32, bits[field], bit);
    }

    /// @dev Sets one of the bits above the lowest `width` ones of the word at `position`.
    function _soil(bytes memory data, uint256 position, uint256 width, uint256 bit) private pure {
        bit = bound(bit, width, 255);
        data[position + 31 - bit / 8] |= bytes1(uint8(1 << (bit % 8)));
    }
}
