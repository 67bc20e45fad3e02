// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { Pausable } from "@openzeppelin/contracts/utils/Pausable.sol";
import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Vm } from "./support/Vm.sol";

contract LucidAnchorsRegisterTest is LucidTest {
    uint256 private constant FIELDS = 6;

    function testFuzz_registerSession_commitsEveryField(ILucidAnchors.Session memory session) public {
        _makeVerifiable(session);
        vm.expectEmit(true, true, true, true, address(anchors));
        emit ILucidAnchors.SessionRegistered(
            session.sessionId,
            session.owner,
            session.manifestHash,
            session.merkleRoot,
            session.startedAt,
            session.chunkCount
        );
        register(session);
        vm.assertEq(anchors.commitmentOf(session.sessionId), commitmentOf(session), "slot holds the hash");
        vm.assertTrue(anchors.isRegistered(session.sessionId), "the session is registered");
        vm.assertTrue(anchors.verifySession(session), "what was registered verifies");
    }

    function testFuzz_verifySession_oneChangedFieldFails(
        ILucidAnchors.Session memory session,
        uint256 field
    ) public {
        _makeVerifiable(session);
        register(session);
        vm.assertFalse(
            anchors.verifySession(withFieldChanged(session, field % FIELDS)),
            "a changed field is noticed"
        );
    }

    function test_isRegistered_isFalseForAnUnknownSession() public view {
        vm.assertFalse(anchors.isRegistered(hashOf("id", 1)), "nothing stands in a fresh contract");
        vm.assertEq(anchors.commitmentOf(hashOf("id", 1)), bytes32(0), "its slot is empty");
        vm.assertFalse(anchors.verifySession(sampleSession(1)), "nothing verifies");
    }

    function test_registerSession_identicalAgainDoesNothing() public {
        register(sampleSession(1));
        vm.recordLogs();
        register(sampleSession(1));
        vm.assertEq(vm.getRecordedLogs().length, 0, "no second event");
        vm.assertTrue(anchors.verifySession(sampleSession(1)), "it still stands");
    }

    function testFuzz_registerSession_revertsOnAnotherContent(uint256 field) public {
        ILucidAnchors.Session memory session = sampleSession(1);
        register(session);
        ILucidAnchors.Session memory other = withFieldChanged(session, bound(field, 1, FIELDS - 1));
        if (other.chunkCount == 0) other.chunkCount = 1;
        vm.expectRevert(
            abi.encodeWithSelector(
                ILucidAnchors.SessionAlreadyCommitted.selector,
                session.sessionId,
                commitmentOf(session),
                commitmentOf(other)
            )
        );
        register(other);
        vm.assertTrue(anchors.verifySession(session), "the first one stands");
    }

    function test_registerSession_revertsOnZeroSessionId() public {
        _expectInvalid(_withZero(0));
    }

    function test_registerSession_revertsOnZeroManifestHash() public {
        _expectInvalid(_withZero(1));
    }

    function test_registerSession_revertsOnZeroOwner() public {
        _expectInvalid(_withZero(3));
    }

    function test_registerSession_revertsOnZeroMerkleRoot() public {
        _expectInvalid(_withZero(4));
    }

    function test_registerSession_revertsOnZeroChunkCount() public {
        _expectInvalid(_withZero(5));
    }

    function test_registerSession_acceptsAStartOfZero() public {
        register(_withZero(2));
        vm.assertTrue(anchors.verifySession(_withZero(2)), "zero is a time like any other");
    }

    function testFuzz_registerSession_revertsWithoutTheRole(address account) public {
        vm.assume(account != REGISTRAR);
        ILucidAnchors.Session memory s = sampleSession(1);
        expectMissingRole(account, REGISTRAR_ROLE);
        vm.prank(account);
        anchors.registerSession(
            s.sessionId,
            s.manifestHash,
            s.startedAt,
            s.owner,
            s.merkleRoot,
            s.chunkCount
        );
    }

    function test_registerSession_revertsWhilePaused() public {
        vm.prank(ADMIN);
        anchors.pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        register(sampleSession(1));
    }

    function testFuzz_registerSessions_commitsEachOnce(uint256 count) public {
        count = bound(count, 1, 20);
        ILucidAnchors.Session[] memory batch = _batch(count);
        vm.recordLogs();
        vm.assertEq(_registerBatch(batch), count, "all are counted");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, count, "one event each");
        for (uint256 i = 0; i < count; ++i) {
            vm.assertTrue(anchors.verifySession(batch[i]), "each verifies");
            vm.assertEq(
                logs[i].topics[0],
                ILucidAnchors.SessionRegistered.selector,
                "registered, not a conflict"
            );
            vm.assertEq(logs[i].topics[1], batch[i].sessionId, "the event names the session");
            vm.assertEq(
                logs[i].topics[2],
                bytes32(uint256(uint160(batch[i].owner))),
                "the event names the owner"
            );
            vm.assertEq(
                keccak256(logs[i].data),
                keccak256(_eventData(batch[i])),
                "the event carries the data"
            );
        }
    }

    function test_registerSessions_skipsWhatStands() public {
        ILucidAnchors.Session[] memory batch = _batch(3);
        register(batch[1]);
        vm.recordLogs();
        vm.assertEq(_registerBatch(batch), 2, "the standing one is not counted");
        vm.assertEq(vm.getRecordedLogs().length, 2, "and has no second event");
    }

    function test_registerSessions_skipsATwinInTheSameBatch() public {
        ILucidAnchors.Session[] memory batch = _batch(2);
        batch[1] = batch[0];
        vm.assertEq(_registerBatch(batch), 1, "counted once");
    }

    function test_registerSessions_emitsAConflictAndGoesOn() public {
        ILucidAnchors.Session[] memory batch = _batch(3);
        ILucidAnchors.Session memory squatter = withFieldChanged(batch[1], 3);
        register(squatter);
        vm.expectEmit(true, true, true, true, address(anchors));
        emit ILucidAnchors.SessionConflict(
            batch[1].sessionId,
            commitmentOf(squatter),
            commitmentOf(batch[1])
        );
        vm.assertEq(_registerBatch(batch), 2, "the rest is registered");
        vm.assertTrue(anchors.verifySession(squatter), "the standing one is kept");
        vm.assertTrue(anchors.verifySession(batch[2]), "what follows a conflict is registered");
    }

    function testFuzz_registerSessions_revertsOnAnInvalidSession(uint256 place, uint256 field) public {
        ILucidAnchors.Session[] memory batch = _batch(3);
        uint256[5] memory required = [uint256(0), 1, 3, 4, 5];
        batch[place % 3] = _withZero(required[field % 5]);
        vm.expectRevert(
            abi.encodeWithSelector(ILucidAnchors.InvalidSession.selector, batch[place % 3].sessionId)
        );
        _registerBatch(batch);
    }

    function test_registerSessions_revertsOnAnEmptyBatch() public {
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.EmptyBatch.selector));
        _registerBatch(_batch(0));
    }

    function test_registerSessions_acceptsALargestBatch() public {
        vm.assertEq(_registerBatch(_batch(500)), 500, "500 are allowed");
    }

    function test_registerSessions_revertsAboveTheLargestBatch() public {
        ILucidAnchors.Session[] memory batch = _batch(501);
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.BatchTooLarge.selector, 501, 500));
        _registerBatch(batch);
    }

    function testFuzz_registerSessions_revertsWithoutTheRole(address account) public {
        vm.assume(account != REGISTRAR);
        expectMissingRole(account, REGISTRAR_ROLE);
        vm.prank(account);
        anchors.registerSessions(_batch(1));
    }

    function test_registerSessions_revertsWhilePaused() public {
        vm.prank(ADMIN);
        anchors.pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        _registerBatch(_batch(1));
    }

    function test_registerSessions_refusesDirtyUpperBits() public {
        uint256[3] memory narrowFields = [uint256(2), 3, 5];
        for (uint256 i = 0; i < narrowFields.length; ++i) {
            ILucidAnchors.Session[] memory batch = _batch(1);
            bytes memory data = abi.encodeCall(ILucidAnchors.registerSessions, (batch));
            // Selector, offset and length stand before the session.
            _dirty(data, 4 + 32 + 32 + 32 * narrowFields[i]);
            vm.prank(REGISTRAR);
            (bool isAccepted, ) = address(anchors).call(data);
            vm.assertFalse(isAccepted, "a field beyond its type is refused");
        }
    }

    function test_verifySession_isFalseForDirtyUpperBits() public {
        register(sampleSession(1));
        bytes memory data = abi.encodeCall(ILucidAnchors.verifySession, (sampleSession(1)));
        _dirty(data, 4 + 32 * 2);
        (bool isAnswered, bytes memory answer) = address(anchors).staticcall(data);
        vm.assertTrue(isAnswered, "the question is answered");
        vm.assertFalse(abi.decode(answer, (bool)), "by no");
    }

    function _registerBatch(ILucidAnchors.Session[] memory batch) private returns (uint256) {
        vm.prank(REGISTRAR);
        return anchors.registerSessions(batch);
    }

    function _expectInvalid(ILucidAnchors.Session memory session) private {
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.InvalidSession.selector, session.sessionId));
        register(session);
    }

    function _batch(uint256 count) private pure returns (ILucidAnchors.Session[] memory batch) {
        batch = new ILucidAnchors.Session[](count);
        for (uint256 i = 0; i < count; ++i) batch[i] = sampleSession(i);
    }

    function _eventData(ILucidAnchors.Session memory session) private pure returns (bytes memory) {
        return abi.encode(session.manifestHash, session.merkleRoot, session.startedAt, session.chunkCount);
    }

    function _withZero(uint256 field) private pure returns (ILucidAnchors.Session memory session) {
        session = sampleSession(1);
        if (field == 0) session.sessionId = 0;
        if (field == 1) session.manifestHash = 0;
        if (field == 2) session.startedAt = 0;
        if (field == 3) session.owner = address(0);
        if (field == 4) session.merkleRoot = 0;
        if (field == 5) session.chunkCount = 0;
    }

    function _makeVerifiable(ILucidAnchors.Session memory session) private pure {
        if (session.sessionId == 0) session.sessionId = hashOf("id", 0);
        if (session.manifestHash == 0) session.manifestHash = hashOf("manifest", 0);
        if (session.owner == address(0)) session.owner = address(1);
        if (session.merkleRoot == 0) session.merkleRoot = hashOf("root", 0);
        if (session.chunkCount == 0) session.chunkCount = 1;
    }

    function _dirty(bytes memory data, uint256 position) private pure {
        data[position] = 0x01;
    }
}
