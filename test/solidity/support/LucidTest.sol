// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { LucidAnchors } from "../../../contracts/LucidAnchors.sol";
import { LucidCheckpoints } from "../../../contracts/LucidCheckpoints.sol";
import { LucidChunkStore } from "../../../contracts/LucidChunkStore.sol";
import { ILucidAnchors } from "../../../contracts/interfaces/ILucidAnchors.sol";
import { ILucidChunkStore } from "../../../contracts/interfaces/ILucidChunkStore.sol";
import { Trees } from "./Trees.sol";
import { Vm } from "./Vm.sol";
import { deployed } from "./Deployed.sol";

/// @notice All contracts deployed, with an account for each role, and what is needed to fill them.
abstract contract LucidTest {
    /// @dev Where the test runner listens: the low 20 bytes of keccak256("hevm cheat code").
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address internal constant ADMIN = address(0xAD);
    address internal constant REGISTRAR = address(0x4E);
    address internal constant UPLOADER = address(0x0B);
    address internal constant STRANGER = address(0x57);
    /// @dev When every test begins, in Unix seconds: 2026-01-01T00:00:00Z.
    uint64 internal constant START = 1_767_225_600;
    bytes32 internal constant ADMIN_ROLE = 0;
    bytes32 internal constant REGISTRAR_ROLE = keccak256("REGISTRAR_ROLE");
    bytes32 internal constant UPLOADER_ROLE = keccak256("UPLOADER_ROLE");

    LucidAnchors internal anchors;
    LucidChunkStore internal store;
    LucidCheckpoints internal checkpoints;

    function setUp() public virtual {
        vm.warp(START);
        anchors = LucidAnchors(deployed("LucidAnchors", abi.encode(ADMIN)));
        store = LucidChunkStore(deployed("LucidChunkStore", abi.encode(address(anchors), ADMIN)));
        checkpoints = LucidCheckpoints(deployed("LucidCheckpoints", abi.encode(address(anchors))));
        vm.startPrank(ADMIN);
        anchors.grantRole(REGISTRAR_ROLE, REGISTRAR);
        store.grantRole(UPLOADER_ROLE, UPLOADER);
        vm.stopPrank();
    }

    function sampleSession(uint256 seed) internal pure returns (ILucidAnchors.Session memory) {
        return
            ILucidAnchors.Session({
                sessionId: hashOf("id", seed),
                manifestHash: hashOf("manifest", seed),
                startedAt: uint64(uint256(hashOf("start", seed))),
                owner: address(uint160(uint256(hashOf("owner", seed)))),
                merkleRoot: hashOf("root", seed),
                chunkCount: uint32(bound(uint256(hashOf("count", seed)), 1, type(uint32).max))
            });
    }

    /// @dev A session whose chunks have invented metadata, which is all that recording them needs.
    function sessionOf(
        ILucidChunkStore.Chunk[] memory chunks
    ) internal pure returns (ILucidAnchors.Session memory session, bytes32[] memory tree) {
        bytes32[] memory leaves = new bytes32[](chunks.length);
        for (uint256 i = 0; i < chunks.length; ++i) leaves[i] = leafOf(chunks[i]);
        tree = Trees.build(leaves);
        session = sampleSession(chunks.length);
        session.merkleRoot = tree[0];
        session.chunkCount = uint32(chunks.length);
    }

    function sampleChunks(uint256 count) internal pure returns (ILucidChunkStore.Chunk[] memory chunks) {
        chunks = new ILucidChunkStore.Chunk[](count);
        for (uint32 i = 0; i < count; ++i) {
            chunks[i] = ILucidChunkStore.Chunk({
                idx: i,
                sizeBytes: uint32(uint256(hashOf("size", i))),
                ciphertextSha256: hashOf("ciphertext", i),
                contentRoot: hashOf("content", i)
            });
        }
    }

    function slice(
        ILucidChunkStore.Chunk[] memory chunks,
        uint256 from,
        uint256 to
    ) internal pure returns (ILucidChunkStore.Chunk[] memory part) {
        part = new ILucidChunkStore.Chunk[](to - from + 1);
        for (uint256 i = from; i <= to; ++i) part[i - from] = chunks[i];
    }

    /// @dev Sessions whose seeds count up from 0, and the tree over them.
    function sampleTree(
        uint256 count
    ) internal pure returns (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) {
        sessions = sampleBatch(count);
        tree = treeOver(sessions);
    }

    function sampleBatch(uint256 count) internal pure returns (ILucidAnchors.Session[] memory batch) {
        batch = new ILucidAnchors.Session[](count);
        for (uint256 i = 0; i < count; ++i) batch[i] = sampleSession(i);
    }

    function treeOver(ILucidAnchors.Session[] memory sessions) internal pure returns (bytes32[] memory) {
        bytes32[] memory leaves = new bytes32[](sessions.length);
        for (uint256 i = 0; i < sessions.length; ++i) leaves[i] = leafOf(sessions[i]);
        return Trees.build(leaves);
    }

    /// @dev Another content under the same id, as somebody would register who wants to squat it.
    function foreignContent(
        ILucidAnchors.Session memory session
    ) internal pure returns (ILucidAnchors.Session memory foreign) {
        foreign = sampleSession(uint256(commitmentOf(session)));
        foreign.sessionId = session.sessionId;
    }

    function registerTree(bytes32 root, uint256 count) internal {
        vm.prank(REGISTRAR);
        anchors.registerSessionTree(root, uint32(count));
    }

    function registerBatch(ILucidAnchors.Session[] memory batch) internal returns (uint256) {
        vm.prank(REGISTRAR);
        return anchors.registerSessions(batch);
    }

    function register(ILucidAnchors.Session memory session) internal {
        vm.prank(REGISTRAR);
        anchors.registerSession(
            session.sessionId,
            session.manifestHash,
            session.startedAt,
            session.owner,
            session.merkleRoot,
            session.chunkCount
        );
    }

    /// @dev The same session with one of its six fields changed.
    function withFieldChanged(
        ILucidAnchors.Session memory session,
        uint256 field
    ) internal pure returns (ILucidAnchors.Session memory changed) {
        changed = abi.decode(abi.encode(session), (ILucidAnchors.Session));
        if (field == 0) changed.sessionId = ~session.sessionId;
        if (field == 1) changed.manifestHash = ~session.manifestHash;
        if (field == 2) changed.startedAt = ~session.startedAt;
        if (field == 3) changed.owner = address(~uint160(session.owner));
        if (field == 4) changed.merkleRoot = ~session.merkleRoot;
        if (field == 5) changed.chunkCount = ~session.chunkCount;
    }

    /// @dev A session with one of its six fields zero.
    function sessionWithZero(uint256 field) internal pure returns (ILucidAnchors.Session memory session) {
        session = sampleSession(1);
        if (field == 0) session.sessionId = 0;
        if (field == 1) session.manifestHash = 0;
        if (field == 2) session.startedAt = 0;
        if (field == 3) session.owner = address(0);
        if (field == 4) session.merkleRoot = 0;
        if (field == 5) session.chunkCount = 0;
    }

    /// @dev A session with a zero that no slot takes: in any field but startedAt.
    function invalidSession(uint256 field) internal pure returns (ILucidAnchors.Session memory) {
        uint256[5] memory required = [uint256(0), 1, 3, 4, 5];
        return sessionWithZero(required[field % 5]);
    }

    function commitmentOf(ILucidAnchors.Session memory session) internal pure returns (bytes32) {
        return keccak256(abi.encode(session));
    }

    function leafOf(ILucidAnchors.Session memory session) internal pure returns (bytes32) {
        return keccak256(bytes.concat(commitmentOf(session)));
    }

    function leafOf(ILucidChunkStore.Chunk memory chunk) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(chunk))));
    }

    function hashOf(string memory label, uint256 seed) internal pure returns (bytes32) {
        return keccak256(abi.encode(label, seed));
    }

    function bound(uint256 value, uint256 lowest, uint256 highest) internal pure returns (uint256) {
        uint256 range = highest - lowest + 1;
        return range == 0 ? value : lowest + (value % range);
    }

    function expectMissingRole(address account, bytes32 role) internal {
        vm.expectRevert(
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, account, role)
        );
    }
}
