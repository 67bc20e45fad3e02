// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { Pausable } from "@openzeppelin/contracts/utils/Pausable.sol";
import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { IPayoutLedger } from "../../../contracts/payouts/interfaces/IPayoutLedger.sol";
import { IPayoutRouter } from "../../../contracts/payouts/interfaces/IPayoutRouter.sol";
import { IPayoutRouterV0 } from "../../../contracts/payouts/interfaces/IPayoutRouterV0.sol";
import { Trees } from "../support/Trees.sol";
import { Vm } from "../support/Vm.sol";
import { PayoutTest } from "./support/PayoutTest.sol";

/// @dev Rows in a batch: paid or refused each by itself.
contract PayoutBatchTest is PayoutTest {
    uint256 private constant ROW_GAS = 500_000;
    uint256 private constant GAS_BEFORE_ROW = ROW_GAS + ROW_GAS / 63 + 10_000;

    function test_disburseBatch_paysEveryRow() public {
        Statement memory statement = openSample(v0, 7);
        vm.recordLogs();
        payAll(v0, statement);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(countOf(logs, IPayoutRouter.Paid.selector), 7, "an event for each row");
        vm.assertEq(countOf(logs, IPayoutRouter.PaymentRefused.selector), 0, "none is refused");
        for (uint256 i = 0; i < 7; ++i) assertPaid(statement.rows[i]);
        assertSpent(v0, statement.tree[0], statement.total);
    }

    /// @dev Any run of a statement of any size, also runs of one row and statements of one.
    function testFuzz_disburseBatch_paysAnyRun(uint256 count, uint256 from, uint256 to) public {
        count = bound(count, 1, 40);
        from = bound(from, 0, count - 1);
        to = bound(to, from, count - 1);
        Statement memory statement = openSample(v0, count);
        payRun(v0, statement, from, to);
        uint256 sum = 0;
        for (uint256 i = 0; i < count; ++i) {
            bool isInRun = from <= i && i <= to;
            if (isInRun) sum += statement.rows[i].amount;
            if (isInRun) assertPaid(statement.rows[i]);
            else assertUnpaid(statement.rows[i]);
        }
        assertSpent(v0, statement.tree[0], sum);
    }

    /// @dev A batch that is sent again pays nothing again, and does not revert.
    function test_disburseBatch_againPaysNothing() public {
        Statement memory statement = openSample(v0, 4);
        payRun(v0, statement, 1, 2);
        vm.recordLogs();
        payAll(v0, statement);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 1; i <= 2; ++i) {
            bytes32 payoutId = statement.rows[i].payoutId;
            vm.assertEq(
                refusalOf(logs, payoutId),
                abi.encodeWithSelector(
                    IPayoutLedger.PayoutNotUnused.selector,
                    payoutId,
                    IPayoutLedger.PayoutStatus.Paid
                ),
                "paid before"
            );
        }
        assertSpent(v0, statement.tree[0], statement.total);
        payAll(v0, statement);
        assertSpent(v0, statement.tree[0], statement.total);
    }

    /// @dev One bad row of each kind between good ones.
    function test_disburseBatch_refusesBadRowsAlone() public {
        IPayoutRouter.Payment[] memory rows = sampleRows(9);
        rows[1].amount = 0;
        rows[2].to = address(0);
        rows[3].to = TREASURY;
        rows[4].to = address(v0);
        rows[5].amount = PAYMENT_LIMIT + 1;
        rows[7].payoutId = rows[6].payoutId;
        Statement memory statement = openOver(v0, rows);
        vm.recordLogs();
        payAll(v0, statement);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(countOf(logs, IPayoutRouter.PaymentRefused.selector), 6, "six are refused");
        _assertRefused(
            logs,
            rows[1],
            abi.encodeWithSelector(IPayoutRouter.ZeroAmount.selector, rows[1].payoutId)
        );
        for (uint256 i = 2; i <= 4; ++i) {
            _assertRefused(
                logs,
                rows[i],
                abi.encodeWithSelector(IPayoutRouter.InvalidPayee.selector, rows[i].payoutId, rows[i].to)
            );
        }
        _assertRefused(
            logs,
            rows[5],
            abi.encodeWithSelector(
                IPayoutRouter.PaymentAboveLimit.selector,
                rows[5].payoutId,
                rows[5].amount,
                PAYMENT_LIMIT
            )
        );
        _assertRefused(
            logs,
            rows[7],
            abi.encodeWithSelector(
                IPayoutLedger.PayoutNotUnused.selector,
                rows[7].payoutId,
                IPayoutLedger.PayoutStatus.Paid
            )
        );
        assertPaid(rows[0]);
        assertPaid(rows[6]);
        assertPaid(rows[8]);
        vm.assertEq(token.balanceOf(rows[7].to), 0, "the second row of a payout is not paid");
        assertSpent(v0, statement.tree[0], rows[0].amount + rows[6].amount + rows[8].amount);
    }

    /// @dev Each row that is paid leaves less of the day; one that is refused leaves as much as before.
    function test_disburseBatch_countsTheDayRowByRow() public {
        vm.prank(ADMIN);
        v0.setLimits(PAYMENT_LIMIT, 7 * USDT);
        IPayoutRouter.Payment[] memory rows = sampleRows(4);
        (rows[0].amount, rows[1].amount, rows[2].amount, rows[3].amount) = (5 * USDT, 3 * USDT, 2 * USDT, 1);
        Statement memory statement = openOver(v0, rows);
        vm.recordLogs();
        payAll(v0, statement);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertPaid(rows[0]);
        _assertRefused(logs, rows[1], _aboveDay(rows[1], 2 * USDT));
        assertPaid(rows[2]);
        _assertRefused(logs, rows[3], _aboveDay(rows[3], 0));
        assertSpent(v0, statement.tree[0], 7 * USDT);
        vm.warp(START + 1 days);
        payAll(v0, statement);
        assertPaid(rows[1]);
        assertPaid(rows[3]);
    }

    function test_disburseBatch_countsTheTotalRowByRow() public {
        Statement memory statement = statementOver(v0, sampleRows(4));
        statement.total = 5 * USDT;
        open(v0, statement);
        vm.recordLogs();
        payAll(v0, statement);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        // 1 and 2 are paid, 2 are left: the rows of 3 and 4 are refused.
        for (uint256 i = 2; i < 4; ++i) {
            _assertRefused(
                logs,
                statement.rows[i],
                abi.encodeWithSelector(
                    IPayoutRouter.StatementAboveTotal.selector,
                    statement.rows[i].payoutId,
                    statement.rows[i].amount,
                    2 * USDT
                )
            );
        }
        assertSpent(v0, statement.tree[0], 3 * USDT);
    }

    /// @dev Where nothing was paid, nothing is written but the guard.
    function test_disburseBatch_ofRefusedRowsCountsNothing() public {
        Statement memory statement = openSample(v0, 3);
        vm.prank(ADMIN);
        v0.setLimits(0, 0);
        payAll(v0, statement);
        assertSpent(v0, statement.tree[0], 0);
    }

    function test_disburseBatch_revertsOnAnEmptyBatch() public {
        Statement memory statement = openSample(v0, 3);
        bytes32[] memory root = new bytes32[](1);
        root[0] = statement.tree[0];
        vm.prank(DISBURSER);
        vm.expectRevert(abi.encodeWithSelector(IPayoutRouter.EmptyBatch.selector));
        v0.disburseBatch(statement.tree[0], new IPayoutRouter.Payment[](0), root, new bool[](0));
    }

    function test_disburseBatch_revertsOnARowThatIsNotInIt() public {
        Statement memory statement = openSample(v0, 6);
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(statement.tree, 1, 3);
        IPayoutRouter.Payment[] memory run = slice(statement.rows, 1, 3);
        run[1].amount += 1;
        vm.prank(DISBURSER);
        vm.expectRevert(abi.encodeWithSelector(IPayoutRouter.RowsNotInStatement.selector, statement.tree[0]));
        v0.disburseBatch(statement.tree[0], run, proof, flags);
    }

    function test_disburseBatch_revertsOnAMalformedProof() public {
        Statement memory statement = openSample(v0, 6);
        vm.prank(DISBURSER);
        vm.expectRevert(abi.encodeWithSelector(MerkleProof.MerkleProofInvalidMultiproof.selector));
        v0.disburseBatch(statement.tree[0], statement.rows, new bytes32[](3), new bool[](1));
    }

    function test_disburseBatch_revertsOnAClosedStatement() public {
        Statement memory statement = openSample(v0, 3);
        close(v0, statement);
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(statement.tree, 0, 2);
        vm.prank(DISBURSER);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPayoutRouter.StatementNotOpen.selector,
                statement.tree[0],
                IPayoutRouter.StatementState.Closed
            )
        );
        v0.disburseBatch(statement.tree[0], statement.rows, proof, flags);
    }

    function testFuzz_disburseBatch_revertsForAllButDisbursers(address account) public {
        vm.assume(account != DISBURSER);
        Statement memory statement = openSample(v0, 3);
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(statement.tree, 0, 2);
        expectMissingRole(account, DISBURSER_ROLE);
        vm.prank(account);
        v0.disburseBatch(statement.tree[0], statement.rows, proof, flags);
    }

    function test_disburseBatch_revertsWhilePaused() public {
        Statement memory statement = openSample(v0, 3);
        vm.prank(PAUSER);
        v0.pause();
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(statement.tree, 0, 2);
        vm.prank(DISBURSER);
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        v0.disburseBatch(statement.tree[0], statement.rows, proof, flags);
    }

    /// @dev Whatever gas the sender gives: either every row is paid or nothing has happened. A row is never refused for it.
    function testFuzz_disburseBatch_isNeverRefusedForTheSendersGas(uint256 gasLimit) public {
        _assertAllOrNothing(bound(gasLimit, 100_000, 900_000));
    }

    /// @dev The same around the bound, where a row is just or just not begun.
    function test_disburseBatch_isNeverRefusedAroundTheBound() public {
        Statement memory statement = openSample(v0, 3);
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(statement.tree, 0, 2);
        bytes memory call = abi.encodeCall(
            IPayoutRouterV0.disburseBatch,
            (statement.tree[0], statement.rows, proof, flags)
        );
        (uint256 tooLow, uint256 enough) = (100_000, 2_000_000);
        while (enough - tooLow > 1) {
            uint256 middle = (tooLow + enough) / 2;
            if (_succeedsWith(middle, call)) enough = middle;
            else tooLow = middle;
        }
        vm.assertGt(enough, GAS_BEFORE_ROW, "what is needed before the last row");
        _assertAllPaid(enough, call, statement);
        _assertAllPaid(enough + 1, call, statement);
    }

    function test_disburseBatch_revertsWithTooLittleGas() public {
        Statement memory statement = openSample(v0, 3);
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(statement.tree, 0, 2);
        vm.prank(DISBURSER);
        (bool isPaid, bytes memory answer) = address(v0).call{ gas: 300_000 }(
            abi.encodeCall(IPayoutRouterV0.disburseBatch, (statement.tree[0], statement.rows, proof, flags))
        );
        vm.assertFalse(isPaid, "it reverts");
        vm.assertEq(bytes32(bytes4(answer)), bytes32(IPayoutRouter.InsufficientGas.selector), "for the gas");
        (uint256 row, uint256 available, uint256 needed) = abi.decode(
            _withoutSelector(answer),
            (uint256, uint256, uint256)
        );
        vm.assertEq(row, 0, "at the first row");
        vm.assertEq(needed, GAS_BEFORE_ROW, "says what it needs");
        vm.assertGt(needed, available, "and what there is");
        vm.assertGt(available, 0, "which is something");
    }

    function _assertAllOrNothing(uint256 gasLimit) private {
        Statement memory statement = openSample(v0, 3);
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(statement.tree, 0, 2);
        vm.recordLogs();
        vm.prank(DISBURSER);
        (bool isPaid, ) = address(v0).call{ gas: gasLimit }(
            abi.encodeCall(IPayoutRouterV0.disburseBatch, (statement.tree[0], statement.rows, proof, flags))
        );
        vm.assertEq(
            countOf(vm.getRecordedLogs(), IPayoutRouter.PaymentRefused.selector),
            0,
            "no row is refused"
        );
        assertSpent(v0, statement.tree[0], isPaid ? statement.total : 0);
    }

    function _assertAllPaid(uint256 gasLimit, bytes memory call, Statement memory statement) private {
        uint256 snapshot = vm.snapshotState();
        vm.prank(DISBURSER);
        (bool isPaid, ) = address(v0).call{ gas: gasLimit }(call);
        vm.assertTrue(isPaid, "it is enough");
        assertSpent(v0, statement.tree[0], statement.total);
        vm.revertToState(snapshot);
    }

    function _succeedsWith(uint256 gasLimit, bytes memory call) private returns (bool isPaid) {
        uint256 snapshot = vm.snapshotState();
        vm.prank(DISBURSER);
        (isPaid, ) = address(v0).call{ gas: gasLimit }(call);
        vm.revertToState(snapshot);
    }

    function _withoutSelector(bytes memory encoded) private pure returns (bytes memory rest) {
        rest = new bytes(encoded.length - 4);
        for (uint256 i = 0; i < rest.length; ++i) rest[i] = encoded[i + 4];
    }

    function _assertRefused(
        Vm.Log[] memory logs,
        IPayoutRouter.Payment memory row,
        bytes memory reason
    ) private pure {
        vm.assertEq(refusalOf(logs, row.payoutId), reason, "the reason");
    }

    function _aboveDay(IPayoutRouter.Payment memory row, uint256 left) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPayoutRouter.DayAboveLimit.selector, row.payoutId, row.amount, left);
    }
}
