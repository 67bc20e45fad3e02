// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { IDualControl } from "../../../contracts/payouts/interfaces/IDualControl.sol";
import { IPayoutRouter } from "../../../contracts/payouts/interfaces/IPayoutRouter.sol";
import { PayoutTest } from "./support/PayoutTest.sol";

/// @dev What opens and closes a statement, and what that allows.
contract PayoutStatementsTest is PayoutTest {
    bytes32 private constant ROOT = keccak256("root");
    uint256 private constant TOTAL = 5 * USDT;

    function testFuzz_openStatement_isReadable(bytes32 root, uint256 total, uint64 period) public {
        vm.assume(root != 0 && total != 0);
        _open(root, total, period);
        _assertStatement(root, total, period, IPayoutRouter.StatementState.Open);
        vm.assertEq(v0.statementOfPeriod(period), root, "open in its period");
        _assertStatement(~root, 0, 0, IPayoutRouter.StatementState.Unknown);
    }

    function test_openStatement_emits() public {
        vm.expectEmit(true, true, true, true, address(v0));
        emit IPayoutRouter.StatementOpened(ROOT, PERIOD, TOTAL, vm.addr(PLANNER_KEY), vm.addr(APPROVER_KEY));
        _open(ROOT, TOTAL, PERIOD);
    }

    function testFuzz_openStatement_isForEverybodyToSend(address sender) public {
        bytes32 digest = openingDigest(v0, PERIOD, ROOT, TOTAL);
        (bytes memory planner, bytes memory approver) = (
            sign(PLANNER_KEY, digest),
            sign(APPROVER_KEY, digest)
        );
        vm.prank(sender);
        v0.openStatement(ROOT, TOTAL, PERIOD, planner, approver);
        vm.assertEq(v0.statementOfPeriod(PERIOD), ROOT, "open");
    }

    function test_openStatement_worksWhilePaused() public {
        vm.prank(PAUSER);
        v0.pause();
        _open(ROOT, TOTAL, PERIOD);
        _close(ROOT, PERIOD);
        _assertStatement(ROOT, TOTAL, PERIOD, IPayoutRouter.StatementState.Closed);
    }

    function test_openStatement_revertsOnZeroRoot() public {
        vm.expectRevert(abi.encodeWithSelector(IPayoutRouter.InvalidStatement.selector, bytes32(0), TOTAL));
        v0.openStatement(0, TOTAL, PERIOD, "", "");
    }

    function test_openStatement_revertsOnZeroTotal() public {
        vm.expectRevert(abi.encodeWithSelector(IPayoutRouter.InvalidStatement.selector, ROOT, 0));
        v0.openStatement(ROOT, 0, PERIOD, "", "");
    }

    function test_openStatement_revertsWithoutThePlanner() public {
        _expectWrongSigner(PLANNER_ROLE, APPROVER_KEY);
        _openWith(APPROVER_KEY, APPROVER_KEY);
    }

    function test_openStatement_revertsWithoutTheApprover() public {
        _expectWrongSigner(APPROVER_ROLE, PLANNER_KEY);
        _openWith(PLANNER_KEY, PLANNER_KEY);
    }

    function test_openStatement_revertsWithTheSignaturesExchanged() public {
        _expectWrongSigner(PLANNER_ROLE, APPROVER_KEY);
        _openWith(APPROVER_KEY, PLANNER_KEY);
    }

    function test_openStatement_revertsForAStranger() public {
        _expectWrongSigner(APPROVER_ROLE, STRANGER_KEY);
        _openWith(PLANNER_KEY, STRANGER_KEY);
    }

    function test_openStatement_revertsForASignerWithBothRoles() public {
        vm.prank(ADMIN);
        v0.grantRole(APPROVER_ROLE, vm.addr(PLANNER_KEY));
        bytes memory bothRoles = abi.encodeWithSelector(
            IDualControl.SignerHasBothRoles.selector,
            vm.addr(PLANNER_KEY)
        );
        vm.expectRevert(bothRoles);
        _openWith(PLANNER_KEY, PLANNER_KEY);
        vm.expectRevert(bothRoles);
        _openWith(PLANNER_KEY, APPROVER_KEY);
    }

    function test_openStatement_revertsForAFormerApprover() public {
        vm.prank(ADMIN);
        v0.revokeRole(APPROVER_ROLE, vm.addr(APPROVER_KEY));
        _expectWrongSigner(APPROVER_ROLE, APPROVER_KEY);
        _openWith(PLANNER_KEY, APPROVER_KEY);
    }

    /// @dev One of root, total and period differs from what was signed.
    function testFuzz_openStatement_revertsOnAnythingElse(uint256 field, uint256 other) public {
        bytes32 digest = openingDigest(v0, PERIOD, ROOT, TOTAL);
        bytes32 root = field % 3 == 0 ? bytes32(other) : ROOT;
        uint256 total = field % 3 == 1 ? other : TOTAL;
        uint64 period = field % 3 == 2 ? uint64(other) : PERIOD;
        vm.assume(root != ROOT || total != TOTAL || period != PERIOD);
        (bool isOpened, ) = address(v0).call(
            abi.encodeCall(
                IPayoutRouter.openStatement,
                (root, total, period, sign(PLANNER_KEY, digest), sign(APPROVER_KEY, digest))
            )
        );
        vm.assertFalse(isOpened, "not what was signed");
    }

    function test_openStatement_revertsOnTheOtherRouter() public {
        bytes32 digest = openingDigest(v0, PERIOD, ROOT, TOTAL);
        (bool isOpened, ) = address(kyc).call(
            abi.encodeCall(
                IPayoutRouter.openStatement,
                (ROOT, TOTAL, PERIOD, sign(PLANNER_KEY, digest), sign(APPROVER_KEY, digest))
            )
        );
        vm.assertFalse(isOpened, "the signatures are for the other router");
    }

    function test_openStatement_revertsOnSignaturesThatClose() public {
        bytes32 digest = closingDigest(v0, PERIOD, ROOT);
        (bool isOpened, ) = address(v0).call(
            abi.encodeCall(
                IPayoutRouter.openStatement,
                (ROOT, TOTAL, PERIOD, sign(PLANNER_KEY, digest), sign(APPROVER_KEY, digest))
            )
        );
        vm.assertFalse(isOpened, "the signatures close a statement");
    }

    function test_openStatement_opensOneRootForBothRouters() public {
        _open(ROOT, TOTAL, PERIOD);
        bytes32 digest = openingDigest(kyc, PERIOD, ROOT, 2 * TOTAL);
        kyc.openStatement(ROOT, 2 * TOTAL, PERIOD, sign(PLANNER_KEY, digest), sign(APPROVER_KEY, digest));
        vm.assertEq(kyc.statementOfPeriod(PERIOD), ROOT, "each with its own total");
    }

    function test_openStatement_revertsOnAnOpenRoot() public {
        _open(ROOT, TOTAL, PERIOD);
        _expectExists(IPayoutRouter.StatementState.Open);
        _open(ROOT, TOTAL, PERIOD);
    }

    /// @dev Otherwise the total of the second period could be paid of the rows of the first.
    function test_openStatement_revertsOnARootOfAnotherPeriod() public {
        _open(ROOT, TOTAL, PERIOD);
        _expectExists(IPayoutRouter.StatementState.Open);
        _open(ROOT, TOTAL, PERIOD + 1);
    }

    function test_openStatement_revertsOnAClosedRoot() public {
        _open(ROOT, TOTAL, PERIOD);
        _close(ROOT, PERIOD);
        _expectExists(IPayoutRouter.StatementState.Closed);
        _open(ROOT, TOTAL, PERIOD);
        _expectExists(IPayoutRouter.StatementState.Closed);
        _open(ROOT, TOTAL, PERIOD + 1);
    }

    function test_openStatement_revertsOnAPeriodThatHasOne() public {
        _open(ROOT, TOTAL, PERIOD);
        vm.expectRevert(abi.encodeWithSelector(IPayoutRouter.PeriodHasStatement.selector, PERIOD, ROOT));
        _open(~ROOT, TOTAL, PERIOD);
        _open(~ROOT, TOTAL, PERIOD + 1);
        vm.assertEq(v0.statementOfPeriod(PERIOD), ROOT, "the first stays open");
    }

    function test_closeStatement_makesRoomForAnother() public {
        _open(ROOT, TOTAL, PERIOD);
        _close(ROOT, PERIOD);
        vm.assertEq(v0.statementOfPeriod(PERIOD), 0, "none is open");
        _open(~ROOT, TOTAL, PERIOD);
        vm.assertEq(v0.statementOfPeriod(PERIOD), ~ROOT, "another is");
        _assertStatement(ROOT, TOTAL, PERIOD, IPayoutRouter.StatementState.Closed);
    }

    function test_closeStatement_emitsWhatWasPaid() public {
        Statement memory statement = openSample(v0, 3);
        pay(v0, statement, 1);
        vm.expectEmit(true, true, true, true, address(v0));
        emit IPayoutRouter.StatementClosed(
            statement.tree[0],
            PERIOD,
            2 * USDT,
            vm.addr(PLANNER_KEY),
            vm.addr(APPROVER_KEY)
        );
        close(v0, statement);
    }

    function test_closeStatement_endsItsPayments() public {
        Statement memory statement = openSample(v0, 3);
        close(v0, statement);
        expectRefusal(
            v0,
            statement,
            0,
            abi.encodeWithSelector(
                IPayoutRouter.StatementNotOpen.selector,
                statement.tree[0],
                IPayoutRouter.StatementState.Closed
            )
        );
    }

    function test_closeStatement_revertsOnTheUnknown() public {
        _expectNotOpen(ROOT, IPayoutRouter.StatementState.Unknown);
        _close(ROOT, PERIOD);
    }

    /// @dev Zero stands for "none is open", which must not pass for a root that is.
    function test_closeStatement_revertsOnZeroRoot() public {
        _expectNotOpen(0, IPayoutRouter.StatementState.Unknown);
        _close(0, PERIOD);
    }

    function test_closeStatement_revertsOnTheClosed() public {
        _open(ROOT, TOTAL, PERIOD);
        _close(ROOT, PERIOD);
        _expectNotOpen(ROOT, IPayoutRouter.StatementState.Closed);
        _close(ROOT, PERIOD);
    }

    function test_closeStatement_revertsOnAnotherPeriod() public {
        _open(ROOT, TOTAL, PERIOD);
        _open(~ROOT, TOTAL, PERIOD + 1);
        _expectNotOpen(ROOT, IPayoutRouter.StatementState.Open);
        _close(ROOT, PERIOD + 1);
        _assertStatement(ROOT, TOTAL, PERIOD, IPayoutRouter.StatementState.Open);
    }

    function test_closeStatement_revertsWithOneSigner() public {
        _open(ROOT, TOTAL, PERIOD);
        _expectWrongSigner(APPROVER_ROLE, PLANNER_KEY);
        _closeWith(ROOT, PERIOD, PLANNER_KEY, PLANNER_KEY);
        _expectWrongSigner(PLANNER_ROLE, APPROVER_KEY);
        _closeWith(ROOT, PERIOD, APPROVER_KEY, APPROVER_KEY);
    }

    /// @dev Revoking those who signed neither closes what they opened nor opens what was closed.
    function test_revokeRole_changesNoStatement() public {
        Statement memory statement = openSample(v0, 3);
        vm.startPrank(ADMIN);
        v0.revokeRole(PLANNER_ROLE, vm.addr(PLANNER_KEY));
        v0.revokeRole(APPROVER_ROLE, vm.addr(APPROVER_KEY));
        vm.stopPrank();
        pay(v0, statement, 0);
        assertPaid(statement.rows[0]);
        _expectWrongSigner(PLANNER_ROLE, PLANNER_KEY);
        _close(statement.tree[0], PERIOD);
    }

    function _open(bytes32 root, uint256 total, uint64 period) private {
        bytes32 digest = openingDigest(v0, period, root, total);
        v0.openStatement(root, total, period, sign(PLANNER_KEY, digest), sign(APPROVER_KEY, digest));
    }

    function _openWith(uint256 plannerKey, uint256 approverKey) private {
        bytes32 digest = openingDigest(v0, PERIOD, ROOT, TOTAL);
        v0.openStatement(ROOT, TOTAL, PERIOD, sign(plannerKey, digest), sign(approverKey, digest));
    }

    function _close(bytes32 root, uint64 period) private {
        _closeWith(root, period, PLANNER_KEY, APPROVER_KEY);
    }

    function _closeWith(bytes32 root, uint64 period, uint256 plannerKey, uint256 approverKey) private {
        bytes32 digest = closingDigest(v0, period, root);
        v0.closeStatement(root, period, sign(plannerKey, digest), sign(approverKey, digest));
    }

    function _assertStatement(
        bytes32 root,
        uint256 total,
        uint64 period,
        IPayoutRouter.StatementState state
    ) private view {
        (uint256 total_, uint256 paid, uint64 period_, IPayoutRouter.StatementState state_) = v0.statementOf(
            root
        );
        vm.assertEq(total_, total, "its total");
        vm.assertEq(paid, 0, "nothing is paid");
        vm.assertEq(uint256(period_), uint256(period), "its period");
        vm.assertEq(uint256(state_), uint256(state), "its state");
    }

    function _expectWrongSigner(bytes32 role, uint256 key) private {
        vm.expectRevert(abi.encodeWithSelector(IDualControl.WrongSigner.selector, role, vm.addr(key)));
    }

    function _expectExists(IPayoutRouter.StatementState state) private {
        vm.expectRevert(abi.encodeWithSelector(IPayoutRouter.StatementExists.selector, ROOT, PERIOD, state));
    }

    function _expectNotOpen(bytes32 root, IPayoutRouter.StatementState state) private {
        vm.expectRevert(abi.encodeWithSelector(IPayoutRouter.StatementNotOpen.selector, root, state));
    }
}
