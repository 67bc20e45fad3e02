// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { PayoutRouterV0 } from "../../../contracts/payouts/PayoutRouterV0.sol";
import { IPayoutRouter } from "../../../contracts/payouts/interfaces/IPayoutRouter.sol";
import { IPayoutRouterV0 } from "../../../contracts/payouts/interfaces/IPayoutRouterV0.sol";
import { LyingToken } from "../../../contracts/payouts/mocks/LyingToken.sol";
import { PlainToken } from "../../../contracts/payouts/mocks/PlainToken.sol";
import { ReenteringToken } from "../../../contracts/payouts/mocks/ReenteringToken.sol";
import { RevertingToken } from "../../../contracts/payouts/mocks/RevertingToken.sol";
import { TetherSuccessor } from "../../../contracts/payouts/mocks/TetherSuccessor.sol";
import { Trees } from "../support/Trees.sol";
import { Vm } from "../support/Vm.sol";
import { PayoutTest } from "./support/PayoutTest.sol";
import { deployed } from "../support/Deployed.sol";

/// @dev Routers with tokens that do what they should not: Tether with its switches, and worse ones.
contract PayoutTokensTest is PayoutTest {
    uint256 private constant ROWS = 4;
    uint256 private constant MAX_REASON = 512;

    function test_disburse_isStoppedByTethersPause() public {
        Statement memory statement = openSample(v0, ROWS);
        token.pause();
        _expectSilentFailure(statement);
        token.unpause();
        pay(v0, statement, 0);
    }

    function test_disburse_isStoppedByABlacklistedTreasury() public {
        Statement memory statement = openSample(v0, ROWS);
        token.addBlackList(TREASURY);
        _expectSilentFailure(statement);
    }

    /// @dev Tether checks the blacklist for whose money it is: a blacklisted payee is paid, and holds what it cannot use.
    function test_disburse_paysABlacklistedPayee() public {
        Statement memory statement = openSample(v0, ROWS);
        token.addBlackList(statement.rows[0].to);
        pay(v0, statement, 0);
        assertPaid(statement.rows[0]);
    }

    function test_disburse_isStoppedByAnEmptiedTreasury() public {
        Statement memory statement = openSample(v0, ROWS);
        token.addBlackList(TREASURY);
        token.destroyBlackFunds(TREASURY);
        token.removeBlackList(TREASURY);
        _expectSilentFailure(statement);
    }

    /// @dev With a fee the payee would get less than the amount, so the row waits until the fee is gone.
    function testFuzz_disburse_refusesToPayLess(uint256 rate, uint256 maxFee) public {
        Statement memory statement = openSample(v0, ROWS);
        rate = bound(rate, 1, 19);
        maxFee = bound(maxFee, 1, 49);
        token.setParams(rate, maxFee);
        uint256 amount = statement.rows[0].amount;
        uint256 fee = token.calcFee(amount);
        vm.assertGt(fee, 0, "a fee");
        expectRefusal(
            v0,
            statement,
            0,
            abi.encodeWithSelector(
                IPayoutRouter.InexactTransfer.selector,
                amount,
                0,
                amount - fee,
                SUPPLY,
                SUPPLY - amount
            )
        );
        assertUnpaid(statement.rows[0]);
        token.setParams(0, 0);
        pay(v0, statement, 0);
        assertPaid(statement.rows[0]);
    }

    /// @dev A fee that rounds to nothing is none.
    function test_disburse_paysWhereTheFeeIsZero() public {
        IPayoutRouter.Payment memory row = sampleRow(0);
        row.amount = 99;
        Statement memory statement = openOver(v0, only(row));
        token.setParams(19, 49);
        pay(v0, statement, 0);
        assertPaid(row);
    }

    function test_disburse_isForwardedByADeprecatedTether() public {
        Statement memory statement = openSample(v0, ROWS);
        TetherSuccessor successor = TetherSuccessor(deployed("TetherSuccessor", abi.encode(address(token))));
        token.deprecate(address(successor));
        successor.mint(TREASURY, SUPPLY);
        allow(v0, USDT);
        pay(v0, statement, 0);
        vm.assertEq(successor.balanceOf(statement.rows[0].to), USDT, "paid in the successor's money");
        payRun(v0, statement, 1, 2);
        assertUnpaid(statement.rows[1]);
    }

    /// @dev A successor without code: not even balances can be read.
    function test_disburseBatch_refusesRowsOfALostTether() public {
        Statement memory statement = openSample(v0, ROWS);
        token.deprecate(STRANGER);
        vm.recordLogs();
        payAll(v0, statement);
        vm.assertEq(countOf(vm.getRecordedLogs(), IPayoutRouter.PaymentRefused.selector), ROWS, "each row");
    }

    function test_disburse_toleratesAFalseAnswer() public {
        (LyingToken lying, PayoutRouterV0 router, Statement memory statement) = _lying(0, 0, false);
        pay(router, statement, 0);
        vm.assertEq(lying.balanceOf(statement.rows[0].to), USDT, "the balances say so");
    }

    /// @dev Whatever the token answers, a row that was not moved exactly is refused and undone.
    function testFuzz_disburse_refusesWhatWasNotMovedExactly(int64 debit, int64 credit, bool answer) public {
        vm.assume(debit != 0 || credit != 0);
        vm.assume(credit >= -int256(USDT));
        (LyingToken lying, PayoutRouterV0 router, Statement memory statement) = _lying(debit, credit, answer);
        expectRefusal(
            router,
            statement,
            0,
            abi.encodeWithSelector(
                IPayoutRouter.InexactTransfer.selector,
                USDT,
                0,
                uint256(int256(USDT) + credit),
                SUPPLY,
                uint256(int256(SUPPLY - USDT) - debit)
            )
        );
        vm.recordLogs();
        payAll(router, statement);
        vm.assertEq(countOf(vm.getRecordedLogs(), IPayoutRouter.PaymentRefused.selector), ROWS, "each row");
        vm.assertEq(lying.balanceOf(TREASURY), SUPPLY, "nothing has left");
        for (uint256 i = 0; i < ROWS; ++i) {
            vm.assertFalse(ledger.isPaid(statement.rows[i].payoutId), "nothing is marked");
        }
        (, uint256 paid, , ) = router.statementOf(statement.tree[0]);
        vm.assertEq(paid, 0, "nothing is counted");
        vm.assertEq(router.paidToday(), 0, "nor today");
    }

    function test_disburseBatch_reportsTheTokensReason() public {
        (RevertingToken reverting, PayoutRouterV0 router, Statement memory statement) = _reverting();
        address payee = statement.rows[1].to;
        reverting.setFailure(payee, RevertingToken.Failure.Reason);
        bytes memory tokens = abi.encodeWithSelector(RevertingToken.Refused.selector, payee);
        bytes memory reason = abi.encodeWithSelector(IPayoutRouter.TransferFailed.selector, tokens);
        expectRefusal(router, statement, 1, reason);
        _assertRefusedAlone(router, statement, 1, reason);
    }

    /// @dev A row that burns all it gets costs its batch a row's gas, and the others are paid.
    function test_disburseBatch_survivesATokenThatTakesAllGas() public {
        (RevertingToken reverting, PayoutRouterV0 router, Statement memory statement) = _reverting();
        reverting.setFailure(statement.rows[1].to, RevertingToken.Failure.AllGas);
        uint256 before = gasleft();
        _assertRefusedAlone(
            router,
            statement,
            1,
            abi.encodeWithSelector(IPayoutRouter.TransferFailed.selector, bytes(""))
        );
        vm.assertGt(1_500_000, before - gasleft(), "no more than a row's gas is lost");
    }

    /// @dev What a token says is cut: 256 bytes of its own, of 100,000.
    function test_disburseBatch_cutsAHugeReason() public {
        (RevertingToken reverting, PayoutRouterV0 router, Statement memory statement) = _reverting();
        reverting.setFailure(statement.rows[1].to, RevertingToken.Failure.HugeReason);
        bytes memory reason = abi.encodeWithSelector(IPayoutRouter.TransferFailed.selector, new bytes(256));
        vm.assertGt(MAX_REASON, reason.length, "shorter than the most");
        expectRefusal(router, statement, 1, reason);
        _assertRefusedAlone(router, statement, 1, reason);
    }

    /// @dev Every way back in is shut while money moves, for a token that holds every role.
    function test_disburse_shutsEveryWayBackIn() public {
        (ReenteringToken reentering, PayoutRouterV0 router, Statement memory statement) = _reentering();
        bytes[] memory calls = _waysIn(router, statement);
        for (uint256 i = 0; i < calls.length; ++i) {
            reentering.setCall(address(router), calls[i]);
            pay(router, statement, i);
            vm.assertFalse(reentering.hasSucceeded(), "refused");
            vm.assertEq(
                reentering.answer(),
                abi.encodeWithSelector(ReentrancyGuard.ReentrancyGuardReentrantCall.selector),
                "as what it is"
            );
            vm.assertEq(reentering.balanceOf(statement.rows[i].to), statement.rows[i].amount, "paid once");
        }
    }

    function test_disburseBatch_shutsEveryWayBackIn() public {
        (ReenteringToken reentering, PayoutRouterV0 router, Statement memory statement) = _reentering();
        bytes[] memory calls = _waysIn(router, statement);
        for (uint256 i = 0; i < calls.length; ++i) {
            reentering.setCall(address(router), calls[i]);
            payRun(router, statement, i, i);
            vm.assertFalse(reentering.hasSucceeded(), "refused");
            vm.assertEq(
                reentering.answer(),
                abi.encodeWithSelector(ReentrancyGuard.ReentrancyGuardReentrantCall.selector),
                "as what it is"
            );
        }
    }

    /// @dev The call that pays a row is for the router alone, also in the middle of a batch.
    function test_payRow_isShutToTheToken() public {
        (ReenteringToken reentering, PayoutRouterV0 router, Statement memory statement) = _reentering();
        reentering.setCall(address(router), abi.encodeCall(IPayoutRouter.payRow, (statement.rows[3])));
        payRun(router, statement, 0, 1);
        vm.assertEq(
            reentering.answer(),
            abi.encodeWithSelector(IPayoutRouter.OnlySelf.selector, address(reentering)),
            "refused"
        );
        vm.assertEq(reentering.balanceOf(statement.rows[3].to), 0, "not paid");
    }

    function _expectSilentFailure(Statement memory statement) private {
        expectRefusal(
            v0,
            statement,
            0,
            abi.encodeWithSelector(IPayoutRouter.TransferFailed.selector, bytes(""))
        );
        vm.recordLogs();
        payAll(v0, statement);
        vm.assertEq(countOf(vm.getRecordedLogs(), IPayoutRouter.PaymentRefused.selector), ROWS, "each row");
        for (uint256 i = 0; i < ROWS; ++i) assertUnpaid(statement.rows[i]);
    }

    function _assertRefusedAlone(
        PayoutRouterV0 router,
        Statement memory statement,
        uint256 bad,
        bytes memory reason
    ) private {
        vm.recordLogs();
        payAll(router, statement);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(refusalOf(logs, statement.rows[bad].payoutId), reason, "the reason");
        PlainToken plain = PlainToken(address(router.TOKEN()));
        for (uint256 i = 0; i < ROWS; ++i) {
            uint256 amount = i == bad ? 0 : statement.rows[i].amount;
            vm.assertEq(plain.balanceOf(statement.rows[i].to), amount, "the others are paid");
        }
    }

    function _lying(
        int256 debit,
        int256 credit,
        bool answer
    ) private returns (LyingToken lying, PayoutRouterV0 router, Statement memory statement) {
        lying = LyingToken(deployed("LyingToken", ""));
        (router, statement) = _routerAndStatement(lying, ROWS);
        lying.setLie(debit, credit, answer);
    }

    function _reverting()
        private
        returns (RevertingToken reverting, PayoutRouterV0 router, Statement memory statement)
    {
        reverting = RevertingToken(deployed("RevertingToken", ""));
        (router, statement) = _routerAndStatement(reverting, ROWS);
    }

    function _reentering()
        private
        returns (ReenteringToken reentering, PayoutRouterV0 router, Statement memory statement)
    {
        reentering = ReenteringToken(deployed("ReenteringToken", ""));
        (router, statement) = _routerAndStatement(reentering, ROWS);
        vm.startPrank(ADMIN);
        router.grantRole(DISBURSER_ROLE, address(reentering));
        vm.stopPrank();
    }

    function _routerAndStatement(
        PlainToken other,
        uint256 count
    ) private returns (PayoutRouterV0 router, Statement memory statement) {
        router = routerFor(address(other));
        other.mint(TREASURY, SUPPLY);
        statement = openSample(router, count);
    }

    /// @dev Every call that changes what may be paid, each valid at another time.
    function _waysIn(
        PayoutRouterV0 router,
        Statement memory statement
    ) private view returns (bytes[] memory calls) {
        calls = new bytes[](ROWS);
        bytes32 root = statement.tree[0];
        IPayoutRouter.Payment memory last = statement.rows[ROWS - 1];
        calls[0] = abi.encodeCall(
            IPayoutRouterV0.disburse,
            (root, last, Trees.proofOf(statement.tree, ROWS - 1))
        );
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(
            statement.tree,
            ROWS - 1,
            ROWS - 1
        );
        calls[1] = abi.encodeCall(IPayoutRouterV0.disburseBatch, (root, only(last), proof, flags));
        bytes32 opening = openingDigest(router, 1, keccak256("other"), 1);
        calls[2] = abi.encodeCall(
            IPayoutRouter.openStatement,
            (keccak256("other"), 1, 1, sign(PLANNER_KEY, opening), sign(APPROVER_KEY, opening))
        );
        bytes32 closing = closingDigest(router, PERIOD, root);
        calls[3] = abi.encodeCall(
            IPayoutRouter.closeStatement,
            (root, PERIOD, sign(PLANNER_KEY, closing), sign(APPROVER_KEY, closing))
        );
    }
}
