// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { Pausable } from "@openzeppelin/contracts/utils/Pausable.sol";
import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Trees } from "./support/Trees.sol";

contract LucidAnchorsTreeTest is LucidTest {
    uint256 private constant FIELDS = 6;
    uint32 private constant LARGEST_TREE = 1_048_576;

    function testFuzz_registerSessionTree_keepsTheCount(bytes32 root, uint256 count) public {
        vm.assume(root != 0);
        uint32 sessionCount = uint32(bound(count, 1, LARGEST_TREE));
        vm.expectEmit(true, true, true, true, address(anchors));
        emit ILucidAnchors.SessionTreeRegistered(root, sessionCount);
        _registerTree(root, sessionCount);
        vm.assertEq(anchors.treeSessionCount(root), sessionCount, "the count stands");
    }

    function test_registerSessionTree_acceptsTheSmallestAndTheLargest() public {
        _registerTree(hashOf("tree", 1), 1);
        _registerTree(hashOf("tree", 2), LARGEST_TREE);
        vm.assertEq(anchors.treeSessionCount(hashOf("tree", 1)), 1, "one session is enough");
        vm.assertEq(anchors.treeSessionCount(hashOf("tree", 2)), LARGEST_TREE, "2^20 are allowed");
    }

    function test_registerSessionTree_identicalAgainDoesNothing() public {
        _registerTree(hashOf("tree", 1), 7);
        vm.recordLogs();
        _registerTree(hashOf("tree", 1), 7);
        vm.assertEq(vm.getRecordedLogs().length, 0, "no second event");
    }

    function test_registerSessionTree_revertsOnAnotherCount() public {
        bytes32 root = hashOf("tree", 1);
        _registerTree(root, 7);
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.TreeAlreadyRegistered.selector, root, 7, 8));
        _registerTree(root, 8);
        vm.assertEq(anchors.treeSessionCount(root), 7, "the first count stands");
    }

    function test_registerSessionTree_revertsOnAnotherCountThanOne() public {
        bytes32 root = hashOf("tree", 1);
        _registerTree(root, 1);
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.TreeAlreadyRegistered.selector, root, 1, 2));
        _registerTree(root, 2);
    }

    function test_verifySessionInTree_holdsForATreeOfOne() public {
        (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) = _registeredTree(1);
        vm.assertTrue(
            anchors.verifySessionInTree(tree[0], sessions[0], new bytes32[](0)),
            "the leaf is the root"
        );
    }

    function test_registerSessionTree_revertsOnZeroRoot() public {
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.InvalidTree.selector, bytes32(0), 1));
        _registerTree(0, 1);
    }

    function test_registerSessionTree_revertsOnZeroCount() public {
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.InvalidTree.selector, hashOf("tree", 1), 0));
        _registerTree(hashOf("tree", 1), 0);
    }

    function testFuzz_registerSessionTree_revertsAboveTheLargest(uint256 count) public {
        uint32 tooMany = uint32(bound(count, LARGEST_TREE + 1, type(uint32).max));
        _expectInvalidTree(tooMany);
        _expectInvalidTree(LARGEST_TREE + 1);
    }

    function testFuzz_registerSessionTree_revertsWithoutTheRole(address account) public {
        vm.assume(account != REGISTRAR);
        expectMissingRole(account, REGISTRAR_ROLE);
        vm.prank(account);
        anchors.registerSessionTree(hashOf("tree", 1), 1);
    }

    function test_registerSessionTree_revertsWhilePaused() public {
        _pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        _registerTree(hashOf("tree", 1), 1);
    }

    function testFuzz_verifySessionInTree_holdsForEachMember(uint256 count, uint256 index) public {
        count = bound(count, 1, 33);
        index = index % count;
        (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) = _treeOf(count);
        vm.assertFalse(
            anchors.verifySessionInTree(tree[0], sessions[index], Trees.proofOf(tree, index)),
            "not before the tree stands"
        );
        _registerTree(tree[0], uint32(count));
        vm.assertTrue(
            anchors.verifySessionInTree(tree[0], sessions[index], Trees.proofOf(tree, index)),
            "each member verifies"
        );
    }

    function testFuzz_verifySessionInTree_oneChangedFieldFails(uint256 index, uint256 field) public {
        (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) = _registeredTree(9);
        index = index % 9;
        vm.assertFalse(
            anchors.verifySessionInTree(
                tree[0],
                withFieldChanged(sessions[index], field % FIELDS),
                Trees.proofOf(tree, index)
            ),
            "a changed field is noticed"
        );
    }

    function testFuzz_verifySessionInTree_anotherIndexsProofFails(uint256 index, uint256 other) public {
        (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) = _registeredTree(9);
        index = index % 9;
        other = other % 9;
        vm.assume(index != other);
        vm.assertFalse(
            anchors.verifySessionInTree(tree[0], sessions[index], Trees.proofOf(tree, other)),
            "a proof is good for its own index alone"
        );
    }

    function testFuzz_promoteSession_isOpenToAnyone(address sender, uint256 index) public {
        (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) = _registeredTree(9);
        index = index % 9;
        ILucidAnchors.Session memory s = sessions[index];
        vm.expectEmit(true, true, true, true, address(anchors));
        emit ILucidAnchors.SessionRegistered(
            s.sessionId,
            s.owner,
            s.manifestHash,
            s.merkleRoot,
            s.startedAt,
            s.chunkCount
        );
        vm.prank(sender);
        anchors.promoteSession(tree[0], s, Trees.proofOf(tree, index));
        vm.assertTrue(anchors.verifySession(s), "it stands in its own slot");
        vm.assertEq(anchors.commitmentOf(s.sessionId), commitmentOf(s), "with the same commitment");
    }

    function test_promoteSession_againDoesNothing() public {
        (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) = _registeredTree(9);
        anchors.promoteSession(tree[0], sessions[4], Trees.proofOf(tree, 4));
        vm.recordLogs();
        anchors.promoteSession(tree[0], sessions[4], Trees.proofOf(tree, 4));
        vm.assertEq(vm.getRecordedLogs().length, 0, "no second event");
    }

    function test_promoteSession_revertsOnAnotherContent() public {
        (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) = _registeredTree(9);
        ILucidAnchors.Session memory squatter = withFieldChanged(sessions[4], 3);
        register(squatter);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILucidAnchors.SessionAlreadyCommitted.selector,
                squatter.sessionId,
                commitmentOf(squatter),
                commitmentOf(sessions[4])
            )
        );
        anchors.promoteSession(tree[0], sessions[4], Trees.proofOf(tree, 4));
    }

    function test_promoteSession_revertsOnAnUnknownRoot() public {
        (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) = _treeOf(3);
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.TreeNotRegistered.selector, tree[0]));
        anchors.promoteSession(tree[0], sessions[0], Trees.proofOf(tree, 0));
    }

    function test_promoteSession_revertsOnAnotherIndexsProof() public {
        (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) = _registeredTree(9);
        vm.expectRevert(
            abi.encodeWithSelector(ILucidAnchors.SessionNotInTree.selector, tree[0], sessions[4].sessionId)
        );
        anchors.promoteSession(tree[0], sessions[4], Trees.proofOf(tree, 5));
    }

    function test_promoteSession_revertsOnAnInvalidSession() public {
        ILucidAnchors.Session memory session = sampleSession(1);
        session.owner = address(0);
        _registerTree(leafOf(session), 1);
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.InvalidSession.selector, session.sessionId));
        anchors.promoteSession(leafOf(session), session, new bytes32[](0));
    }

    function test_promoteSession_revertsWhilePaused() public {
        (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) = _registeredTree(3);
        _pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        anchors.promoteSession(tree[0], sessions[0], Trees.proofOf(tree, 0));
    }

    function _expectInvalidTree(uint32 count) private {
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.InvalidTree.selector, hashOf("tree", 1), count));
        _registerTree(hashOf("tree", 1), count);
    }

    function _registeredTree(
        uint256 count
    ) private returns (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) {
        (sessions, tree) = _treeOf(count);
        _registerTree(tree[0], uint32(count));
    }

    function _registerTree(bytes32 root, uint32 count) private {
        vm.prank(REGISTRAR);
        anchors.registerSessionTree(root, count);
    }

    function _pause() private {
        vm.prank(ADMIN);
        anchors.pause();
    }

    function _treeOf(
        uint256 count
    ) private pure returns (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) {
        sessions = new ILucidAnchors.Session[](count);
        bytes32[] memory leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            sessions[i] = sampleSession(i);
            leaves[i] = leafOf(sessions[i]);
        }
        tree = Trees.build(leaves);
    }
}
