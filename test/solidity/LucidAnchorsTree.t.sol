// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { Pausable } from "@openzeppelin/contracts/utils/Pausable.sol";
import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Trees } from "./support/Trees.sol";

contract LucidAnchorsTreeTest is LucidTest {
    uint256 private constant FIELDS = 6;
    uint32 private constant LARGEST_TREE = 1_048_576;

    function testFuzz_registerSessionTree_keepsCountAndTime(bytes32 root, uint256 count, uint64 time) public {
        vm.assume(root != 0 && time != 0);
        uint32 sessionCount = uint32(bound(count, 1, LARGEST_TREE));
        vm.warp(time);
        vm.expectEmit(true, true, true, true, address(anchors));
        emit ILucidAnchors.SessionTreeRegistered(root, sessionCount);
        registerTree(root, sessionCount);
        _assertTree(root, sessionCount, time);
    }

    function test_registerSessionTree_acceptsTheSmallestAndTheLargest() public {
        registerTree(hashOf("tree", 1), 1);
        registerTree(hashOf("tree", 2), LARGEST_TREE);
        _assertTree(hashOf("tree", 1), 1, START);
        _assertTree(hashOf("tree", 2), LARGEST_TREE, START);
    }

    function testFuzz_registerSessionTree_againKeepsTheFirstCountAndTime(uint256 count) public {
        bytes32 root = hashOf("tree", 1);
        registerTree(root, 7);
        vm.warp(START + 1);
        vm.recordLogs();
        registerTree(root, bound(count, 1, LARGEST_TREE));
        registerTree(root, 7);
        vm.assertEq(vm.getRecordedLogs().length, 0, "no second event, whatever the count");
        _assertTree(root, 7, START);
    }

    function testFuzz_treeOf_isZeroForWhatIsNotRegistered(bytes32 root) public {
        vm.assume(root != hashOf("tree", 1));
        registerTree(hashOf("tree", 1), 7);
        _assertTree(root, 0, 0);
    }

    function test_registerSessionTree_revertsOnZeroRoot() public {
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.InvalidTree.selector, bytes32(0), 1));
        registerTree(0, 1);
    }

    function test_registerSessionTree_revertsOnZeroCount() public {
        _expectInvalidTree(0);
    }

    function testFuzz_registerSessionTree_revertsAboveTheLargest(uint256 count) public {
        _expectInvalidTree(uint32(bound(count, LARGEST_TREE + 1, type(uint32).max)));
        _expectInvalidTree(LARGEST_TREE + 1);
    }

    function test_registerSessionTree_checksACountForARegisteredRootToo() public {
        registerTree(hashOf("tree", 1), 7);
        _expectInvalidTree(0);
    }

    function testFuzz_registerSessionTree_revertsWithoutTheRole(address account) public {
        vm.assume(account != REGISTRAR);
        expectMissingRole(account, REGISTRAR_ROLE);
        vm.prank(account);
        anchors.registerSessionTree(hashOf("tree", 1), 1);
    }

    function test_registerSessionTree_revertsWhilePaused() public {
        vm.prank(ADMIN);
        anchors.pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        registerTree(hashOf("tree", 1), 1);
    }

    function testFuzz_verifySessionInTree_givesEachMemberTheTreesTime(uint256 count, uint256 index) public {
        count = bound(count, 1, 33);
        index = index % count;
        (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) = sampleTree(count);
        bytes32[] memory proof = Trees.proofOf(tree, index);
        vm.assertEq(
            anchors.verifySessionInTree(tree[0], sessions[index], proof),
            0,
            "not before its tree is registered"
        );
        registerTree(tree[0], count);
        vm.warp(START + 1);
        vm.assertEq(
            anchors.verifySessionInTree(tree[0], sessions[index], proof),
            START,
            "each member has the tree's time"
        );
        vm.assertEq(anchors.verifySession(sessions[index]), 0, "a member has no slot of its own yet");
    }

    function test_verifySessionInTree_holdsForATreeOfOne() public {
        (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) = _registeredTree(1);
        vm.assertEq(
            anchors.verifySessionInTree(tree[0], sessions[0], new bytes32[](0)),
            START,
            "the leaf is the root"
        );
    }

    function testFuzz_verifySessionInTree_isZeroWithOneFieldChanged(uint256 index, uint256 field) public {
        (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) = _registeredTree(9);
        index = index % 9;
        vm.assertEq(
            anchors.verifySessionInTree(
                tree[0],
                withFieldChanged(sessions[index], field % FIELDS),
                Trees.proofOf(tree, index)
            ),
            0,
            "the leaf covers every field"
        );
    }

    function testFuzz_verifySessionInTree_isZeroWithAnotherIndexsProof(uint256 index, uint256 other) public {
        (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) = _registeredTree(9);
        index = index % 9;
        other = other % 9;
        vm.assume(index != other);
        vm.assertEq(
            anchors.verifySessionInTree(tree[0], sessions[index], Trees.proofOf(tree, other)),
            0,
            "a proof only holds for its own index"
        );
    }

    function testFuzz_verifySessionInTree_isZeroUnderAnotherRoot(uint256 index) public {
        (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) = sampleTree(9);
        registerTree(hashOf("another tree", 0), 9);
        index = index % 9;
        vm.assertEq(
            anchors.verifySessionInTree(
                hashOf("another tree", 0),
                sessions[index],
                Trees.proofOf(tree, index)
            ),
            0,
            "a proof only holds for its own root"
        );
    }

    function testFuzz_verifySessionInTree_isZeroForWhatCouldNotBePromoted(uint256 field) public {
        ILucidAnchors.Session memory session = invalidSession(field);
        registerTree(leafOf(session), 1);
        vm.assertEq(
            anchors.verifySessionInTree(leafOf(session), session, new bytes32[](0)),
            0,
            "a tree gives no time to what no slot would take"
        );
    }

    function test_verifySessionInTree_takesTheLargestAndTheSmallestFields() public {
        ILucidAnchors.Session memory session = sampleSession(1);
        (session.startedAt, session.owner) = (type(uint64).max, address(type(uint160).max));
        session.chunkCount = type(uint32).max;
        _assertHoldsByItself(session);
        (session.startedAt, session.owner, session.chunkCount) = (0, address(1), 1);
        _assertHoldsByItself(session);
    }

    function _assertHoldsByItself(ILucidAnchors.Session memory session) private {
        registerTree(leafOf(session), 1);
        vm.assertEq(
            anchors.verifySessionInTree(leafOf(session), session, new bytes32[](0)),
            START,
            "every value of a field's type is allowed"
        );
    }

    function _expectInvalidTree(uint32 count) private {
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.InvalidTree.selector, hashOf("tree", 1), count));
        registerTree(hashOf("tree", 1), count);
    }

    function _assertTree(bytes32 root, uint256 expectedCount, uint256 expectedTime) private view {
        (uint32 sessionCount, uint64 time) = anchors.treeOf(root);
        vm.assertEq(sessionCount, expectedCount, "the tree's count");
        vm.assertEq(time, expectedTime, "the tree's time");
    }

    function _registeredTree(
        uint256 count
    ) private returns (ILucidAnchors.Session[] memory sessions, bytes32[] memory tree) {
        (sessions, tree) = sampleTree(count);
        registerTree(tree[0], count);
    }
}
