// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { Pausable } from "@openzeppelin/contracts/utils/Pausable.sol";
import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Vm } from "./support/Vm.sol";

contract LucidAnchorsRegisterTest is LucidTest {
    uint256 private constant FIELDS = 6;

    function testFuzz_registerSession_keepsTheTimeOfItsBlock(
        ILucidAnchors.Session memory session,
        uint64 time
    ) public {
        _makeVerifiable(session);
        vm.assume(time != 0);
        vm.warp(time);
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
        vm.assertEq(anchors.registeredAt(commitmentOf(session)), time, "under its commitment");
        vm.assertEq(anchors.verifySession(session), time, "and for whoever brings the session");
    }

    function testFuzz_registerSession_emitsOneEvent(ILucidAnchors.Session memory session) public {
        _makeVerifiable(session);
        vm.recordLogs();
        register(session);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 1, "no SessionPromoted beside it");
        _assertRegistered(logs[0], session);
    }

    function testFuzz_verifySession_isZeroWithOneFieldChanged(
        ILucidAnchors.Session memory session,
        uint256 field
    ) public {
        _makeVerifiable(session);
        register(session);
        vm.assertEq(
            anchors.verifySession(withFieldChanged(session, field % FIELDS)),
            0,
            "the commitment covers every field"
        );
    }

    function testFuzz_registeredAt_isZeroForWhatIsNotRegistered(bytes32 commitment) public {
        register(sampleSession(1));
        vm.assume(commitment != commitmentOf(sampleSession(1)));
        vm.assertEq(anchors.registeredAt(commitment), 0, "an unknown commitment has no time");
    }

    function testFuzz_registeredAtBatch_isRegisteredAtOfEach(
        bytes32[] memory commitments,
        uint256 places
    ) public {
        for (uint256 i = 0; i < commitments.length; ++i) {
            // Some are registered, each at a time of its own, and one may be asked for twice.
            if ((places >> (i % 256)) & 1 == 0) continue;
            vm.warp(START + i);
            register(sampleSession(i / 2 + 1));
            commitments[i] = commitmentOf(sampleSession(i / 2 + 1));
        }
        uint64[] memory times = anchors.registeredAtBatch(commitments);
        vm.assertEq(times.length, commitments.length, "one time for each");
        for (uint256 i = 0; i < commitments.length; ++i) {
            vm.assertEq(times[i], anchors.registeredAt(commitments[i]), "in the same order");
        }
    }

    function testFuzz_verifySession_isZeroForWhatIsNotRegistered(
        ILucidAnchors.Session memory session
    ) public view {
        vm.assertEq(anchors.verifySession(session), 0, "a fresh contract knows no session");
    }

    function testFuzz_registerSession_againKeepsTheFirstTime(uint256 wait) public {
        register(sampleSession(1));
        vm.warp(START + bound(wait, 0, 365 days));
        vm.recordLogs();
        register(sampleSession(1));
        vm.assertEq(vm.getRecordedLogs().length, 0, "no second event");
        vm.assertEq(anchors.verifySession(sampleSession(1)), START, "the first time is kept");
    }

    function testFuzz_registerSession_takesTwoContentsUnderOneId(uint256 field) public {
        ILucidAnchors.Session memory first = sampleSession(1);
        ILucidAnchors.Session memory second = withFieldChanged(first, bound(field, 1, FIELDS - 1));
        register(first);
        vm.warp(START + 1);
        register(second);
        vm.assertEq(anchors.verifySession(first), START, "the first one is unaffected");
        vm.assertEq(anchors.verifySession(second), START + 1, "the second one has a time of its own");
    }

    function test_registerSession_revertsOnZeroSessionId() public {
        _expectInvalid(sessionWithZero(0));
    }

    function test_registerSession_revertsOnZeroManifestHash() public {
        _expectInvalid(sessionWithZero(1));
    }

    function test_registerSession_revertsOnZeroOwner() public {
        _expectInvalid(sessionWithZero(3));
    }

    function test_registerSession_revertsOnZeroMerkleRoot() public {
        _expectInvalid(sessionWithZero(4));
    }

    function test_registerSession_revertsOnZeroChunkCount() public {
        _expectInvalid(sessionWithZero(5));
    }

    function test_registerSession_acceptsAStartOfZero() public {
        register(sessionWithZero(2));
        vm.assertEq(anchors.verifySession(sessionWithZero(2)), START, "zero is a time like any other");
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

    function testFuzz_registerSessions_registersEachOnce(uint256 count) public {
        count = bound(count, 1, 20);
        ILucidAnchors.Session[] memory batch = sampleBatch(count);
        vm.recordLogs();
        vm.assertEq(registerBatch(batch), count, "all are counted");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, count, "one event each");
        for (uint256 i = 0; i < count; ++i) {
            vm.assertEq(anchors.verifySession(batch[i]), START, "each has the time of the block");
            _assertRegistered(logs[i], batch[i]);
        }
    }

    function testFuzz_registerSessions_skipsWhatIsRegistered(uint256 place) public {
        ILucidAnchors.Session[] memory batch = sampleBatch(3);
        register(batch[place % 3]);
        vm.warp(START + 1);
        vm.recordLogs();
        vm.assertEq(registerBatch(batch), 2, "one that was registered already is not counted");
        vm.assertEq(vm.getRecordedLogs().length, 2, "and has no second event");
        for (uint256 i = 0; i < 3; ++i) {
            vm.assertEq(
                anchors.verifySession(batch[i]),
                i == place % 3 ? START : START + 1,
                "each keeps its first time"
            );
        }
    }

    function test_registerSessions_skipsATwinInTheSameBatch() public {
        ILucidAnchors.Session[] memory batch = sampleBatch(2);
        batch[1] = batch[0];
        vm.assertEq(registerBatch(batch), 1, "counted once");
    }

    function test_registerSessions_takesTwoContentsUnderOneId() public {
        ILucidAnchors.Session[] memory batch = sampleBatch(2);
        batch[1] = foreignContent(batch[0]);
        vm.assertEq(registerBatch(batch), 2, "both are counted");
        vm.assertEq(anchors.verifySession(batch[0]), START, "the first one is registered");
        vm.assertEq(anchors.verifySession(batch[1]), START, "and the second one too");
    }

    function testFuzz_registerSessions_revertsOnAnInvalidSession(uint256 place, uint256 field) public {
        ILucidAnchors.Session[] memory batch = sampleBatch(3);
        batch[place % 3] = invalidSession(field);
        vm.expectRevert(
            abi.encodeWithSelector(ILucidAnchors.InvalidSession.selector, batch[place % 3].sessionId)
        );
        registerBatch(batch);
        vm.assertEq(anchors.verifySession(sampleSession(0)), 0, "nothing of the batch is registered");
    }

    function test_registerSessions_revertsOnAnEmptyBatch() public {
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.EmptyBatch.selector));
        registerBatch(sampleBatch(0));
    }

    function test_registerSessions_acceptsALargestBatch() public {
        vm.assertEq(registerBatch(sampleBatch(500)), 500, "500 are allowed");
    }

    function test_registerSessions_revertsAboveTheLargestBatch() public {
        ILucidAnchors.Session[] memory batch = sampleBatch(501);
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.BatchTooLarge.selector, 501, 500));
        registerBatch(batch);
    }

    function testFuzz_registerSessions_revertsWithoutTheRole(address account) public {
        vm.assume(account != REGISTRAR);
        expectMissingRole(account, REGISTRAR_ROLE);
        vm.prank(account);
        anchors.registerSessions(sampleBatch(1));
    }

    function test_registerSessions_revertsWhilePaused() public {
        vm.prank(ADMIN);
        anchors.pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        registerBatch(sampleBatch(1));
    }

    function _expectInvalid(ILucidAnchors.Session memory session) private {
        vm.expectRevert(abi.encodeWithSelector(ILucidAnchors.InvalidSession.selector, session.sessionId));
        register(session);
    }

    /// @dev The event's fields hash to the commitment, in the order of the session.
    function _assertRegistered(Vm.Log memory log, ILucidAnchors.Session memory session) private pure {
        vm.assertEq(log.topics[0], ILucidAnchors.SessionRegistered.selector, "the event's kind");
        (bytes32 manifestHash, bytes32 merkleRoot, uint64 startedAt, uint32 chunkCount) = abi.decode(
            log.data,
            (bytes32, bytes32, uint64, uint32)
        );
        address owner = address(uint160(uint256(log.topics[2])));
        vm.assertEq(
            keccak256(abi.encode(log.topics[1], manifestHash, startedAt, owner, merkleRoot, chunkCount)),
            commitmentOf(session),
            "the event carries the session"
        );
    }

    function _makeVerifiable(ILucidAnchors.Session memory session) private pure {
        if (session.sessionId == 0) session.sessionId = hashOf("id", 0);
        if (session.manifestHash == 0) session.manifestHash = hashOf("manifest", 0);
        if (session.owner == address(0)) session.owner = address(1);
        if (session.merkleRoot == 0) session.merkleRoot = hashOf("root", 0);
        if (session.chunkCount == 0) session.chunkCount = 1;
    }
}
