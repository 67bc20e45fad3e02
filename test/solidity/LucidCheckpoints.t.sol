// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { LucidAnchors } from "../../contracts/LucidAnchors.sol";
import { LucidCheckpoints } from "../../contracts/LucidCheckpoints.sol";
import { ILucidCheckpoints } from "../../contracts/interfaces/ILucidCheckpoints.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Vm } from "./support/Vm.sol";
import { deployed } from "./support/Deployed.sol";

/// @dev What stands in the place of LucidAnchors by mistake, and knows another role.
contract OtherRole {
    bytes32 public constant REGISTRAR_ROLE = keccak256("ANOTHER_ROLE");
}

contract LucidCheckpointsTest is LucidTest {
    uint64 private constant EPOCH = 800;
    bytes32 private constant ROOT = keccak256("root");
    bytes32 private constant OTHER_ROOT = keccak256("another root");
    address private constant SECOND = address(0x5EC);

    function setUp() public override {
        super.setUp();
        vm.prank(ADMIN);
        anchors.grantRole(REGISTRAR_ROLE, SECOND);
    }

    function test_constructor_fixesTheAnchors() public view {
        vm.assertEq(address(checkpoints.ANCHORS()), address(anchors), "the anchors are fixed");
    }

    function test_constructor_revertsOnZero() public {
        _expectNotAnchors(address(0));
        deployed("LucidCheckpoints", abi.encode(address(0)));
    }

    function testFuzz_constructor_revertsOnAnAccount(address account) public {
        vm.assume(account.code.length == 0 && uint160(account) > type(uint16).max);
        _expectNotAnchors(account);
        deployed("LucidCheckpoints", abi.encode(account));
    }

    function test_constructor_revertsOnTheChunkStore() public {
        _expectNotAnchors(address(store));
        deployed("LucidCheckpoints", abi.encode(address(store)));
    }

    function test_constructor_revertsOnAContractWithAnotherRole() public {
        address other = address(new OtherRole());
        _expectNotAnchors(other);
        deployed("LucidCheckpoints", abi.encode(other));
    }

    function test_attestEpoch_isReadableAndCounted() public {
        _attest(REGISTRAR, EPOCH, ROOT);
        vm.assertEq(checkpoints.attestationOf(EPOCH, REGISTRAR), ROOT, "the attester's root");
        vm.assertEq(checkpoints.attestationCount(EPOCH, ROOT), 1, "one attester");
        vm.assertEq(checkpoints.attestationOf(EPOCH, SECOND), 0, "nobody else attested");
        vm.assertEq(checkpoints.attestationCount(EPOCH, OTHER_ROOT), 0, "and no other root");
    }

    function test_attestEpoch_emits() public {
        vm.expectEmit(true, true, true, true, address(checkpoints));
        emit ILucidCheckpoints.EpochAttested(EPOCH, ROOT, REGISTRAR);
        _attest(REGISTRAR, EPOCH, ROOT);
    }

    function test_attestEpoch_countsEachAttester() public {
        _attest(REGISTRAR, EPOCH, ROOT);
        _attest(SECOND, EPOCH, ROOT);
        vm.assertEq(checkpoints.attestationCount(EPOCH, ROOT), 2, "both of them");
    }

    function test_attestEpoch_countsRootsApart() public {
        _attest(REGISTRAR, EPOCH, ROOT);
        _attest(SECOND, EPOCH, OTHER_ROOT);
        vm.assertEq(checkpoints.attestationCount(EPOCH, ROOT), 1, "the one");
        vm.assertEq(checkpoints.attestationCount(EPOCH, OTHER_ROOT), 1, "the other");
        vm.assertEq(checkpoints.attestationOf(EPOCH, REGISTRAR), ROOT, "each keeps its own");
        vm.assertEq(checkpoints.attestationOf(EPOCH, SECOND), OTHER_ROOT, "whatever others attest");
    }

    function test_attestEpoch_againDoesNothing() public {
        _attest(REGISTRAR, EPOCH, ROOT);
        vm.recordLogs();
        vm.record();
        _attest(REGISTRAR, EPOCH, ROOT);
        (, bytes32[] memory writes) = vm.accesses(address(checkpoints));
        vm.assertEq(writes.length, 0, "nothing is written");
        vm.assertEq(vm.getRecordedLogs().length, 0, "no event");
        vm.assertEq(checkpoints.attestationCount(EPOCH, ROOT), 1, "and nobody is counted twice");
    }

    function test_attestEpoch_writesTwoWordsAndOneEvent() public {
        vm.recordLogs();
        vm.record();
        _attest(REGISTRAR, EPOCH, ROOT);
        (, bytes32[] memory writes) = vm.accesses(address(checkpoints));
        vm.assertEq(writes.length, 2, "the attestation and the count");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 1, "one event");
        vm.assertEq(logs[0].data.length, 0, "all of it indexed");
    }

    function testFuzz_attestEpoch_revertsOnAnotherRoot(uint64 epoch, bytes32 first, bytes32 second) public {
        vm.assume(first != 0 && second != 0 && first != second);
        _attest(REGISTRAR, epoch, first);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILucidCheckpoints.AlreadyAttested.selector,
                epoch,
                REGISTRAR,
                first,
                second
            )
        );
        _attest(REGISTRAR, epoch, second);
        vm.assertEq(checkpoints.attestationOf(epoch, REGISTRAR), first, "the first counts");
        vm.assertEq(checkpoints.attestationCount(epoch, first), 1, "and is counted");
        vm.assertEq(checkpoints.attestationCount(epoch, second), 0, "the second is not");
    }

    function testFuzz_attestEpoch_revertsOnRootZero(uint64 epoch) public {
        vm.expectRevert(abi.encodeWithSelector(ILucidCheckpoints.ZeroRoot.selector, epoch));
        _attest(REGISTRAR, epoch, 0);
    }

    /// @dev Also after an attestation: zero is not the same as before, but no root at all.
    function test_attestEpoch_revertsOnRootZeroAfterAnAttestation() public {
        _attest(REGISTRAR, EPOCH, ROOT);
        vm.expectRevert(abi.encodeWithSelector(ILucidCheckpoints.ZeroRoot.selector, EPOCH));
        _attest(REGISTRAR, EPOCH, 0);
    }

    function testFuzz_attestEpoch_revertsWithoutTheRole(address account, uint64 epoch, bytes32 root) public {
        vm.assume(account != REGISTRAR && account != SECOND);
        expectMissingRole(account, REGISTRAR_ROLE);
        _attest(account, epoch, root);
    }

    function test_attestEpoch_revertsForTheAdminAndTheUploader() public {
        expectMissingRole(ADMIN, REGISTRAR_ROLE);
        _attest(ADMIN, EPOCH, ROOT);
        expectMissingRole(UPLOADER, REGISTRAR_ROLE);
        _attest(UPLOADER, EPOCH, ROOT);
    }

    function test_attestEpoch_asksForTheRoleAtTheCall() public {
        _attest(REGISTRAR, EPOCH, ROOT);
        vm.prank(ADMIN);
        anchors.revokeRole(REGISTRAR_ROLE, REGISTRAR);
        expectMissingRole(REGISTRAR, REGISTRAR_ROLE);
        _attest(REGISTRAR, EPOCH + 1, ROOT);
        expectMissingRole(REGISTRAR, REGISTRAR_ROLE);
        _attest(REGISTRAR, EPOCH, ROOT);
        vm.assertEq(checkpoints.attestationOf(EPOCH, REGISTRAR), ROOT, "what was attested stays");
        vm.assertEq(checkpoints.attestationCount(EPOCH, ROOT), 1, "and counts");
        vm.prank(ADMIN);
        anchors.grantRole(REGISTRAR_ROLE, REGISTRAR);
        _attest(REGISTRAR, EPOCH + 1, ROOT);
        vm.assertEq(checkpoints.attestationCount(EPOCH + 1, ROOT), 1, "admitted again, it attests again");
    }

    function test_attestEpoch_goesOnWhileTheAnchorsArePaused() public {
        vm.prank(ADMIN);
        anchors.pause();
        _attest(REGISTRAR, EPOCH, ROOT);
        vm.assertEq(checkpoints.attestationCount(EPOCH, ROOT), 1, "a pause stops no attestation");
    }

    function testFuzz_attestEpoch_keepsEpochsApart(uint64 epoch, uint64 other, bytes32 root) public {
        vm.assume(epoch != other && root != 0);
        _attest(REGISTRAR, epoch, root);
        vm.assertEq(checkpoints.attestationOf(other, REGISTRAR), 0, "another epoch is not attested");
        vm.assertEq(checkpoints.attestationCount(other, root), 0, "nor counted");
        _attest(REGISTRAR, other, ~root == 0 ? ROOT : ~root);
        vm.assertEq(checkpoints.attestationOf(epoch, REGISTRAR), root, "and does not touch the first");
        vm.assertEq(checkpoints.attestationCount(epoch, root), 1, "nor its count");
    }

    function testFuzz_attestEpoch_countsAnyNumberOfAttesters(uint8 count) public {
        for (uint160 i = 0; i < count; ++i) {
            address attester = address(0xA77E57000 + i);
            vm.prank(ADMIN);
            anchors.grantRole(REGISTRAR_ROLE, attester);
            _attest(attester, EPOCH, ROOT);
        }
        vm.assertEq(checkpoints.attestationCount(EPOCH, ROOT), count, "each of them once");
    }

    /// @dev Another LucidAnchors has roles of its own.
    function test_attestEpoch_asksItsOwnAnchors() public {
        address otherAnchors = deployed("LucidAnchors", abi.encode(ADMIN));
        LucidCheckpoints other = LucidCheckpoints(deployed("LucidCheckpoints", abi.encode(otherAnchors)));
        expectMissingRole(REGISTRAR, REGISTRAR_ROLE);
        vm.prank(REGISTRAR);
        other.attestEpoch(EPOCH, ROOT);
    }

    /// @dev The contract has neither admin nor pause, so nothing of the kind may be answered.
    function test_administration_isNotThere() public {
        bytes[3] memory calls = [
            abi.encodeWithSignature("pause()"),
            abi.encodeWithSignature("paused()"),
            abi.encodeCall(IAccessControl.grantRole, (REGISTRAR_ROLE, STRANGER))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(ADMIN);
            (bool isAccepted, ) = address(checkpoints).call(calls[i]);
            vm.assertFalse(isAccepted, "no such function");
        }
    }

    function _attest(address attester, uint64 epoch, bytes32 root) private {
        vm.prank(attester);
        checkpoints.attestEpoch(epoch, root);
    }

    function _expectNotAnchors(address given) private {
        vm.expectRevert(abi.encodeWithSelector(ILucidCheckpoints.NotAnchors.selector, given));
    }
}
