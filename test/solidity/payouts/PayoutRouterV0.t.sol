// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { Pausable } from "@openzeppelin/contracts/utils/Pausable.sol";
import { PayoutLedger } from "../../../contracts/payouts/PayoutLedger.sol";
import { PayoutRouterV0 } from "../../../contracts/payouts/PayoutRouterV0.sol";
import { IPayoutLedger } from "../../../contracts/payouts/interfaces/IPayoutLedger.sol";
import { IPayoutRouter } from "../../../contracts/payouts/interfaces/IPayoutRouter.sol";
import { Trees } from "../support/Trees.sol";
import { PayoutTest } from "./support/PayoutTest.sol";
import { deployed } from "../support/Deployed.sol";

/// @dev What stands in the place of a ledger by mistake, and knows another role.
contract OtherLedger {
    bytes32 public constant ROUTER_ROLE = keccak256("ANOTHER_ROLE");
}

/// @dev One payment at a time, and what an admin and a pauser do.
contract PayoutRouterV0Test is PayoutTest {
    uint256 private constant ROWS = 5;

    Statement private _statement;

    function setUp() public override {
        super.setUp();
        Statement memory statement = openSample(v0, ROWS);
        for (uint256 i = 0; i < ROWS; ++i) _statement.rows.push(statement.rows[i]);
        (_statement.tree, _statement.total, _statement.period) = (
            statement.tree,
            statement.total,
            statement.period
        );
    }

    function test_constructor_fixesWhatItIsGiven() public view {
        vm.assertEq(address(v0.TOKEN()), address(token), "the token");
        vm.assertEq(v0.TREASURY(), TREASURY, "the treasury");
        vm.assertEq(address(v0.LEDGER()), address(ledger), "the ledger");
        vm.assertTrue(v0.hasRole(ADMIN_ROLE, ADMIN), "the admin is in");
        vm.assertFalse(v0.hasRole(ADMIN_ROLE, address(this)), "the deployer is not");
        vm.assertFalse(v0.hasRole(DISBURSER_ROLE, ADMIN), "the admin is no disburser");
        vm.assertEq(v0.DISBURSER_ROLE(), DISBURSER_ROLE, "the role has its name's hash");
        vm.assertEq(v0.PAUSER_ROLE(), PAUSER_ROLE, "the role has its name's hash");
        vm.assertEq(v0.ROW_GAS(), 500_000, "what a row of a batch is given");
        vm.assertEq(v0.MAX_REASON(), 512, "bytes of a reason");
    }

    function test_constructor_setsNoLimits() public {
        PayoutRouterV0 router = PayoutRouterV0(
            deployed("PayoutRouterV0", abi.encode(address(token), TREASURY, address(ledger), ADMIN))
        );
        vm.assertEq(router.paymentLimit(), 0, "nothing may be paid at first");
        vm.assertEq(router.dayLimit(), 0, "nor on any day");
    }

    function test_constructor_revertsOnZeroAdmin() public {
        vm.expectRevert(abi.encodeWithSelector(IPayoutRouter.ZeroAdmin.selector));
        deployed("PayoutRouterV0", abi.encode(address(token), TREASURY, address(ledger), address(0)));
    }

    function test_constructor_revertsOnZeroTreasury() public {
        vm.expectRevert(abi.encodeWithSelector(IPayoutRouter.ZeroTreasury.selector));
        deployed("PayoutRouterV0", abi.encode(address(token), address(0), address(ledger), ADMIN));
    }

    function test_constructor_revertsOnWhatIsNoToken() public {
        vm.expectRevert(abi.encodeWithSelector(IPayoutRouter.NotToken.selector, STRANGER));
        deployed("PayoutRouterV0", abi.encode(STRANGER, TREASURY, address(ledger), ADMIN));
        vm.expectRevert(abi.encodeWithSelector(IPayoutRouter.NotToken.selector, address(ledger)));
        deployed("PayoutRouterV0", abi.encode(address(ledger), TREASURY, address(ledger), ADMIN));
    }

    function test_constructor_revertsOnWhatIsNoLedger() public {
        address other = address(new OtherLedger());
        vm.expectRevert(abi.encodeWithSelector(IPayoutRouter.NotLedger.selector, STRANGER));
        deployed("PayoutRouterV0", abi.encode(address(token), TREASURY, STRANGER, ADMIN));
        vm.expectRevert(abi.encodeWithSelector(IPayoutRouter.NotLedger.selector, address(token)));
        deployed("PayoutRouterV0", abi.encode(address(token), TREASURY, address(token), ADMIN));
        vm.expectRevert(abi.encodeWithSelector(IPayoutRouter.NotLedger.selector, other));
        deployed("PayoutRouterV0", abi.encode(address(token), TREASURY, other, ADMIN));
    }

    function test_disburse_paysTheRow() public {
        pay(v0, _statement, 2);
        assertPaid(_statement.rows[2]);
        assertUnpaid(_statement.rows[1]);
        assertSpent(v0, _statement.tree[0], 3 * USDT);
        vm.assertEq(token.balanceOf(address(v0)), 0, "the router holds nothing");
    }

    function test_disburse_emits() public {
        IPayoutRouter.Payment memory row = _statement.rows[1];
        vm.expectEmit(true, true, true, true, address(v0));
        emit IPayoutRouter.Paid(row.payoutId, row.sessionId, row.to, row.amount);
        pay(v0, _statement, 1);
    }

    /// @dev What the payee has already makes no difference, and adds up.
    function testFuzz_disburse_paysExactly(uint256 amount, uint256 held) public {
        amount = bound(amount, 1, PAYMENT_LIMIT);
        held = bound(held, 0, SUPPLY / 2);
        IPayoutRouter.Payment memory row = sampleRow(100);
        row.amount = amount;
        vm.prank(TREASURY);
        token.transfer(row.to, held);
        close(v0, _statement);
        Statement memory statement = openOver(v0, only(row));
        pay(v0, statement, 0);
        vm.assertEq(token.balanceOf(row.to), held + amount, "the payee has the amount more");
        vm.assertEq(token.balanceOf(TREASURY), SUPPLY - held - amount, "the treasury as much less");
    }

    function testFuzz_disburse_revertsForAllButDisbursers(address account) public {
        vm.assume(account != DISBURSER);
        bytes32[] memory proof = Trees.proofOf(_statement.tree, 0);
        expectMissingRole(account, DISBURSER_ROLE);
        vm.prank(account);
        v0.disburse(_statement.tree[0], _statement.rows[0], proof);
    }

    function test_disburse_revertsWhilePaused() public {
        vm.prank(PAUSER);
        v0.pause();
        _expectRefusal(0, abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        vm.prank(ADMIN);
        v0.unpause();
        pay(v0, _statement, 0);
    }

    function testFuzz_disburse_revertsOnAnUnknownRoot(bytes32 root) public {
        vm.assume(root != _statement.tree[0]);
        vm.prank(DISBURSER);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPayoutRouter.StatementNotOpen.selector,
                root,
                IPayoutRouter.StatementState.Unknown
            )
        );
        v0.disburse(root, _statement.rows[0], new bytes32[](0));
    }

    /// @dev A stolen disburser's key can pay nobody else and no other amount.
    function testFuzz_disburse_revertsOnAnythingElse(uint256 field, uint256 other) public {
        IPayoutRouter.Payment memory row = _statement.rows[1];
        if (field % 4 == 0) row.payoutId = bytes32(other);
        if (field % 4 == 1) row.sessionId = bytes32(other);
        if (field % 4 == 2) row.to = address(uint160(other));
        if (field % 4 == 3) row.amount = other;
        vm.assume(leafOf(v0, row) != leafOf(v0, _statement.rows[1]));
        bytes32[] memory proof = Trees.proofOf(_statement.tree, 1);
        vm.prank(DISBURSER);
        _expectNotInStatement();
        v0.disburse(_statement.tree[0], row, proof);
    }

    function test_disburse_revertsOnTheProofOfAnotherRow() public {
        bytes32[] memory proof = Trees.proofOf(_statement.tree, 1);
        vm.prank(DISBURSER);
        _expectNotInStatement();
        v0.disburse(_statement.tree[0], _statement.rows[0], proof);
    }

    function test_disburse_revertsOnARowOfTheOtherRouter() public {
        close(v0, _statement);
        Statement memory statement = statementOver(kyc, sampleRows(ROWS));
        open(v0, statement);
        expectRefusal(
            v0,
            statement,
            0,
            abi.encodeWithSelector(IPayoutRouter.RowsNotInStatement.selector, statement.tree[0])
        );
    }

    function test_disburse_revertsOnThePaid() public {
        pay(v0, _statement, 0);
        _expectRefusal(0, _notUnused(_statement.rows[0], IPayoutLedger.PayoutStatus.Paid));
    }

    function test_disburse_revertsOnTheVoid() public {
        bytes32 payoutId = _statement.rows[0].payoutId;
        bytes32 digest = digestFor(
            "Lucid PayoutLedger",
            address(ledger),
            keccak256(abi.encode(keccak256("PayoutVoid(bytes32 payoutId)"), payoutId))
        );
        ledger.voidPayout(payoutId, sign(PLANNER_KEY, digest), sign(APPROVER_KEY, digest));
        _expectRefusal(0, _notUnused(_statement.rows[0], IPayoutLedger.PayoutStatus.Void));
    }

    /// @dev A payout is paid once, over all statements and all routers, those of later included.
    function test_disburse_revertsOnWhatAnotherRouterPaid() public {
        pay(v0, _statement, 0);
        PayoutRouterV0 later = routerFor(address(token));
        allow(later, SUPPLY);
        Statement memory statement = openSample(later, ROWS);
        expectRefusal(later, statement, 0, _notUnused(statement.rows[0], IPayoutLedger.PayoutStatus.Paid));
        pay(later, statement, 1);
        assertPaid(statement.rows[1]);
    }

    function test_disburse_revertsOnceTheLedgerExpelledTheRouter() public {
        vm.prank(ADMIN);
        ledger.revokeRole(ROUTER_ROLE, address(v0));
        _expectRefusal(
            0,
            abi.encodeWithSelector(
                IAccessControl.AccessControlUnauthorizedAccount.selector,
                address(v0),
                ROUTER_ROLE
            )
        );
    }

    function test_disburse_revertsOnZeroAmount() public {
        IPayoutRouter.Payment memory row = sampleRow(100);
        row.amount = 0;
        _expectRefusalOf(row, abi.encodeWithSelector(IPayoutRouter.ZeroAmount.selector, row.payoutId));
    }

    function test_disburse_revertsOnInvalidPayees() public {
        address[3] memory payees = [address(0), TREASURY, address(v0)];
        for (uint256 i = 0; i < payees.length; ++i) {
            IPayoutRouter.Payment memory row = sampleRow(100);
            row.to = payees[i];
            _expectRefusalOf(
                row,
                abi.encodeWithSelector(IPayoutRouter.InvalidPayee.selector, row.payoutId, row.to)
            );
        }
    }

    function test_disburse_paysUpToTheLimitPerPayment() public {
        IPayoutRouter.Payment memory row = _statement.rows[3];
        _setLimits(row.amount - 1, DAY_LIMIT);
        _expectRefusal(3, _aboveLimit(row, row.amount - 1));
        _setLimits(row.amount, DAY_LIMIT);
        pay(v0, _statement, 3);
        assertPaid(row);
    }

    function test_disburse_paysUpToTheDaysLimit() public {
        _setLimits(PAYMENT_LIMIT, 6 * USDT);
        pay(v0, _statement, 1);
        // 2 of 6 are paid: 4 are left, and the fifth row is 5.
        _expectRefusal(4, _aboveDay(_statement.rows[4], 4 * USDT));
        pay(v0, _statement, 3);
        vm.assertEq(v0.paidToday(), 6 * USDT, "all of it");
        _expectRefusal(0, _aboveDay(_statement.rows[0], 0));
    }

    function test_disburse_startsEachDayAnew() public {
        _setLimits(PAYMENT_LIMIT, 4 * USDT);
        vm.warp(START + 1 days - 1);
        pay(v0, _statement, 3);
        _expectRefusal(0, _aboveDay(_statement.rows[0], 0));
        vm.warp(START + 1 days);
        vm.assertEq(v0.paidToday(), 0, "another day");
        pay(v0, _statement, 0);
        vm.assertEq(v0.paidToday(), USDT, "counted by itself");
    }

    /// @dev A limit below what was paid leaves nothing, and is no error.
    function test_disburse_stopsUnderALoweredLimit() public {
        pay(v0, _statement, 2);
        _setLimits(PAYMENT_LIMIT, USDT);
        _expectRefusal(0, _aboveDay(_statement.rows[0], 0));
    }

    function test_disburse_paysNoMoreThanTheTotal() public {
        close(v0, _statement);
        Statement memory statement = statementOver(v0, sampleRows(4));
        // Room for the rows of 2 and 3, and for all of 1 but its last unit.
        statement.total = 6 * USDT - 1;
        open(v0, statement);
        pay(v0, statement, 1);
        pay(v0, statement, 2);
        expectRefusal(
            v0,
            statement,
            0,
            abi.encodeWithSelector(
                IPayoutRouter.StatementAboveTotal.selector,
                statement.rows[0].payoutId,
                USDT,
                USDT - 1
            )
        );
        assertSpent(v0, statement.tree[0], 5 * USDT);
    }

    function test_disburse_paysTheTotalToTheLastUnit() public {
        for (uint256 i = 0; i < ROWS; ++i) pay(v0, _statement, i);
        assertSpent(v0, _statement.tree[0], _statement.total);
    }

    function test_disburse_revertsWithoutAnAllowance() public {
        allow(v0, USDT - 1);
        _expectRefusal(0, abi.encodeWithSelector(IPayoutRouter.TransferFailed.selector, bytes("")));
        allow(v0, USDT);
        pay(v0, _statement, 0);
    }

    /// @dev The hash of a leaf must be that of the pages that describe it, to the byte.
    function test_disburse_takesALeafAsDescribed() public view {
        IPayoutRouter.Payment memory row = sampleRow(100);
        bytes32 leaf = keccak256(
            bytes.concat(
                keccak256(
                    bytes.concat(
                        bytes32(uint256(uint160(address(v0)))),
                        row.payoutId,
                        row.sessionId,
                        bytes32(uint256(uint160(row.to))),
                        bytes32(row.amount)
                    )
                )
            )
        );
        vm.assertEq(leafOf(v0, row), leaf, "five words, hashed twice");
    }

    function testFuzz_payRow_revertsForAllButTheRouter(address account) public {
        vm.assume(account != address(v0));
        vm.expectRevert(abi.encodeWithSelector(IPayoutRouter.OnlySelf.selector, account));
        vm.prank(account);
        v0.payRow(_statement.rows[0]);
    }

    function testFuzz_setLimits_isReadableAndEmits(uint256 perPayment, uint256 perDay) public {
        vm.expectEmit(true, true, true, true, address(v0));
        emit IPayoutRouter.LimitsSet(perPayment, perDay);
        _setLimits(perPayment, perDay);
        vm.assertEq(v0.paymentLimit(), perPayment, "per payment");
        vm.assertEq(v0.dayLimit(), perDay, "per day");
    }

    function testFuzz_setLimits_revertsForAllButTheAdmin(address account) public {
        vm.assume(account != ADMIN);
        expectMissingRole(account, ADMIN_ROLE);
        vm.prank(account);
        v0.setLimits(1, 1);
    }

    function testFuzz_pause_revertsForAllButPausers(address account) public {
        vm.assume(account != PAUSER);
        expectMissingRole(account, PAUSER_ROLE);
        vm.prank(account);
        v0.pause();
    }

    /// @dev A pauser can stop payments, not resume them.
    function testFuzz_unpause_revertsForAllButTheAdmin(address account) public {
        vm.assume(account != ADMIN);
        vm.prank(PAUSER);
        v0.pause();
        expectMissingRole(account, ADMIN_ROLE);
        vm.prank(account);
        v0.unpause();
        vm.assertTrue(v0.paused(), "paused");
    }

    function _setLimits(uint256 perPayment, uint256 perDay) private {
        vm.prank(ADMIN);
        v0.setLimits(perPayment, perDay);
    }

    function _expectRefusal(uint256 row, bytes memory reason) private {
        expectRefusal(v0, _statement, row, reason);
    }

    /// @dev Expects a row that both signed to be refused all the same.
    function _expectRefusalOf(IPayoutRouter.Payment memory row, bytes memory reason) private {
        IPayoutRouter.Payment[] memory rows = sampleRows(2);
        rows[0] = row;
        Statement memory statement = statementOver(v0, rows);
        statement.period = uint64(uint256(statement.tree[0]));
        open(v0, statement);
        expectRefusal(v0, statement, 0, reason);
    }

    function _expectNotInStatement() private {
        vm.expectRevert(
            abi.encodeWithSelector(IPayoutRouter.RowsNotInStatement.selector, _statement.tree[0])
        );
    }

    function _notUnused(
        IPayoutRouter.Payment memory row,
        IPayoutLedger.PayoutStatus status
    ) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPayoutLedger.PayoutNotUnused.selector, row.payoutId, status);
    }

    function _aboveLimit(
        IPayoutRouter.Payment memory row,
        uint256 limit
    ) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(IPayoutRouter.PaymentAboveLimit.selector, row.payoutId, row.amount, limit);
    }

    function _aboveDay(IPayoutRouter.Payment memory row, uint256 left) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPayoutRouter.DayAboveLimit.selector, row.payoutId, row.amount, left);
    }
}
