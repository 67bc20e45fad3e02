// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { Pausable } from "@openzeppelin/contracts/utils/Pausable.sol";
import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Trees } from "./support/Trees.sol";
import { Vm } from "./support/Vm.sol";

contract LucidAnchorsPromoteTest is LucidTest {
    uint256 private constant COUNT = 9;

    ILucidAnchors.Session[] private sessions;
    bytes32[] private tree;
    /// @dev The same sessions and one more, so that each of them is in two trees.
    bytes32[] private largerTree;

    function setUp() public override {
        super.setUp();
        (ILucidAnchors.Session[] memory sample, bytes32[] memory nodes) = sampleTree(COUNT);
        for (uint256 i = 0; i < COUNT; ++i) sessions.push(sample[i]);
        tree = nodes;
        (, largerTree) = sampleTree(COUNT + 1);
    }

    function testFuzz_promoteSession_givesASlotWithTheTreesTime(
        address sender,
        uint256 index,
        uint256 wait
    ) public {
        index = index % COUNT;
        _registerAt(START, tree);
        vm.warp(START + bound(wait, 0, 365 days));
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
        vm.expectEmit(true, true, true, true, address(anchors));
        emit ILucidAnchors.SessionPromoted(commitmentOf(s), tree[0], START);
        vm.prank(sender);
        anchors.promoteSession(tree[0], s, Trees.proofOf(tree, index));
        vm.assertEq(anchors.registeredAt(commitmentOf(s)), START, "the tree's time, not the block's");
        vm.assertEq(anchors.verifySession(s), START, "by its own slot");
    }

    function testFuzz_promoteSession_toAnEarlierTreeLowersTheTime(uint256 index, uint256 wait) public {
        index = index % COUNT;
        _registerAt(START, tree);
        vm.warp(START + bound(wait, 1, 365 days));
        register(sessions[index]);
        vm.recordLogs();
        _promote(tree, index);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 1, "no second SessionRegistered");
        _assertPromoted(logs[0], index, tree[0], START);
        vm.assertEq(anchors.verifySession(sessions[index]), START, "the time is the tree's now");
    }

    function testFuzz_promoteSession_toALaterTreeDoesNothing(uint256 index, uint256 wait) public {
        index = index % COUNT;
        register(sessions[index]);
        _registerAt(START + bound(wait, 1, 365 days), tree);
        _assertDoesNothing(tree, index);
    }

    function test_promoteSession_toATreeOfTheSameTimeDoesNothing() public {
        register(sessions[4]);
        _registerAt(START, tree);
        _assertDoesNothing(tree, 4);
    }

    function testFuzz_promoteSession_againDoesNothing(uint256 index, uint256 wait) public {
        index = index % COUNT;
        _registerAt(START, tree);
        _promote(tree, index);
        vm.warp(START + bound(wait, 0, 365 days));
        _assertDoesNothing(tree, index);
    }

    function test_promoteSession_againAfterItLoweredATimeDoesNothing() public {
        _registerAt(START, tree);
        vm.warp(START + 1);
        register(sessions[4]);
        _promote(tree, 4);
        _assertDoesNothing(tree, 4);
    }

    function test_promoteSession_fromTheEarlierOfTwoTreesThenTheLaterKeepsTheEarlier() public {
        _registerAt(START, tree);
        _registerAt(START + 1, largerTree);
        _promote(tree, 4);
        _assertDoesNothing(largerTree, 4);
    }

    function test_promoteSession_fromTheLaterOfTwoTreesThenTheEarlierKeepsTheEarlier() public {
        _registerAt(START, tree);
        _registerAt(START + 1, largerTree);
        _promote(largerTree, 4);
        vm.assertEq(anchors.verifySession(sessions[4]), START + 1, "the later tree's time at first");
        vm.recordLogs();
        _promote(tree, 4);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 1, "no second SessionRegistered");
        _assertPromoted(logs[0], 4, tree[0], START);
        _assertDoesNothing(largerTree, 4);
    }

    function test_promoteSession_registeringItAfterwardsKeepsTheTreesTime() public {
        _registerAt(START, tree);
        _promote(tree, 4);
        vm.warp(START + 1);
        vm.recordLogs();
        register(sessions[4]);
        vm.assertEq(registerBatch(sampleBatch(COUNT)), COUNT - 1, "a promoted one is registered");
        vm.assertEq(vm.getRecordedLogs().length, COUNT - 1, "and has no second event");
        vm.assertEq(anchors.verifySession(sessions[4]), START, "nor another time");
    }

    function testFuzz_promoteSession_leavesTheOtherMembersAlone(uint256 index) public {
        index = index % COUNT;
        _registerAt(START, tree);
        _promote(tree, index);
        for (uint256 i = 0; i < COUNT; ++i) {
            vm.assertEq(anchors.verifySession(sessions[i]), i == index ? START : 0, "the named one only");
        }
    }

    function testFuzz_promoteSession_revertsOnAnUnknownRoot(bytes32 root) public {
        _registerAt(START, tree);
        vm.assume(root != tree[0]);
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.TreeNotRegistered.selector, root));
        anchors.promoteSession(root, sessions[0], Trees.proofOf(tree, 0));
    }

    function testFuzz_promoteSession_revertsOnAnotherIndexsProof(uint256 index, uint256 other) public {
        (index, other) = (index % COUNT, other % COUNT);
        vm.assume(index != other);
        _registerAt(START, tree);
        _expectNotInTree(sessions[index].sessionId);
        anchors.promoteSession(tree[0], sessions[index], Trees.proofOf(tree, other));
    }

    function testFuzz_promoteSession_revertsOnAChangedField(uint256 field) public {
        _registerAt(START, tree);
        ILucidAnchors.Session memory changed = withFieldChanged(sessions[4], field % 6);
        _expectNotInTree(changed.sessionId);
        anchors.promoteSession(tree[0], changed, Trees.proofOf(tree, 4));
    }

    /// @dev What has a slot is checked all the same: nothing but a proof lowers a time.
    function testFuzz_promoteSession_revertsOnARegisteredSessionThatIsNotInTheTree(address sender) public {
        _registerAt(START, tree);
        vm.warp(START + 1);
        ILucidAnchors.Session memory outsider = sampleSession(COUNT);
        register(outsider);
        _expectNotInTree(outsider.sessionId);
        vm.prank(sender);
        anchors.promoteSession(tree[0], outsider, Trees.proofOf(tree, 0));
        vm.assertEq(anchors.verifySession(outsider), START + 1, "its time is unchanged");
    }

    function testFuzz_promoteSession_revertsOnAnInvalidSession(uint256 field) public {
        ILucidAnchors.Session memory session = invalidSession(field);
        registerTree(leafOf(session), 1);
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.InvalidSession.selector, session.sessionId));
        anchors.promoteSession(leafOf(session), session, new bytes32[](0));
    }

    function testFuzz_promoteSession_revertsWhilePaused(address sender) public {
        _registerAt(START, tree);
        vm.prank(ADMIN);
        anchors.pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        vm.prank(sender);
        anchors.promoteSession(tree[0], sessions[0], Trees.proofOf(tree, 0));
    }

    function _registerAt(uint256 time, bytes32[] memory nodes) private {
        vm.warp(time);
        registerTree(nodes[0], (nodes.length + 1) / 2);
    }

    function _promote(bytes32[] memory nodes, uint256 index) private {
        vm.prank(STRANGER);
        anchors.promoteSession(nodes[0], sessions[index], Trees.proofOf(nodes, index));
    }

    function _assertDoesNothing(bytes32[] memory nodes, uint256 index) private {
        uint64 before = anchors.verifySession(sessions[index]);
        vm.recordLogs();
        _promote(nodes, index);
        vm.assertEq(vm.getRecordedLogs().length, 0, "no event");
        vm.assertEq(anchors.verifySession(sessions[index]), before, "the earlier time is kept");
    }

    function _assertPromoted(Vm.Log memory log, uint256 index, bytes32 root, uint64 time) private view {
        vm.assertEq(log.topics[0], ILucidAnchors.SessionPromoted.selector, "the event's kind");
        vm.assertEq(log.topics[1], commitmentOf(sessions[index]), "the event's commitment");
        vm.assertEq(log.topics[2], root, "the event's root");
        vm.assertEq(keccak256(log.data), keccak256(abi.encode(time)), "the event's time");
    }

    function _expectNotInTree(bytes32 sessionId) private {
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.SessionNotInTree.selector, tree[0], sessionId));
    }
}
