// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { Pausable } from "@openzeppelin/contracts/utils/Pausable.sol";
import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { PayoutRouterKYC } from "../../../contracts/payouts/PayoutRouterKYC.sol";
import { IPayoutLedger } from "../../../contracts/payouts/interfaces/IPayoutLedger.sol";
import { IPayoutRouter } from "../../../contracts/payouts/interfaces/IPayoutRouter.sol";
import { IPayoutRouterKYC } from "../../../contracts/payouts/interfaces/IPayoutRouterKYC.sol";
import { ReenteringToken } from "../../../contracts/payouts/mocks/ReenteringToken.sol";
import { Trees } from "../support/Trees.sol";
import { Vm } from "../support/Vm.sol";
import { PayoutTest } from "./support/PayoutTest.sol";
import { deployed } from "../support/Deployed.sol";

/// @dev What the router for approved payees adds: without a valid approval nothing is paid.
contract PayoutRouterKYCTest is PayoutTest {
    uint256 private constant ROWS = 5;
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    Statement private _statement;

    function setUp() public override {
        super.setUp();
        Statement memory statement = openSample(kyc, ROWS);
        for (uint256 i = 0; i < ROWS; ++i) _statement.rows.push(statement.rows[i]);
        (_statement.tree, _statement.total, _statement.period) = (
            statement.tree,
            statement.total,
            statement.period
        );
    }

    function test_constructor_fixesWhatItIsGiven() public view {
        vm.assertEq(address(kyc.TOKEN()), address(token), "the token");
        vm.assertEq(kyc.TREASURY(), TREASURY, "the treasury");
        vm.assertEq(address(kyc.LEDGER()), address(ledger), "the ledger");
        vm.assertTrue(kyc.hasRole(ADMIN_ROLE, ADMIN), "the admin is in");
        vm.assertFalse(kyc.hasRole(COMPLIANCE_ROLE, ADMIN), "and approves nobody");
        vm.assertEq(kyc.COMPLIANCE_ROLE(), COMPLIANCE_ROLE, "the role has its name's hash");
    }

    function test_disburse_paysTheApproved() public {
        IPayoutRouter.Payment memory row = _statement.rows[1];
        IPayoutRouterKYC.Compliance memory approval = approvalOf(row);
        vm.expectEmit(true, true, true, true, address(kyc));
        emit IPayoutRouter.Paid(row.payoutId, row.sessionId, row.to, row.amount);
        _pay(1, approval);
        assertPaid(row);
        assertSpent(kyc, _statement.tree[0], row.amount);
    }

    function test_disburse_paysUntilTheLastSecond() public {
        uint64 expiry = START + 1 hours;
        IPayoutRouterKYC.Compliance memory approval = approvalBy(COMPLIANCE_KEY, _statement.rows[0], expiry);
        vm.warp(expiry + 1);
        _expectRefusal(
            0,
            approval,
            abi.encodeWithSelector(
                IPayoutRouterKYC.ComplianceExpired.selector,
                _statement.rows[0].payoutId,
                expiry
            )
        );
        vm.warp(expiry);
        _pay(0, approval);
        assertPaid(_statement.rows[0]);
    }

    /// @dev What is signed is one payout, one payee, one amount, one file and one expiry.
    function testFuzz_disburse_revertsOnAnApprovalOfAnythingElse(uint256 field, uint256 other) public {
        IPayoutRouter.Payment memory approved = _statement.rows[1];
        if (field % 5 == 0) approved.payoutId = bytes32(other);
        if (field % 5 == 1) approved.to = address(uint160(other));
        if (field % 5 == 2) approved.amount = other;
        IPayoutRouterKYC.Compliance memory approval = approvalOf(approved);
        if (field % 5 == 3) approval.kycHash = bytes32(other);
        if (field % 5 == 4) approval.expiry = uint64(bound(other, START, type(uint64).max));
        vm.assume(
            keccak256(abi.encode(approved, approval)) !=
                keccak256(abi.encode(_statement.rows[1], approvalOf(_statement.rows[1])))
        );
        bytes4 kind = _refusalKindOf(1, approval);
        vm.assertEq(
            bytes32(kind),
            bytes32(IPayoutRouterKYC.NotCompliance.selector),
            "nobody approved this payment"
        );
        assertUnpaid(_statement.rows[1]);
    }

    function test_disburse_revertsOnAnApprovalForAnotherRouter() public {
        PayoutRouterKYC later = PayoutRouterKYC(
            deployed("PayoutRouterKYC", abi.encode(address(token), TREASURY, address(ledger), ADMIN))
        );
        IPayoutRouterKYC.Compliance memory approval = approvalOf(_statement.rows[0]);
        kyc = later;
        admit(kyc);
        vm.prank(ADMIN);
        kyc.grantRole(COMPLIANCE_ROLE, vm.addr(COMPLIANCE_KEY));
        Statement memory statement = openSample(kyc, ROWS);
        bytes32[] memory proof = Trees.proofOf(statement.tree, 0);
        vm.prank(DISBURSER);
        (bool isPaid, bytes memory answer) = address(kyc).call(
            abi.encodeCall(IPayoutRouterKYC.disburse, (statement.tree[0], statement.rows[0], approval, proof))
        );
        vm.assertFalse(isPaid, "it reverts");
        vm.assertEq(
            bytes32(bytes4(answer)),
            bytes32(IPayoutRouterKYC.NotCompliance.selector),
            "for the approval"
        );
    }

    function test_disburse_revertsOnAStrangersApproval() public {
        IPayoutRouterKYC.Compliance memory approval = approvalBy(STRANGER_KEY, _statement.rows[0], START + 1);
        _expectRefusal(0, approval, _notCompliance(0, vm.addr(STRANGER_KEY)));
    }

    function test_disburse_revertsOnARevokedSigner() public {
        IPayoutRouterKYC.Compliance memory approval = approvalOf(_statement.rows[0]);
        vm.prank(ADMIN);
        kyc.revokeRole(COMPLIANCE_ROLE, vm.addr(COMPLIANCE_KEY));
        _expectRefusal(0, approval, _notCompliance(0, vm.addr(COMPLIANCE_KEY)));
    }

    function test_disburse_revertsOnAMalformedSignature() public {
        IPayoutRouterKYC.Compliance memory approval = approvalOf(_statement.rows[0]);
        approval.signature = new bytes(64);
        _expectRefusal(0, approval, _notCompliance(0, address(0)));
        approval.signature = "";
        _expectRefusal(0, approval, _notCompliance(0, address(0)));
    }

    /// @dev Even where the admin granted the role to zero by mistake, which every malformed signature seems to be by.
    function test_disburse_revertsOnAMalformedSignatureThoughZeroHasTheRole() public {
        vm.prank(ADMIN);
        kyc.grantRole(COMPLIANCE_ROLE, address(0));
        IPayoutRouterKYC.Compliance memory approval = approvalOf(_statement.rows[0]);
        approval.signature = new bytes(65);
        _expectRefusal(0, approval, _notCompliance(0, address(0)));
    }

    function test_disburse_revertsOnAHighS() public {
        IPayoutRouterKYC.Compliance memory approval = approvalOf(_statement.rows[0]);
        bytes memory signature = approval.signature;
        bytes32 r;
        bytes32 s;
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
        }
        approval.signature = abi.encodePacked(
            r,
            bytes32(CURVE_ORDER - uint256(s)),
            uint8(signature[64]) == 27 ? uint8(28) : uint8(27)
        );
        _expectRefusal(0, approval, _notCompliance(0, address(0)));
    }

    function test_disburse_revertsOnARevokedPayee() public {
        IPayoutRouterKYC.Compliance memory approval = approvalOf(_statement.rows[0]);
        address payee = _statement.rows[0].to;
        vm.prank(vm.addr(COMPLIANCE_KEY));
        kyc.revokePayee(payee);
        _expectRefusal(
            0,
            approval,
            abi.encodeWithSelector(
                IPayoutRouterKYC.PayeeIsRevoked.selector,
                _statement.rows[0].payoutId,
                payee
            )
        );
        vm.prank(ADMIN);
        kyc.reinstatePayee(payee);
        _pay(0, approval);
        assertPaid(_statement.rows[0]);
    }

    function test_disburse_revertsWhilePaused() public {
        IPayoutRouterKYC.Compliance memory approval = approvalOf(_statement.rows[0]);
        vm.prank(PAUSER);
        kyc.pause();
        _expectRefusal(0, approval, abi.encodeWithSelector(Pausable.EnforcedPause.selector));
    }

    function testFuzz_disburse_revertsForAllButDisbursers(address account) public {
        vm.assume(account != DISBURSER);
        IPayoutRouterKYC.Compliance memory approval = approvalOf(_statement.rows[0]);
        bytes32[] memory proof = Trees.proofOf(_statement.tree, 0);
        expectMissingRole(account, DISBURSER_ROLE);
        vm.prank(account);
        kyc.disburse(_statement.tree[0], _statement.rows[0], approval, proof);
    }

    function test_disburse_keepsTheLimits() public {
        vm.prank(ADMIN);
        kyc.setLimits(USDT, DAY_LIMIT);
        IPayoutRouterKYC.Compliance memory approval = approvalOf(_statement.rows[1]);
        _expectRefusal(
            1,
            approval,
            abi.encodeWithSelector(
                IPayoutRouter.PaymentAboveLimit.selector,
                _statement.rows[1].payoutId,
                2 * USDT,
                USDT
            )
        );
    }

    function test_disburse_revertsOnThePaid() public {
        IPayoutRouterKYC.Compliance memory approval = approvalOf(_statement.rows[0]);
        _pay(0, approval);
        _expectRefusal(
            0,
            approval,
            abi.encodeWithSelector(
                IPayoutLedger.PayoutNotUnused.selector,
                _statement.rows[0].payoutId,
                IPayoutLedger.PayoutStatus.Paid
            )
        );
    }

    function test_disburseBatch_paysTheApproved() public {
        _payAll(approvalsOf(_statement.rows));
        for (uint256 i = 0; i < ROWS; ++i) assertPaid(_statement.rows[i]);
        assertSpent(kyc, _statement.tree[0], _statement.total);
    }

    function test_disburseBatch_refusesTheOthersAlone() public {
        IPayoutRouterKYC.Compliance[] memory approvals = approvalsOf(_statement.rows);
        approvals[1].signature = approvals[0].signature;
        approvals[3] = approvalBy(COMPLIANCE_KEY, _statement.rows[3], START - 1);
        vm.recordLogs();
        _payAll(approvals);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(countOf(logs, IPayoutRouter.PaymentRefused.selector), 2, "two are refused");
        vm.assertEq(
            bytes32(bytes4(refusalOf(logs, _statement.rows[1].payoutId))),
            bytes32(IPayoutRouterKYC.NotCompliance.selector),
            "approved for another row"
        );
        vm.assertEq(
            refusalOf(logs, _statement.rows[3].payoutId),
            abi.encodeWithSelector(
                IPayoutRouterKYC.ComplianceExpired.selector,
                _statement.rows[3].payoutId,
                START - 1
            ),
            "expired"
        );
        assertPaid(_statement.rows[0]);
        assertUnpaid(_statement.rows[1]);
        assertPaid(_statement.rows[2]);
        assertUnpaid(_statement.rows[3]);
        assertPaid(_statement.rows[4]);
        assertSpent(kyc, _statement.tree[0], 9 * USDT);
    }

    function testFuzz_disburseBatch_revertsOnAnotherNumberOfApprovals(uint256 count) public {
        count = bound(count, 0, 2 * ROWS);
        vm.assume(count != ROWS);
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(_statement.tree, 0, ROWS - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IPayoutRouterKYC.ComplianceCountDiffers.selector, ROWS, count)
        );
        vm.prank(DISBURSER);
        kyc.disburseBatch(
            _statement.tree[0],
            _statement.rows,
            new IPayoutRouterKYC.Compliance[](count),
            proof,
            flags
        );
    }

    function test_disburseBatch_revertsWhilePaused() public {
        IPayoutRouterKYC.Compliance[] memory approvals = approvalsOf(_statement.rows);
        vm.prank(PAUSER);
        kyc.pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        _payAll(approvals);
    }

    function testFuzz_disburseBatch_revertsForAllButDisbursers(address account) public {
        vm.assume(account != DISBURSER);
        IPayoutRouterKYC.Compliance[] memory approvals = approvalsOf(_statement.rows);
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(_statement.tree, 0, ROWS - 1);
        expectMissingRole(account, DISBURSER_ROLE);
        vm.prank(account);
        kyc.disburseBatch(_statement.tree[0], _statement.rows, approvals, proof, flags);
    }

    function test_disburse_shutsTheWaysBackIn() public {
        ReenteringToken reentering = ReenteringToken(deployed("ReenteringToken", ""));
        reentering.mint(TREASURY, SUPPLY);
        kyc = PayoutRouterKYC(
            deployed("PayoutRouterKYC", abi.encode(address(reentering), TREASURY, address(ledger), ADMIN))
        );
        admit(kyc);
        vm.startPrank(ADMIN);
        kyc.grantRole(COMPLIANCE_ROLE, vm.addr(COMPLIANCE_KEY));
        kyc.grantRole(DISBURSER_ROLE, address(reentering));
        vm.stopPrank();
        Statement memory statement = openSample(kyc, ROWS);
        IPayoutRouterKYC.Compliance[] memory approvals = approvalsOf(statement.rows);
        bytes32 root = statement.tree[0];
        bytes32[] memory lastProof = Trees.proofOf(statement.tree, 4);
        reentering.setCall(
            address(kyc),
            abi.encodeCall(IPayoutRouterKYC.disburse, (root, statement.rows[4], approvals[4], lastProof))
        );
        bytes32[] memory proof = Trees.proofOf(statement.tree, 0);
        vm.prank(DISBURSER);
        kyc.disburse(root, statement.rows[0], approvals[0], proof);
        _assertShut(reentering);
        (bytes32[] memory multiproof, bool[] memory flags) = Trees.multiproofOf(statement.tree, 4, 4);
        IPayoutRouterKYC.Compliance[] memory last = new IPayoutRouterKYC.Compliance[](1);
        last[0] = approvals[4];
        reentering.setCall(
            address(kyc),
            abi.encodeCall(
                IPayoutRouterKYC.disburseBatch,
                (root, only(statement.rows[4]), last, multiproof, flags)
            )
        );
        proof = Trees.proofOf(statement.tree, 1);
        vm.prank(DISBURSER);
        kyc.disburse(root, statement.rows[1], approvals[1], proof);
        _assertShut(reentering);
        vm.assertEq(reentering.balanceOf(statement.rows[4].to), 0, "not paid");
    }

    function test_revokePayee_isReadableAndEmits() public {
        vm.expectEmit(true, true, true, true, address(kyc));
        emit IPayoutRouterKYC.PayeeRevoked(STRANGER);
        vm.prank(vm.addr(COMPLIANCE_KEY));
        kyc.revokePayee(STRANGER);
        vm.assertTrue(kyc.isRevoked(STRANGER), "revoked");
        vm.assertFalse(kyc.isRevoked(ADMIN), "and nobody else");
        vm.expectEmit(true, true, true, true, address(kyc));
        emit IPayoutRouterKYC.PayeeReinstated(STRANGER);
        vm.prank(ADMIN);
        kyc.reinstatePayee(STRANGER);
        vm.assertFalse(kyc.isRevoked(STRANGER), "reinstated");
    }

    function testFuzz_revokePayee_revertsForAllButCompliance(address account) public {
        vm.assume(account != vm.addr(COMPLIANCE_KEY));
        expectMissingRole(account, COMPLIANCE_ROLE);
        vm.prank(account);
        kyc.revokePayee(STRANGER);
    }

    /// @dev Not for compliance either: a stolen key must not undo what another one revoked.
    function testFuzz_reinstatePayee_revertsForAllButTheAdmin(address account) public {
        vm.assume(account != ADMIN);
        expectMissingRole(account, ADMIN_ROLE);
        vm.prank(account);
        kyc.reinstatePayee(STRANGER);
    }

    function _pay(uint256 row, IPayoutRouterKYC.Compliance memory approval) private {
        bytes32[] memory proof = Trees.proofOf(_statement.tree, row);
        vm.prank(DISBURSER);
        kyc.disburse(_statement.tree[0], _statement.rows[row], approval, proof);
    }

    function _payAll(IPayoutRouterKYC.Compliance[] memory approvals) private {
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(_statement.tree, 0, ROWS - 1);
        vm.prank(DISBURSER);
        kyc.disburseBatch(_statement.tree[0], _statement.rows, approvals, proof, flags);
    }

    function _expectRefusal(
        uint256 row,
        IPayoutRouterKYC.Compliance memory approval,
        bytes memory reason
    ) private {
        bytes32[] memory proof = Trees.proofOf(_statement.tree, row);
        vm.prank(DISBURSER);
        vm.expectRevert(reason);
        kyc.disburse(_statement.tree[0], _statement.rows[row], approval, proof);
    }

    function _refusalKindOf(
        uint256 row,
        IPayoutRouterKYC.Compliance memory approval
    ) private returns (bytes4) {
        bytes32[] memory proof = Trees.proofOf(_statement.tree, row);
        vm.prank(DISBURSER);
        (bool isPaid, bytes memory answer) = address(kyc).call(
            abi.encodeCall(
                IPayoutRouterKYC.disburse,
                (_statement.tree[0], _statement.rows[row], approval, proof)
            )
        );
        vm.assertFalse(isPaid, "it reverts");
        return bytes4(answer);
    }

    function _notCompliance(uint256 row, address signer) private view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IPayoutRouterKYC.NotCompliance.selector,
                _statement.rows[row].payoutId,
                signer
            );
    }

    function _assertShut(ReenteringToken reentering) private view {
        vm.assertFalse(reentering.hasSucceeded(), "refused");
        vm.assertEq(
            reentering.answer(),
            abi.encodeWithSelector(ReentrancyGuard.ReentrancyGuardReentrantCall.selector),
            "as what it is"
        );
    }
}
