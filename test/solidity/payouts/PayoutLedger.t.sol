// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { PayoutLedger } from "../../../contracts/payouts/PayoutLedger.sol";
import { IDualControl } from "../../../contracts/payouts/interfaces/IDualControl.sol";
import { IPayoutLedger } from "../../../contracts/payouts/interfaces/IPayoutLedger.sol";
import { PayoutTest } from "./support/PayoutTest.sol";
import { deployed } from "../support/Deployed.sol";

contract PayoutLedgerTest is PayoutTest {
    bytes32 private constant ID = keccak256("payout");
    address private constant ROUTER = address(0x4007E);
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function setUp() public override {
        super.setUp();
        vm.prank(ADMIN);
        ledger.grantRole(ROUTER_ROLE, ROUTER);
    }

    function testFuzz_constructor_givesTheAdminItsRoleAlone(address admin) public {
        vm.assume(admin != address(0) && admin != address(this));
        PayoutLedger other = PayoutLedger(deployed("PayoutLedger", abi.encode(admin)));
        vm.assertTrue(other.hasRole(ADMIN_ROLE, admin), "the admin is in");
        vm.assertFalse(other.hasRole(ADMIN_ROLE, address(this)), "the deployer is not");
        vm.assertFalse(other.hasRole(ROUTER_ROLE, admin), "the admin is not a router");
        vm.assertEq(other.ROUTER_ROLE(), ROUTER_ROLE, "the role has its name's hash");
        vm.assertEq(other.PLANNER_ROLE(), PLANNER_ROLE, "the role has its name's hash");
        vm.assertEq(other.APPROVER_ROLE(), APPROVER_ROLE, "the role has its name's hash");
    }

    function test_constructor_revertsOnZeroAdmin() public {
        vm.expectRevert(abi.encodeWithSelector(IPayoutLedger.ZeroAdmin.selector));
        deployed("PayoutLedger", abi.encode(address(0)));
    }

    function testFuzz_markPaid_isReadable(bytes32 payoutId, bytes32 other) public {
        vm.assume(payoutId != other);
        _mark(payoutId);
        vm.assertTrue(ledger.isPaid(payoutId), "paid");
        vm.assertFalse(ledger.isVoid(payoutId), "not void");
        vm.assertFalse(ledger.isPaid(other), "no other is paid");
    }

    function test_markPaid_revertsOnThePaid() public {
        _mark(ID);
        _expectNotUnused(IPayoutLedger.PayoutStatus.Paid);
        _mark(ID);
    }

    function test_markPaid_revertsOnTheVoid() public {
        _void(ID);
        _expectNotUnused(IPayoutLedger.PayoutStatus.Void);
        _mark(ID);
    }

    function testFuzz_markPaid_revertsForAllButRouters(address account) public {
        vm.assume(!ledger.hasRole(ROUTER_ROLE, account));
        expectMissingRole(account, ROUTER_ROLE);
        vm.prank(account);
        ledger.markPaid(ID);
    }

    function test_voidPayout_isFinalAndEmits() public {
        vm.expectEmit(true, true, true, true, address(ledger));
        emit IPayoutLedger.PayoutVoided(ID, vm.addr(PLANNER_KEY), vm.addr(APPROVER_KEY));
        _void(ID);
        vm.assertTrue(ledger.isVoid(ID), "void");
        vm.assertFalse(ledger.isPaid(ID), "not paid");
        _expectNotUnused(IPayoutLedger.PayoutStatus.Void);
        _voidWith(ID, PLANNER_KEY, APPROVER_KEY);
    }

    function test_voidPayout_revertsOnThePaid() public {
        _mark(ID);
        _expectNotUnused(IPayoutLedger.PayoutStatus.Paid);
        _voidWith(ID, PLANNER_KEY, APPROVER_KEY);
    }

    function test_voidPayout_revertsWithoutTheApprover() public {
        _expectWrongSigner(APPROVER_ROLE, PLANNER_KEY);
        _voidWith(ID, PLANNER_KEY, PLANNER_KEY);
    }

    function test_voidPayout_revertsWithoutThePlanner() public {
        _expectWrongSigner(PLANNER_ROLE, APPROVER_KEY);
        _voidWith(ID, APPROVER_KEY, APPROVER_KEY);
    }

    function test_voidPayout_revertsForAPlannerWhoApproves() public {
        vm.prank(ADMIN);
        ledger.grantRole(APPROVER_ROLE, vm.addr(PLANNER_KEY));
        _expectBothRoles(PLANNER_KEY);
        _voidWith(ID, PLANNER_KEY, APPROVER_KEY);
    }

    function test_voidPayout_revertsForAnApproverWhoPlans() public {
        vm.prank(ADMIN);
        ledger.grantRole(PLANNER_ROLE, vm.addr(APPROVER_KEY));
        _expectBothRoles(APPROVER_KEY);
        _voidWith(ID, PLANNER_KEY, APPROVER_KEY);
    }

    function test_voidPayout_revertsForAFormerPlanner() public {
        vm.prank(ADMIN);
        ledger.revokeRole(PLANNER_ROLE, vm.addr(PLANNER_KEY));
        _expectWrongSigner(PLANNER_ROLE, PLANNER_KEY);
        _voidWith(ID, PLANNER_KEY, APPROVER_KEY);
    }

    /// @dev Otherwise a signature would have a twin that nobody made.
    function test_voidPayout_revertsOnAHighS() public {
        bytes32 digest = _digest(ID);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PLANNER_KEY, digest);
        bytes32 highS = bytes32(CURVE_ORDER - uint256(s));
        bytes memory twin = abi.encodePacked(r, highS, v == 27 ? 28 : 27);
        bytes memory approver = sign(APPROVER_KEY, digest);
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, highS));
        ledger.voidPayout(ID, twin, approver);
    }

    function test_voidPayout_revertsOnASignatureOfAnotherLength() public {
        bytes memory planner = sign(PLANNER_KEY, _digest(ID));
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 64));
        ledger.voidPayout(ID, planner, new bytes(64));
    }

    function testFuzz_voidPayout_revertsForAnotherPayout(bytes32 payoutId) public {
        vm.assume(payoutId != ID);
        bytes32 digest = _digest(ID);
        (bytes memory planner, bytes memory approver) = (
            sign(PLANNER_KEY, digest),
            sign(APPROVER_KEY, digest)
        );
        (bool isVoided, ) = address(ledger).call(
            abi.encodeCall(IPayoutLedger.voidPayout, (payoutId, planner, approver))
        );
        vm.assertFalse(isVoided, "the signatures are for another payout");
    }

    function test_voidPayout_revertsForAnotherLedger() public {
        PayoutLedger other = PayoutLedger(deployed("PayoutLedger", abi.encode(ADMIN)));
        vm.startPrank(ADMIN);
        other.grantRole(PLANNER_ROLE, vm.addr(PLANNER_KEY));
        other.grantRole(APPROVER_ROLE, vm.addr(APPROVER_KEY));
        vm.stopPrank();
        bytes32 digest = _digest(ID);
        (bool isVoided, ) = address(other).call(
            abi.encodeCall(
                IPayoutLedger.voidPayout,
                (ID, sign(PLANNER_KEY, digest), sign(APPROVER_KEY, digest))
            )
        );
        vm.assertFalse(isVoided, "the signatures are for another ledger");
    }

    /// @dev TRON's chain id depends on a chain parameter: what is signed follows it, and nothing is kept from before.
    function test_voidPayout_followsTheChainId() public {
        bytes32 before = _digest(ID);
        vm.chainId(block.chainid + 1);
        (bytes memory planner, bytes memory approver) = (
            sign(PLANNER_KEY, before),
            sign(APPROVER_KEY, before)
        );
        (bool isVoided, ) = address(ledger).call(
            abi.encodeCall(IPayoutLedger.voidPayout, (ID, planner, approver))
        );
        vm.assertFalse(isVoided, "the signatures are for another chain");
        _void(ID);
        vm.assertTrue(ledger.isVoid(ID), "those for this chain count");
    }

    function _mark(bytes32 payoutId) private {
        vm.prank(ROUTER);
        ledger.markPaid(payoutId);
    }

    function _void(bytes32 payoutId) private {
        _voidWith(payoutId, PLANNER_KEY, APPROVER_KEY);
    }

    function _voidWith(bytes32 payoutId, uint256 plannerKey, uint256 approverKey) private {
        bytes32 digest = _digest(payoutId);
        ledger.voidPayout(payoutId, sign(plannerKey, digest), sign(approverKey, digest));
    }

    function _digest(bytes32 payoutId) private view returns (bytes32) {
        bytes32 structHash = keccak256(abi.encode(keccak256("PayoutVoid(bytes32 payoutId)"), payoutId));
        return digestFor("Lucid PayoutLedger", address(ledger), structHash);
    }

    function _expectNotUnused(IPayoutLedger.PayoutStatus status) private {
        vm.expectRevert(abi.encodeWithSelector(IPayoutLedger.PayoutNotUnused.selector, ID, status));
    }

    function _expectWrongSigner(bytes32 role, uint256 key) private {
        vm.expectRevert(abi.encodeWithSelector(IDualControl.WrongSigner.selector, role, vm.addr(key)));
    }

    function _expectBothRoles(uint256 key) private {
        vm.expectRevert(abi.encodeWithSelector(IDualControl.SignerHasBothRoles.selector, vm.addr(key)));
    }
}
